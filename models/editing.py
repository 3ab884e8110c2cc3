"""Adding and changing rows in bulk by their own key: the city's things, all or nothing.

A room says with a :class:`Thing` what may be edited; ``upsert`` checks every field of every row,
then writes. Rows of other organisations are never touched, nor told apart from a taken key.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from geoalchemy2 import Geometry
from sqlalchemy import inspect, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.accounts.actor import SYSTEM, Actor
from models.accounts.visibility import require, visible
from models.audit.operations import append_all
from models.base import Base
from models.errors import FieldError, Forbidden, Invalid, translate
from models.language import gettext as _
from models.spatial import is_a, same_shape

Row = TypeVar("Row", bound=Base)
Values = Mapping[str, Any]
LONGEST_TEXT = 500
_CHUNK = 200


@dataclass(frozen=True, kw_only=True)
class Child:
    """Rows that hang on a thing and are given with it, whole: ``key`` tells them apart."""

    entity: type[Base]
    key: tuple[str, ...]
    columns: tuple[str, ...]
    children: Mapping[str, Child] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Thing(Generic[Row]):
    """What may be edited of ``entity``.

    ``key``: columns that name a row; with ``keyed_by_owner`` unique only within its organisation.
    ``references``: columns that must point at rows the actor may see. ``prepare`` turns given
    values (such as ``lon`` and ``lat``) into columns and may raise ``ValueError``.
    """

    entity: type[Row]
    name: str
    roles: tuple[str, ...]
    key: tuple[str, ...]
    columns: tuple[str, ...]
    keyed_by_owner: bool = False
    references: Mapping[str, type[Base]] = field(default_factory=dict)
    children: Mapping[str, Child] = field(default_factory=dict)
    prepare: Callable[[Values], dict[str, Any]] = dict
    owners: tuple[str, ...] = ("organisation_id",)


@dataclass(frozen=True, kw_only=True)
class Upserted(Generic[Row]):
    """The rows in the order given, and how many were made, changed, left alone."""

    rows: list[Row]
    created: int
    updated: int
    unchanged: int


def upsert(
    session: Session, actor: Actor, thing: Thing[Row], given: Sequence[Values]
) -> Upserted[Row]:
    """Make or change rows, all or none. ``row_version`` in a row guards against lost updates.

    Raises:
        Forbidden: the role may not edit this.
        Invalid: ``fields`` name every fault by position.
    """
    require(session, actor, *thing.roles)
    if actor.organisation_id is None:
        raise Forbidden
    faults: list[FieldError] = []
    prepared = [_prepared(thing, values, index, faults) for index, values in enumerate(given)]
    faults += _twice(thing, prepared)
    faults += _references(session, actor, thing, prepared)
    existing = _existing(session, actor, thing, prepared)
    for index, values in enumerate(prepared):
        row = existing.get(_key(thing, values))
        if row is not None:
            faults += _mine(thing, actor, row, values, index)
    if faults:
        text = _("有 %(count)s 处错误，没有保存任何内容", count=len(faults))
        raise Invalid("fields", text, _("请修正后重试"), sorted(faults, key=lambda f: f.index or 0))
    try:
        return _store(session, actor, thing, prepared, existing)
    except IntegrityError as error:
        refused = translate(error)
        if refused.code != "duplicate":
            raise refused from error
        # the key is another organisation's, whose row this session is not shown
        taken = FieldError(
            field=thing.key[0],
            code="taken",
            message=_("编号已被使用"),
            index=0 if len(prepared) == 1 else None,
        )
        raise Invalid("fields", _("编号已被使用"), _("请更换编号"), [taken]) from error


def _store(
    session: Session,
    actor: Actor,
    thing: Thing[Row],
    prepared: Sequence[Values],
    existing: Mapping[tuple[Any, ...], Row],
) -> Upserted[Row]:
    rows: list[Row] = []
    log: list[tuple[str, str, object, Sequence[str]]] = []
    created = 0
    for values in prepared:
        row = existing.get(_key(thing, values))
        fresh = row is None
        if row is None:
            row = thing.entity(id=uuid.uuid4(), organisation_id=actor.organisation_id)
            session.add(row)
            created += 1
        changed = _write(session, row, values, thing.columns, thing.children)
        rows.append(row)
        if fresh or changed:
            log.append(("create" if fresh else "change", thing.name, _id(row), changed))
    session.flush()
    append_all(session, actor, log)
    return Upserted(
        rows=rows,
        created=created,
        updated=len(log) - created,
        unchanged=len(rows) - len(log),
    )


def _id(row: Any) -> uuid.UUID:
    key: uuid.UUID = row.id
    return key


def _key(thing: Thing[Any], values: Values) -> tuple[Any, ...]:
    return tuple(values.get(name) for name in thing.key)


def _prepared(
    thing: Thing[Any], values: Values, index: int, faults: list[FieldError]
) -> dict[str, Any]:
    try:
        ready = thing.prepare(values)
    except (ValueError, TypeError, KeyError) as error:
        faults.append(FieldError(field="*", code="shape", message=str(error), index=index))
        return dict(values)
    allowed = {*thing.columns, *thing.children, "row_version"}
    table = thing.entity.__table__
    for name, value in ready.items():
        if name not in allowed:
            message = _("未知字段：%(name)s", name=name)
            faults.append(FieldError(field=name, code="unknown", message=message, index=index))
        elif name in table.c and (message := _misfit(table.c[name], value)):
            faults.append(FieldError(field=name, code="type", message=message, index=index))
    for name in thing.key:
        if ready.get(name) in (None, ""):
            message = _("不能为空")
            faults.append(FieldError(field=name, code="missing", message=message, index=index))
    return ready


def _misfit(column: Any, value: Any) -> str:
    """Why a value does not fit its column; empty when it does."""
    if value is None:
        return "" if column.nullable else _("不能为空")
    if isinstance(column.type, Geometry):
        return "" if is_a(value, str(column.type.geometry_type)) else _("须为地图上的位置或区域")
    kind = column.type.python_type
    if kind is dict:
        return "" if isinstance(value, (dict, list)) else _("须为结构化数据")
    if kind is int and (isinstance(value, bool) or not isinstance(value, int)):
        return _("须为整数")
    if kind is float and isinstance(value, (int, float)) and not isinstance(value, bool):
        return ""
    if kind is date and isinstance(value, datetime):
        return _("须为日期")
    if not isinstance(value, kind):
        return _("格式不正确")
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        return _("不能超过 %(most)s 个字", most=LONGEST_TEXT)
    if isinstance(value, int) and abs(value) > 2**53 - 1:
        return _("数值过大")
    return ""


def _twice(thing: Thing[Any], prepared: Sequence[Values]) -> list[FieldError]:
    seen: set[tuple[Any, ...]] = set()
    found: list[FieldError] = []
    for index, values in enumerate(prepared):
        key = _key(thing, values)
        if key in seen:
            message = _("%(part)s 重复", part=_("、").join(str(part) for part in key))
            found.append(
                FieldError(field=thing.key[0], code="duplicate", message=message, index=index)
            )
        seen.add(key)
    return found


def _references(
    session: Session, actor: Actor, thing: Thing[Any], prepared: Sequence[Values]
) -> list[FieldError]:
    found: list[FieldError] = []
    for name, entity in thing.references.items():
        wanted = {v[name] for v in prepared if isinstance(v.get(name), uuid.UUID)}
        known: set[Any] = set()
        key: Any = inspect(entity).primary_key[0]
        ids = sorted(wanted)
        for start in range(0, len(ids), _CHUNK):
            query = visible(session, actor, entity).with_only_columns(key)
            known.update(session.scalars(query.where(key.in_(ids[start : start + _CHUNK]))))
        for index, values in enumerate(prepared):
            if values.get(name) is not None and values[name] not in known:
                message = _("没有找到所引用的记录")
                found.append(FieldError(field=name, code="unknown", message=message, index=index))
    return found


def _existing(
    session: Session, actor: Actor, thing: Thing[Row], prepared: Sequence[Values]
) -> dict[tuple[Any, ...], Row]:
    entity: Any = thing.entity
    columns = [getattr(entity, name) for name in thing.key]
    keys = [key for values in prepared if None not in (key := _key(thing, values))]
    found: dict[tuple[Any, ...], Row] = {}
    for start in range(0, len(keys), _CHUNK):
        query = select(entity).where(tuple_(*columns).in_(keys[start : start + _CHUNK]))
        if thing.keyed_by_owner:
            query = query.where(entity.organisation_id == actor.organisation_id)
        for row in session.scalars(query):
            found[tuple(getattr(row, name) for name in thing.key)] = row
    return found


def _mine(
    thing: Thing[Any], actor: Actor, row: Any, values: Values, index: int
) -> list[FieldError]:
    owners = [getattr(row, name) for name in thing.owners]
    if actor.role != SYSTEM and actor.organisation_id not in owners:
        message = _("编号已被使用")
        return [FieldError(field=thing.key[0], code="taken", message=message, index=index)]
    seen = values.get("row_version")
    if seen is not None and seen != row.row_version:
        message = _("内容已被他人修改，请刷新后重试")
        return [FieldError(field="row_version", code="stale", message=message, index=index)]
    return []


def _write(
    session: Session,
    row: Any,
    values: Values,
    columns: Sequence[str],
    children: Mapping[str, Child],
) -> list[str]:
    """Set what differs; gives the names of what changed."""
    changed = [
        name for name in columns if name in values and _differs(getattr(row, name), values[name])
    ]
    for name in changed:
        setattr(row, name, values[name])
    for name, child in children.items():
        if name in values and _sync(session, row, name, child, values[name] or []):
            changed.append(name)
    return changed


def _differs(old: Any, new: Any) -> bool:
    if hasattr(new, "srid") and hasattr(old, "srid"):
        return not same_shape(old, new)
    return bool(old != new)


def _default(entity: type[Base], name: str) -> Any:
    """What a column holds when it is not given."""
    default: Any = entity.__table__.c[name].default
    return default.arg if default is not None and default.is_scalar else None


def _sync(session: Session, row: Any, name: str, child: Child, given: Sequence[Values]) -> bool:
    """Make the rows under ``row`` those given: kept by key, the rest added or removed."""
    rows = getattr(row, name)
    kept = {tuple(getattr(one, part) for part in child.key): one for one in rows}
    changed = False
    wanted: set[tuple[Any, ...]] = set()
    for values in given:
        key = tuple(values.get(part, _default(child.entity, part)) for part in child.key)
        if key in wanted:
            raise Invalid("duplicate", _("%(name)s 中有重复项", name=name), _("请去掉重复项"))
        wanted.add(key)
        one = kept.get(key)
        if one is None:
            one = child.entity()
            rows.append(one)
            changed = True
        changed |= bool(_write(session, one, values, child.columns, child.children))
    for key, one in kept.items():
        if key not in wanted:
            rows.remove(one)
            changed = True
    return changed
