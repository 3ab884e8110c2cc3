"""The route table as the crawlers call it: every route by every method with every id it may take.

A new route is in it by itself. Its parameters are filled by their names: ``order_id`` with ids of
orders, ``thing_id`` by the desk that the endpoint belongs to. What cannot be filled fails the test
and says where to teach it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from flask import Flask
from sqlalchemy import Table, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from models.accounts.actor import Actor
from models.accounts.visibility import visible
from models.tables import Base
from webapp.security.permissions import permissions_of

WRITES = ("POST", "PUT", "PATCH", "DELETE")
TABLES = {
    "plan_id": "plan_versions",
    "version_id": "plan_versions",
    "other_id": "plan_versions",
    "base_id": "plan_versions",
    "site_id": "charging_sites",
    "rule_id": "access_rules",
    "token_id": "api_tokens",
    "request_id": "order_requests",
    "application_id": "permit_applications",
    "scheme_id": "permit_schemes",
    "check_id": "roadside_checks",
    "link_id": "driver_links",
    "batch_id": "permit_applications",
    "flag_id": "notices",
    "target_id": "indicator_targets",
}
"""Parameters whose table is not the plural of their name."""
THINGS = {
    "places.": "places",
    "fleet.vehicles": "vehicles",
    "fleet.types": "vehicle_types",
    "fleet.drivers": "drivers",
    "charging.tariffs": "tariffs",
    "charging.": "charging_sites",
    "bays.": "bays",
    "rules.zones": "zones",
    "rules.": "access_rules",
    "permits.schemes": "permit_schemes",
    "schemes.": "permit_schemes",
    "stores.": "places",
}
"""``thing_id`` by the longest beginning of the endpoint."""
WORDS: dict[str, tuple[str, ...]] = {
    "kind": ("xlsx", "csv", "geojson", "orders"),
    "code": ("zh",),
    "filename": (),
}
"""Parameters that are no ids."""
SECRETS = {"secret", "token"}
"""Parameters of public links: whoever holds one is let in, so a wrong one is all that is tried."""


@dataclass(frozen=True)
class Ids:
    """Ids of a table for one actor: those that the actor may see, those that it may not."""

    own: tuple[str, ...]
    foreign: tuple[str, ...]


class Routes:
    """The routes of an application over the rows of a database."""

    def __init__(self, app: Flask, session: Session, most: int = 2) -> None:
        self.app = app
        self.most = most
        self._session = session
        self._adapter = app.url_map.bind("localhost")
        self._tables = {table.name: table for table in Base.metadata.sorted_tables}
        self._models = {mapper.local_table: mapper.class_ for mapper in Base.registry.mappers}
        self._seen: dict[tuple[Actor, str], Ids] = {}

    def rules(self, *methods: str) -> Iterator[tuple[Rule, str]]:
        """Every route with each of its ``methods``, but for files of our own."""
        for rule in self.app.url_map.iter_rules():
            for method in methods:
                if method in (rule.methods or ()) and rule.endpoint != "static":
                    yield rule, method

    def may(self, actor: Actor, rule: Rule, method: str) -> bool:
        """Whether the view is open to the actor at all."""
        view = self.app.view_functions[rule.endpoint]
        view_class = getattr(view, "view_class", None)
        if view_class is not None:
            view = getattr(view_class, method.lower(), view)
        needed = getattr(view, "permission_needed", None)
        held = permissions_of(actor.role, actor.positions)
        return needed in held or needed in {"", "signed-in"}

    def table(self, rule: Rule, name: str) -> str:
        """The table whose ids a parameter takes."""
        if name == "thing_id":
            fits = [start for start in THINGS if rule.endpoint.startswith(start)]
            assert fits, f"teach tests/webapp/routes.py THINGS whose ids {rule.rule} takes"
            return THINGS[max(fits, key=len)]
        plural = f"{name.removesuffix('_id')}s"
        if name in TABLES or plural in self._tables:
            return TABLES.get(name, plural)
        fits = [table for table in self._tables if table.endswith(f"_{plural}")]
        assert len(fits) == 1, f"teach tests/webapp/routes.py what {name} of {rule.rule} is: {fits}"
        return fits[0]

    def ids(self, actor: Actor, table: str) -> Ids:
        """All ids of a table, apart by whether the actor may see the row."""
        if (actor, table) not in self._seen:
            entity: Any = self._models[self._tables[table]]
            every = {str(key) for key in self._session.scalars(select(self._tables[table].c.id))}
            own = {
                str(row.id) for row in self._session.scalars(visible(self._session, actor, entity))
            }
            self._seen[actor, table] = Ids(tuple(sorted(own)), tuple(sorted(every - own)))
        return self._seen[actor, table]

    def rows(self, rule: Rule) -> Mapping[str, Table]:
        """The tables of a route's parameters that are ids."""
        names = [n for n in rule.arguments if n not in WORDS and n not in SECRETS]
        return {name: self._tables[self.table(rule, name)] for name in names}

    def address(self, rule: Rule, method: str, values: Mapping[str, str]) -> str:
        """The address of a route with these parameters."""
        return self._adapter.build(rule.endpoint, dict(values), method=method)

    def reads(self, actor: Actor, rule: Rule, method: str = "GET") -> Iterator[str]:
        """Addresses of a route: with ids that the actor may not see, that it may, and of nothing.

        The small city has two of everything, so two of each are enough.
        """
        few = self.most if self.may(actor, rule, method) else 1
        choices = []
        for name in sorted(rule.arguments):
            if name in WORDS or name in SECRETS:
                choices.append(WORDS.get(name, (uuid.uuid4().hex,)))
                continue
            ids = self.ids(actor, self.table(rule, name))
            some = (*ids.foreign[:few], *ids.own[: few if self.may(actor, rule, method) else 0])
            choices.append((*some, str(uuid.uuid4())))
        for values in product(*choices):
            yield self.address(rule, method, dict(zip(sorted(rule.arguments), values, strict=True)))

    def foreign(self, actor: Actor, rule: Rule, method: str) -> Iterator[tuple[str, str]]:
        """Addresses with a foreign id, each beside the same with an id of nothing."""
        tables = self.rows(rule)
        for name, table in tables.items():
            others = {
                other: next(iter(self.ids(actor, own.name).own), str(uuid.uuid4()))
                for other, own in tables.items()
                if other != name
            }
            words = {n: WORDS[n][0] for n in rule.arguments if WORDS.get(n)}
            for key in self.ids(actor, table.name).foreign[:1]:
                given = {**words, **others}
                yield (
                    self.address(rule, method, {**given, name: key}),
                    self.address(rule, method, {**given, name: str(uuid.uuid4())}),
                )
