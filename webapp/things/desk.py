"""A desk of things: a list with a map, and a form. A room declares one per kind of thing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from wtforms import Field, FieldList, HiddenField

from models.accounts.actor import Actor
from models.errors import DomainError, FieldError, Invalid
from models.paging import MOST
from webapp.database import database, reading
from webapp.security.guard import actor, can
from webapp.security.permissions import needs


@dataclass(frozen=True)
class Column:
    """A column of the list; ``show`` gives text (or a pill's tone, icon and word)."""

    label: object
    show: Callable[[Any], object]
    numeric: bool = False
    pill: bool = False


@dataclass(frozen=True)
class Filter:
    """A choice above the list, kept in the address under ``name``."""

    name: str
    label: object
    choices: Sequence[tuple[str, object]]
    keep: Callable[[Any, str], bool]


class ThingForm(FlaskForm):
    """A form that knows which version of the row it was opened on.

    ``sections``: titles with the names of the fields below each; empty = one part without title.
    """

    sections: Sequence[tuple[object, tuple[str, ...]]] = ()
    row_version = HiddenField()

    def fill(self, row: Any) -> None:
        """Show a row. Rooms extend it for what is not a plain column."""
        for field_ in self:
            if field_.name != "csrf_token" and hasattr(row, field_.name):
                if isinstance(field_, FieldList):
                    continue
                field_.process_data(getattr(row, field_.name))

    def values(self) -> dict[str, Any]:
        """What ``save`` takes."""
        return {
            name: value
            for name, value in self.data.items()
            if name not in {"csrf_token", "row_version"}
        }

    def choices(self, session: Session, who: Actor) -> None:
        """Fill the choices of selects from the database."""

    def parts(self) -> list[tuple[object, list[Field]]]:
        """The plain fields by section, those that no section names first."""
        plain = {
            f.name: f for f in self if f.type not in ("CSRFTokenField", "HiddenField", "FieldList")
        }
        named = {name for _, names in self.sections for name in names}
        rest = [f for name, f in plain.items() if name not in named]
        parts = [(title, [plain[name] for name in names]) for title, names in self.sections]
        return [("", rest), *parts] if rest else parts


@dataclass(frozen=True)
class Desk:
    """What a room's kind of thing needs to have its pages.

    ``key_fields`` name a row and cannot be changed later. ``draw``: what the form sets on a map:
    ``point`` (its fields ``lon`` and ``lat``) or ``area`` (its field ``area``). ``around``: what
    lies on that map besides. ``href``: where a row of the list leads instead.
    """

    name: str
    title: object
    one: object
    icon: str
    read: str
    write: str
    rows: Callable[[Session, Actor], Sequence[Any]]
    columns: Sequence[Column]
    label: Callable[[Any], str]
    words: Callable[[Any], str]
    empty: object
    form: type[ThingForm] | None = None
    get: Callable[[Session, Actor, str], Any] | None = None
    save: Callable[[Session, Actor, Mapping[str, Any]], Any] | None = None
    key_fields: tuple[str, ...] = ()
    spot: Callable[[Any], Mapping[str, Any] | None] | None = None
    filters: Sequence[Filter] = ()
    sheet: str | None = None
    tabs: Sequence[tuple[object, str]] = field(default_factory=tuple)
    draw: str = ""
    around: Callable[[Session, Actor], Sequence[Mapping[str, Any]]] | None = None
    href: Callable[[Any], str] | None = None

    def endpoint(self, blueprint: Blueprint, what: str) -> str:
        """The endpoint of one of the desk's views."""
        return f"{blueprint.name}.{self.name}_{what}" if what else f"{blueprint.name}.{self.name}"


def every(pages: Callable[..., Any]) -> Callable[[Session, Actor], list[Any]]:
    """All rows of a paged query, those out of use among them."""

    def rows(session: Session, who: Actor) -> list[Any]:
        found: list[Any] = []
        cursor: str | None = None
        while True:
            page = pages(session, who, cursor=cursor, limit=MOST)
            found += page.items
            cursor = page.next
            if cursor is None:
                return found

    return rows


def one(upsert: Callable[..., Any]) -> Callable[[Session, Actor, Mapping[str, Any]], Any]:
    """A bulk operation for a single row."""
    return lambda session, who, values: upsert(session, who, [values])


def in_use(row: Any) -> tuple[str, str, object]:
    """The pill of a row that can be taken out of use."""
    return ("good", "circle-check", _("启用")) if row.active else ("draft", "ban", _("停用"))


def mount(blueprint: Blueprint, desk: Desk, path: str) -> None:
    """Give the desk its pages under ``path``: list, and new and edit where it has a form."""

    @needs(desk.read)
    def listing() -> ResponseReturnValue:
        return _list(blueprint, desk)

    blueprint.add_url_rule(path, desk.name, listing)
    if desk.form is None:
        return

    @needs(desk.write)
    def new() -> ResponseReturnValue:
        return _edit(blueprint, desk, None)

    @needs(desk.write)
    def edit(thing_id: str) -> ResponseReturnValue:
        return _edit(blueprint, desk, thing_id)

    both = ["GET", "POST"]
    blueprint.add_url_rule(f"{path}new", f"{desk.name}_new", new, methods=both)
    blueprint.add_url_rule(f"{path}<thing_id>", f"{desk.name}_edit", edit, methods=both)


def _list(blueprint: Blueprint, desk: Desk) -> ResponseReturnValue:
    g.date_action = request.path
    words = request.args.get("q", "").strip().lower()[:100]
    chosen = {f.name: request.args.get(f.name, "") for f in desk.filters}
    with reading(actor()) as session:
        every = list(desk.rows(session, actor()))
        found = [
            row
            for row in every
            if (not words or words in desk.words(row).lower())
            and all(not chosen[f.name] or f.keep(row, chosen[f.name]) for f in desk.filters)
        ]
        may = desk.form is not None and can(desk.write)
        lines = [
            {
                "id": str(row.id),
                "cells": [column.show(row) for column in desk.columns],
                "href": _href(blueprint, desk, row, may=may),
            }
            for row in found
        ]
        spots = [
            {**spot, "id": str(row.id), "text": desk.label(row)}
            for row in found
            if desk.spot is not None and (spot := desk.spot(row)) is not None
        ]
    return render_template(
        "things/list.html",
        desk=desk,
        blueprint=blueprint,
        lines=lines,
        spots=spots,
        total=len(every),
        q=request.args.get("q", ""),
        chosen=chosen,
        may_write=may,
        new_href=url_for(desk.endpoint(blueprint, "new")) if may else "",
    )


def _href(blueprint: Blueprint, desk: Desk, row: Any, *, may: bool) -> str:
    """Where a row of the list leads."""
    if desk.href is not None:
        return desk.href(row)
    return url_for(desk.endpoint(blueprint, "edit"), thing_id=row.id) if may else ""


def _edit(blueprint: Blueprint, desk: Desk, thing_id: str | None) -> ResponseReturnValue:
    if desk.form is None or desk.get is None or desk.save is None:
        raise TypeError(f"desk {desk.name} has a form but no way to read or save")
    g.date_action = url_for(desk.endpoint(blueprint, ""))
    form = desk.form()
    source = thing_id or request.args.get("from")
    label, own = "", True
    around: Sequence[Mapping[str, Any]] = ()
    with reading(actor()) as session:
        form.choices(session, actor())
        if source is not None:
            row = desk.get(session, actor(), source)
            if request.method == "GET":
                form.fill(row)
            if thing_id is not None:
                label, own = desk.label(row), mine(row)
        if desk.around is not None:
            around = desk.around(session, actor())
    if thing_id is not None:
        for name in desk.key_fields:
            kw = form[name].render_kw or {}
            form[name].render_kw = {**kw, "readonly": True}
    elif source is not None and request.method == "GET":
        for name in (*desk.key_fields, "row_version"):
            form[name].process_data("")
    if own and form.validate_on_submit() and _save(desk, form, new=thing_id is None):
        flash(_("已保存。已求解的排线方案不会改变，重排后生效。"), "good")
        return redirect(url_for(desk.endpoint(blueprint, "")))
    status = 422 if request.method == "POST" else 200
    page = render_template(
        "things/edit.html",
        desk=desk,
        blueprint=blueprint,
        form=form,
        label=label,
        mine=own,
        around=[spot for spot in around if spot["id"] != thing_id],
        copy_href=url_for(desk.endpoint(blueprint, "new"), **{"from": thing_id})
        if thing_id is not None
        else "",
    )
    return page, status


def _save(desk: Desk, form: ThingForm, *, new: bool) -> bool:
    """Store the form; False with the reason said where it was refused."""
    values = dict(form.values())
    if not new and form.row_version.data:
        values["row_version"] = int(form.row_version.data)
    try:
        with database().write(actor()) as session:
            saved = desk.save(session, actor(), values)  # type: ignore[misc]
            if new and not saved.created:
                raise _taken(desk.key_fields[0])
    except StaleDataError:
        flash(_("别人刚刚修改过这一条，您的修改没有保存。请重新打开后再改。"), "broken")
    except Invalid as error:
        _tell(form, error)
    except DomainError as error:
        flash(" ".join(part for part in (error.message, error.remedy) if part), "broken")
    else:
        return True
    return False


def _taken(name: str) -> Invalid:
    """A new thing whose key is in use: nothing may be overwritten by making one."""
    text, remedy = _("编号已被使用"), _("请换一个，或打开已有的那一条修改")
    return Invalid("taken", text, remedy, [FieldError(field=name, code="taken", message=text)])


def mine(row: Any) -> bool:
    """Whether the asker's organisation keeps this row."""
    own = actor().organisation_id
    return own in (row.organisation_id, getattr(row, "operator_id", None))


def _tell(form: ThingForm, error: Invalid) -> None:
    """Put the faults beside their fields; what has no field is said on top."""
    loose = []
    for fault in error.fields:
        name = fault.field.split(".")[0]
        if name in form and name != "row_version":
            form[name].errors = [*form[name].errors, fault.message]
        else:
            loose.append(fault.message)
    flash(" ".join(part for part in (*(loose or [error.message]), error.remedy) if part), "broken")
