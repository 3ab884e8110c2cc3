"""Vehicles' days on the street: driver's links, events, public tracking.

Revision ID: 0003
Revises: 0002
"""

# ruff: noqa: E501 - written by autogenerate
from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.sql.execution import install, remove

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "executions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("vehicle_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["organisations.id"], name=op.f("fk_executions_operator_id")
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles.id"], name=op.f("fk_executions_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_executions")),
        sa.UniqueConstraint(
            "operator_id",
            "service_date",
            "vehicle_id",
            name=op.f("uq_executions_operator_id_service_date_vehicle_id"),
        ),
    )
    op.create_index(
        op.f("ix_executions_service_date"), "executions", ["service_date"], unique=False
    )
    op.create_index(op.f("ix_executions_vehicle_id"), "executions", ["vehicle_id"], unique=False)
    op.create_table(
        "driver_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("execution_id", sa.Uuid(), nullable=False),
        sa.Column("token_sha256", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_driver_links_expires")),
        sa.CheckConstraint("length(token_sha256) = 64", name=op.f("ck_driver_links_sha256")),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_driver_links_not_negative")),
        sa.ForeignKeyConstraint(
            ["execution_id"], ["executions.id"], name=op.f("fk_driver_links_execution_id")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["accounts.id"], name=op.f("fk_driver_links_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_driver_links")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_driver_links_token_sha256")),
    )
    op.create_index(
        op.f("ix_driver_links_execution_id"), "driver_links", ["execution_id"], unique=False
    )
    op.create_table(
        "tracking_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("token_sha256", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_tracking_links_expires")),
        sa.CheckConstraint("length(token_sha256) = 64", name=op.f("ck_tracking_links_sha256")),
        sa.ForeignKeyConstraint(
            ["made_by"], ["accounts.id"], name=op.f("fk_tracking_links_made_by")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_tracking_links_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_tracking_links_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tracking_links")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_tracking_links_token_sha256")),
    )
    op.create_index(
        op.f("ix_tracking_links_order_id"), "tracking_links", ["order_id"], unique=False
    )
    op.create_table(
        "execution_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("execution_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("device_id", sa.String(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("stop_key", sa.String(), nullable=True),
        sa.Column(
            "content",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("device_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("after_close", sa.Boolean(), nullable=False),
        sa.Column("plan_version_id", sa.Uuid(), nullable=True),
        sa.Column("link_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('arrive', 'done', 'partial', 'refused', 'failed', 'late', 'breakdown', 'resume', 'note', 'dock_ready', 'undo')",
            name=op.f("ck_execution_events_kind"),
        ),
        sa.CheckConstraint(
            "source IN ('link', 'account', 'dispatcher', 'receiver')",
            name=op.f("ck_execution_events_source"),
        ),
        sa.CheckConstraint("at <= received_at", name=op.f("ck_execution_events_not_later")),
        sa.CheckConstraint(
            "length(client_id) BETWEEN 8 AND 64", name=op.f("ck_execution_events_client_id")
        ),
        sa.CheckConstraint("sequence >= 0", name=op.f("ck_execution_events_not_negative")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_execution_events_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["execution_id"], ["executions.id"], name=op.f("fk_execution_events_execution_id")
        ),
        sa.ForeignKeyConstraint(
            ["link_id"], ["driver_links.id"], name=op.f("fk_execution_events_link_id")
        ),
        sa.ForeignKeyConstraint(
            ["plan_version_id"],
            ["plan_versions.id"],
            name=op.f("fk_execution_events_plan_version_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_execution_events")),
        sa.UniqueConstraint(
            "execution_id", "client_id", name=op.f("uq_execution_events_execution_id_client_id")
        ),
    )
    op.create_index(
        "ix_execution_events_execution_at", "execution_events", ["execution_id", "at"], unique=False
    )
    install(op.get_bind())


def downgrade() -> None:
    remove(op.get_bind())
    op.drop_index("ix_execution_events_execution_at", table_name="execution_events")
    op.drop_table("execution_events")
    op.drop_index(op.f("ix_tracking_links_order_id"), table_name="tracking_links")
    op.drop_table("tracking_links")
    op.drop_index(op.f("ix_driver_links_execution_id"), table_name="driver_links")
    op.drop_table("driver_links")
    op.drop_index(op.f("ix_executions_vehicle_id"), table_name="executions")
    op.drop_index(op.f("ix_executions_service_date"), table_name="executions")
    op.drop_table("executions")
