"""What somebody chose for an import, what is chosen for them, and the check by kind."""

from __future__ import annotations

import uuid
from typing import Any, Literal

import msgspec
from sqlalchemy.orm import Session

from models.accounts import city
from models.accounts.actor import Actor
from models.language import N_
from models.orders.tables import Import
from workers.planning.states import OPEN
from workers.sheets import queries, queries_turns
from workers.sheets.fields import Spec
from workers.sheets.layout import HEADER_SEARCH_ROWS, Header, data_rows, find_header, header_at
from workers.sheets.mapping import Mapped, remembered, suggest
from workers.sheets.orders import Context, OrderCheck
from workers.sheets.report import Report
from workers.sheets.table import Sheet, Table
from workers.sheets.templates import spec_for
from workers.sheets.things import check_things
from workers.sheets.turns import Ground, TurnCheck
from workers.sheets.values.base import Ask

STATE_WORDS = {
    "draft": N_("草稿"),
    "submitted": N_("已提交"),
    "accepted": N_("已接受"),
    "planned": N_("已排入方案"),
    "dispatched": N_("已发车"),
    "delivered": N_("已签收"),
    "partly_delivered": N_("差异签收"),
    "refused": N_("拒收"),
    "failed": N_("配送失败"),
    "closed": N_("已关闭"),
    "rejected": N_("未受理"),
    "cancelled": N_("已取消"),
}


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """Owner, sheet, header row, columns by field, fixes by cell, rows left out, where to load.

    ``owner``: the shipper whose orders these are, or the organisation whose things.

    ``how`` says where the columns come from: ``suggested``, ``remembered`` or ``chosen``. Of a
    hand-made plan: ``purpose`` ``compare`` (a scenario) or ``plan`` (a version of the day),
    ``strict``: nothing is taken in while any row fails.
    """

    owner: uuid.UUID
    sheet: str = ""
    header_row: int = 1
    columns: dict[str, int] = {}
    how: str = "suggested"
    fixes: dict[str, str] = {}
    left_out: list[int] = []
    pickup: str | None = None
    remember: bool = True
    purpose: Literal["compare", "plan"] = "compare"
    strict: bool = False

    @classmethod
    def from_json(cls, data: Any) -> Choices:
        """What ``to_json`` wrote."""
        return msgspec.convert(data, cls)

    def to_json(self) -> Any:
        """Plain JSON values."""
        return msgspec.to_builtins(self)

    def with_(self, **changes: Any) -> Choices:
        """A copy with these changes."""
        return msgspec.structs.replace(self, **changes)

    def sheet_of(self, table: Table) -> Sheet:
        """The chosen sheet, else the first."""
        return next((s for s in table.sheets if s.name == self.sheet), table.sheets[0])


def choose(
    session: Session,
    actor: Actor,
    row: Import,
    table: Table,
    *,
    sheet: str | None = None,
    header_row: int | None = None,
) -> Choices:
    """The likeliest choices: a kept mapping of the same header wins over suggestions."""
    spec = spec_for(row.kind)
    before = Choices.from_json(row.options)
    candidates = [s for s in table.sheets if sheet is None or s.name == sheet] or table.sheets
    if header_row is None:
        found = _recall(session, actor, row, candidates)
        if found is not None:
            return found
    today = city.today(session)
    best: tuple[int, int, Choices] | None = None
    for place, candidate in enumerate(candidates):
        header = (
            header_at(candidate, header_row, spec.header_words)
            if header_row is not None
            else find_header(candidate, spec.header_words)
        )
        rows, _ = data_rows(candidate, header)
        kept = queries.mapping_for(session, actor, before.owner, row.kind, header.fingerprint)
        mapped = (
            remembered(spec, header, kept.columns)
            if kept is not None
            else suggest(spec, header, rows, Ask(today=today, service_date=row.service_date))
        )
        choices = before.with_(
            sheet=candidate.name,
            header_row=header.last if header_row is None else header_row,
            columns={m.field: m.column for m in mapped},
            how="remembered" if kept is not None else "suggested",
            pickup=before.pickup or (kept.options.get("pickup") if kept is not None else None),
            fixes={},
            left_out=[],
        )
        score = (len(mapped), -place, choices)
        if best is None or score[:2] > best[:2]:
            best = score
    assert best is not None  # noqa: S101  a table has at least one sheet
    return best[2]


