"""What every table shares: naming, ids, times in UTC, JSON, optimistic locking."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    Dialect,
    MetaData,
    String,
    TypeDecorator,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""JSON on SQLite, JSONB on PostgreSQL; Python ``None`` is SQL NULL."""


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in both databases; naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware time into UTC (without zone on SQLite, which keeps text)."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"time without zone: {value!r}; give an aware datetime")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware time in UTC whatever the database keeps."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Declarative base of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads this class attribute
        uuid.UUID: Uuid(as_uuid=True),
        datetime: UtcDateTime(),
        date: Date(),
        str: String(),
        int: BigInteger(),
        dict[str, Any]: Json,
        list[Any]: Json,
        list[str]: Json,
    }


class Row:
    """A row with a random id that remembers when it was made."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4, sort_order=-10)
    created_at: Mapped[datetime] = mapped_column(default=now, sort_order=90)


class Editable(Row):
    """A row that people edit: a stale write raises ``StaleDataError`` instead of being lost."""

    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now, sort_order=91)
    row_version: Mapped[int] = mapped_column(nullable=False, sort_order=92)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy passes the class
        """Let the mapper compare ``row_version`` on every UPDATE and DELETE."""
        return {"version_id_col": cls.row_version}


def one_of(column: str, values: tuple[str, ...], *, optional: bool = False) -> CheckConstraint:
    """A CHECK that ``column`` holds one of ``values`` (or nothing, where ``optional``)."""
    quoted = ", ".join(f"'{value}'" for value in values)
    text = f"{column} IN ({quoted})"
    return CheckConstraint(f"{column} IS NULL OR {text}" if optional else text, name=column)


def not_negative(*columns: str) -> CheckConstraint:
    """A CHECK that none of ``columns`` is below zero."""
    return CheckConstraint(" AND ".join(f"{c} >= 0" for c in columns), name="not_negative")
