"""Cursor pagination: pages that neither skip nor repeat rows while others are added."""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, and_, false, or_
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.errors import Invalid
from models.language import gettext as _

Row = TypeVar("Row")
DEFAULT = 50
MOST = 200


@dataclass(frozen=True, kw_only=True)
class Page(Generic[Row]):
    """``items`` of one page; ``next`` is the cursor of the page after, None at the end."""

    items: list[Row]
    next: str | None


def _bad_cursor() -> Invalid:
    return Invalid("cursor", _("翻页游标无效"), _("请从第一页重新开始"))


def _pack(values: Sequence[Any]) -> str:
    plain = [v.isoformat() if isinstance(v, (date, datetime)) else v for v in values]
    text = json.dumps([str(v) if isinstance(v, uuid.UUID) else v for v in plain])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _unpack(cursor: str, keys: Sequence[InstrumentedAttribute[Any]]) -> list[Any]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        raw = json.loads(text)
        if not isinstance(raw, list) or len(raw) != len(keys):
            raise _bad_cursor()
        return [_typed(value, key) for value, key in zip(raw, keys, strict=True)]
    except (ValueError, TypeError, binascii.Error) as error:
        raise _bad_cursor() from error


def _typed(value: Any, key: InstrumentedAttribute[Any]) -> Any:
    kind = key.type.python_type
    if kind is uuid.UUID:
        return uuid.UUID(value)
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is date:
        return date.fromisoformat(value)
    if not isinstance(value, kind):
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value


def _after(
    keys: Sequence[InstrumentedAttribute[Any]], values: Sequence[Any], *, descending: bool
) -> ColumnElement[bool]:
    """Rows that come after ``values`` in the order of ``keys``."""
    condition: ColumnElement[bool] = false()
    for depth in range(len(keys)):
        key, value = keys[depth], values[depth]
        further = key < value if descending else key > value
        same = [k == v for k, v in zip(keys[:depth], values[:depth], strict=True)]
        condition = or_(condition, and_(*same, further))
    return condition


def page(
    session: Session,
    query: Select[Row],
    keys: Sequence[InstrumentedAttribute[Any]],
    *,
    cursor: str | None = None,
    limit: int = DEFAULT,
    descending: bool = False,
) -> Page[Row]:
    """One page of ``query`` ordered by ``keys``, which must tell rows apart and hold no NULL.

    Raises:
        Invalid: a cursor that is not ours, or a limit outside 1..200.
    """
    if not 1 <= limit <= MOST:
        raise Invalid("limit", _("每页条数须在 1 到 %(most)s 之间", most=MOST), _("请调整 limit"))
    if cursor:
        query = query.where(_after(keys, _unpack(cursor, keys), descending=descending))
    order = [key.desc() if descending else key.asc() for key in keys]
    rows = list(session.scalars(query.order_by(*order).limit(limit + 1)))
    more = len(rows) > limit
    items = rows[:limit]
    last = [getattr(items[-1], key.key) for key in keys] if more else None
    return Page(items=items, next=_pack(last) if last is not None else None)