def _recall(session: Session, actor: Actor, row: Import, candidates: list[Sheet]) -> Choices | None:
    """A kept mapping whose header stands in one of the first rows of a sheet."""
    spec = spec_for(row.kind)
    before = Choices.from_json(row.options)
    kept = {m.fingerprint: m for m in queries.mappings(session, actor, before.owner, row.kind)}
    if not kept:
        return None
    for sheet in candidates:
        for line in sheet.rows[:HEADER_SEARCH_ROWS]:
            header = header_at(sheet, line.number, spec.header_words)
            mapping = kept.get(header.fingerprint)
            if mapping is None:
                continue
            mapped = remembered(spec, header, mapping.columns)
            return before.with_(
                sheet=sheet.name,
                header_row=line.number,
                columns={m.field: m.column for m in mapped},
                how="remembered",
                pickup=before.pickup or mapping.options.get("pickup"),
                fixes={},
                left_out=[],
            )
    return None


def header_of(sheet: Sheet, choices: Choices, spec: Spec) -> Header:
    """The chosen header."""
    return header_at(sheet, choices.header_row, spec.header_words)


def check(session: Session, actor: Actor, row: Import, table: Table, choices: Choices) -> Report:
    """Check the chosen sheet against the rules and the database."""
    spec = spec_for(row.kind)
    sheet = choices.sheet_of(table)
    header = header_of(sheet, choices, spec)
    keys = {column.number: column.key for column in header.columns}
    mapping = [
        Mapped(name, number, keys[number], choices.how)
        for name, number in choices.columns.items()
        if number in keys and name in spec.by_name
    ]
    left_out = set(choices.left_out)
    if row.kind == "orders":
        context = order_context(session, actor, row, choices)
        return OrderCheck(
            sheet,
            header,
            mapping,
            context,
            lambda references: queries.live_references(session, actor, choices.owner, references),
            fixes=choices.fixes,
            left_out=left_out,
            receives=queries.receiving(session, context.stores),
        ).run()
    if row.kind == "plans":
        day = row.service_date
        return TurnCheck(
            sheet,
            header,
            mapping,
            day_ground(session, actor, row, choices),
            lambda references: queries_turns.elsewhere(
                session, actor, day or city.today(session), references
            ),
            fixes=choices.fixes,
            left_out=left_out,
            strict=choices.strict,
        ).run()
    codes = queries.known_codes(session, actor)
    names = (set(codes) - {"serves"}) & set(spec.by_name)
    return check_things(
        spec,
        sheet,
        header,
        mapping,
        known={name: set(codes[name]) for name in names},
        taken=queries.taken_codes(session, actor, row.kind),
        today=city.today(session),
        fixes=choices.fixes,
        left_out=left_out,
    )


def order_context(session: Session, actor: Actor, row: Import, choices: Choices) -> Context:
    """All that the check of orders knows of the shipper."""
    shipper_id = choices.owner
    agreement = queries.operator_of(session, actor, shipper_id)
    pickups = queries.pickups(session, actor, shipper_id, agreement.operator_id)
    usual = queries.usual_pickup(session, actor, shipper_id)
    known = {k.place for k in pickups}
    default = next((p for p in (choices.pickup, usual) if p in known), None)
    if default is None and len(pickups) == 1:
        default = pickups[0].place
    return Context(
        today=city.today(session),
        service_date=row.service_date,
        stores=queries.stores(session, actor, shipper_id),
        pickups=pickups,
        default_pickup=default,
        aliases=queries.aliases(session, actor, shipper_id),
        factors=queries.factors(session, actor, shipper_id),
        states=STATE_WORDS,
    )


def day_ground(session: Session, actor: Actor, row: Import, choices: Choices) -> Ground:
    """All that the check of a hand-made plan knows of its day."""
    day = row.service_date
    return Ground(
        today=city.today(session),
        service_date=day,
        orders=queries_turns.orders(session, actor, day, OPEN[choices.purpose]) if day else [],
        vehicles=queries_turns.vehicles(session, actor),
        drivers=queries_turns.drivers(session, actor),
        depots=queries_turns.depots(session, actor),
        states=STATE_WORDS,
    )
