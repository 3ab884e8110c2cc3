"""The permit desk: kinds of pass, applications per vehicle, documents, notices, checks.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.sql.permit_desk import POLICIES
from migrations.sql.row_security import protect, release

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def _json() -> sa.types.TypeEngine[object]:
    plain = sa.JSON(none_as_null=True)
    return plain.with_variant(
        postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
    )


def _id(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _number(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _points(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def _schemes() -> None:
    op.create_table(
        "permit_schemes",
        _id("id"),
        _id("organisation_id"),
        _text("code"),
        _text("name"),
        _text("mode"),
        sa.Column("authorisation", _json(), nullable=False),
        _number("steps"),
        *(sa.Column(n, _json(), nullable=False) for n in ("zones", "papers", "clauses", "answers")),
        *(_number(n) for n in ("longest_days", "supplement_days", "decide_days")),
        sa.Column("effect_basis", sa.Text(), nullable=False),
        _text("letterhead"),
        sa.Column("remedy_note", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("row_version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("mode IN ('register', 'issue')", name=op.f("ck_permit_schemes_mode")),
        sa.CheckConstraint("steps IN (1, 2)", name=op.f("ck_permit_schemes_steps")),
        sa.CheckConstraint(
            "longest_days >= 0 AND supplement_days >= 0 AND decide_days >= 0",
            name=op.f("ck_permit_schemes_not_negative"),
        ),
        _points("permit_schemes", "organisation_id", "organisations"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_permit_schemes")),
        sa.UniqueConstraint("code", name=op.f("uq_permit_schemes_code")),
    )
    op.create_index(
        op.f("ix_permit_schemes_organisation_id"), "permit_schemes", ["organisation_id"]
    )


def _documents() -> None:
    op.create_table(
        "documents",
        _id("id"),
        _id("organisation_id"),
        _id("account_id", nullable=True),
        _text("subject_kind"),
        _id("subject_id"),
        _text("kind"),
        _text("file_name"),
        _text("media_type"),
        *(_number(n) for n in ("size", "width", "height", "pages")),
        _text("sha256"),
        _text("audience"),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.CheckConstraint("audience IN ('own', 'authority')", name=op.f("ck_documents_audience")),
        sa.CheckConstraint(
            "media_type IN ('application/pdf', 'image/jpeg', 'image/png')",
            name=op.f("ck_documents_media_type"),
        ),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_documents_sha256")),
        sa.CheckConstraint(
            "size >= 0 AND width >= 0 AND height >= 0 AND pages >= 0",
            name=op.f("ck_documents_not_negative"),
        ),
        _points("documents", "organisation_id", "organisations"),
        _points("documents", "account_id", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
    )
    op.create_index(op.f("ix_documents_organisation_id"), "documents", ["organisation_id"])
    op.create_index("ix_documents_subject", "documents", ["subject_kind", "subject_id"])


def _notices() -> None:
    op.create_table(
        "notices",
        _id("id"),
        _id("organisation_id"),
        _text("role", nullable=True),
        _text("kind"),
        _text("subject_kind"),
        _id("subject_id"),
        _id("plan_version_id", nullable=True),
        sa.Column("params", _json(), nullable=False),
        sa.Column("read_at", TIME, nullable=True),
        _id("read_by", nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        _points("notices", "organisation_id", "organisations"),
        _points("notices", "plan_version_id", "plan_versions"),
        _points("notices", "read_by", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index("ix_notices_unread", "notices", ["organisation_id", "read_at"])
    op.create_index(op.f("ix_notices_plan_version_id"), "notices", ["plan_version_id"])


def _checks() -> None:
    op.create_table(
        "roadside_checks",
        _id("id"),
        _id("organisation_id"),
        _id("account_id", nullable=True),
        _text("plate"),
        _id("vehicle_id", nullable=True),
        _id("permit_id", nullable=True),
        _text("result"),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.CheckConstraint(
            "result IN ('valid', 'not_now', 'none', 'unknown')",
            name=op.f("ck_roadside_checks_result"),
        ),
        _points("roadside_checks", "organisation_id", "organisations"),
        _points("roadside_checks", "account_id", "accounts"),
        _points("roadside_checks", "vehicle_id", "vehicles"),
        _points("roadside_checks", "permit_id", "permits"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roadside_checks")),
    )
    for column in ("organisation_id", "vehicle_id"):
        op.create_index(op.f(f"ix_roadside_checks_{column}"), "roadside_checks", [column])


_APPLICATION_KEYS = (
    ("scheme_id", "permit_schemes"),
    ("vehicle_id", "vehicles"),
    ("decided_by", "accounts"),
)
_APPLICATION_MORE = (
    "batch_id", "date_from", "date_to", "hours", "trips_per_day", "opinion", "decision",
    "papers_due", "submitted_at", "accepted_at", "decided_at", "demo",
)  # fmt: skip


def _refer(table: str, column: str, to: str) -> None:
    key = sa.ForeignKey(f"{to}.id", name=op.f(f"fk_{table}_{column}"))
    op.add_column(table, sa.Column(column, sa.Uuid(), key, nullable=True), inline_references=True)


def _applications() -> None:
    table = "permit_applications"
    for column, to in _APPLICATION_KEYS:
        _refer(table, column, to)
    for column in (
        _id("batch_id", nullable=True),
        sa.Column("date_from", sa.Date(), nullable=True),
        sa.Column("date_to", sa.Date(), nullable=True),
        sa.Column("hours", _json(), nullable=False, server_default="[]"),
        sa.Column("trips_per_day", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("opinion", _json(), nullable=False, server_default="{}"),
        sa.Column("decision", _json(), nullable=False, server_default="{}"),
        sa.Column("papers_due", sa.Date(), nullable=True),
        *(sa.Column(n, TIME, nullable=True) for n in ("submitted_at", "accepted_at", "decided_at")),
        sa.Column("demo", sa.Boolean(), nullable=False, server_default=sa.false()),
    ):
        op.add_column(table, column)
    for name in ("scheme_id", "vehicle_id", "batch_id"):
        op.create_index(op.f(f"ix_{table}_{name}"), table, [name])


def upgrade() -> None:
    _schemes()
    _documents()
    _notices()
    _checks()
    _applications()
    _refer("permits", "scheme_id", "permit_schemes")
    op.create_index(op.f("ix_permits_scheme_id"), "permits", ["scheme_id"])
    op.add_column(
        "permits",
        sa.Column("registered", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("permits", sa.Column("papers_due", sa.Date(), nullable=True))
    protect(op.get_bind(), POLICIES)


def _drop(table: str, columns: tuple[str, ...], keys: tuple[str, ...]) -> None:
    """SQLite drops no column that a key stands on: there the table is made anew without it."""
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table(table) as batch:
            for name in (*columns, *keys):
                batch.drop_column(name)
    else:
        for name in (*columns, *keys):
            op.drop_column(table, name)


def downgrade() -> None:
    release(op.get_bind(), POLICIES)
    op.drop_index(op.f("ix_permits_scheme_id"), table_name="permits")
    for name in ("scheme_id", "vehicle_id", "batch_id"):
        op.drop_index(op.f(f"ix_permit_applications_{name}"), table_name="permit_applications")
    _drop("permits", ("registered", "papers_due"), ("scheme_id",))
    _drop(
        "permit_applications",
        _APPLICATION_MORE,
        tuple(name for name, _ in _APPLICATION_KEYS),
    )
    for table in ("roadside_checks", "notices", "documents", "permit_schemes"):
        op.drop_table(table)
