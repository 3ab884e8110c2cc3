"""The first tables.

Revision ID: 0001
Revises: nothing
"""

# ruff: noqa: E501 - written by autogenerate
from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

from migrations.sql.initial import install, remove

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "artefacts",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_artefacts_sha256")),
        sa.CheckConstraint("size >= 0", name=op.f("ck_artefacts_not_negative")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_artefacts")),
    )
    op.create_table(
        "audit_events",
        sa.Column(
            "sequence",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("entity_id", sa.String(), nullable=False),
        sa.Column(
            "fields",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.CheckConstraint(
            "length(hash) = 64 AND length(previous) = 64", name=op.f("ck_audit_events_hashes")
        ),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_events")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_events_hash")),
        sa.UniqueConstraint("previous", name=op.f("uq_audit_events_previous")),
    )
    op.create_index("ix_audit_events_entity", "audit_events", ["entity", "entity_id"], unique=False)
    op.create_index(
        "ix_audit_events_organisation",
        "audit_events",
        ["organisation_id", "sequence"],
        unique=False,
    )
    op.create_table(
        "cities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("single", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("datum", sa.String(), nullable=False),
        sa.Column("division_code", sa.String(), nullable=False),
        sa.Column("plate_prefix", sa.String(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("zoom", sa.BigInteger(), nullable=False),
        sa.Column(
            "bounds",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "calendar",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "travel",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "objective",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "planning",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("map_sha256", sa.String(), nullable=True),
        sa.Column("network_sha256", sa.String(), nullable=True),
        sa.Column("seed", sa.BigInteger(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("single = 1", name=op.f("ck_cities_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cities")),
        sa.UniqueConstraint("single", name=op.f("uq_cities_single")),
    )
    op.create_geospatial_table(
        "districts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "area",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_districts")),
        sa.UniqueConstraint("code", name=op.f("uq_districts_code")),
    )
    op.create_geospatial_index(
        "idx_districts_area",
        "districts",
        ["area"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_table(
        "login_throttles",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("last_failure_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('login', 'address')", name=op.f("ck_login_throttles_kind")),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_login_throttles_not_negative")),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_login_throttles")),
    )
    op.create_table(
        "organisations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("short_name", sa.String(), nullable=False),
        sa.Column("credit_code", sa.String(), nullable=True),
        sa.Column("level", sa.String(), nullable=True),
        sa.Column("district", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('operator', 'carrier', 'shipper', 'receiver', 'traffic_police', 'bureau', 'platform')",
            name=op.f("ck_organisations_kind"),
        ),
        sa.CheckConstraint(
            "level IS NULL OR level IN ('city', 'district')", name=op.f("ck_organisations_level")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("code", name=op.f("uq_organisations_code")),
        sa.UniqueConstraint("credit_code", name=op.f("uq_organisations_credit_code")),
    )
    op.create_index("ix_organisations_kind", "organisations", ["kind"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column(
            "payload",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_outbox_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_unsent", "outbox", ["sent_at", "created_at"], unique=False)
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("totp_secret", sa.String(), nullable=True),
        sa.Column("session_epoch", sa.BigInteger(), nullable=False),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_attempts", sa.BigInteger(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "role IN ('dispatcher', 'shipper', 'receiver', 'carrier', 'driver', 'police', 'bureau', 'admin')",
            name=op.f("ck_accounts_role"),
        ),
        sa.CheckConstraint("failed_attempts >= 0", name=op.f("ck_accounts_not_negative")),
        sa.CheckConstraint("login = lower(login)", name=op.f("ck_accounts_login_lower")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_accounts_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("login", name=op.f("uq_accounts_login")),
    )
    op.create_index(
        op.f("ix_accounts_organisation_id"), "accounts", ["organisation_id"], unique=False
    )
    op.create_table(
        "agreements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shipper_id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("cut_off_s", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["organisations.id"], name=op.f("fk_agreements_operator_id")
        ),
        sa.ForeignKeyConstraint(
            ["shipper_id"], ["organisations.id"], name=op.f("fk_agreements_shipper_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreements")),
        sa.UniqueConstraint(
            "shipper_id", "operator_id", name=op.f("uq_agreements_shipper_id_operator_id")
        ),
    )
    op.create_index(op.f("ix_agreements_operator_id"), "agreements", ["operator_id"], unique=False)
    op.create_index(op.f("ix_agreements_shipper_id"), "agreements", ["shipper_id"], unique=False)
    op.create_table(
        "idempotency_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("token_key", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("body_sha256", sa.String(), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=True),
        sa.Column(
            "headers",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("response", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_idempotency_keys_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_keys")),
        sa.UniqueConstraint(
            "organisation_id",
            "token_key",
            "method",
            "path",
            "key",
            name=op.f("uq_idempotency_keys_organisation_id_token_key_method_path_key"),
        ),
    )
    op.create_index(
        op.f("ix_idempotency_keys_expires_at"), "idempotency_keys", ["expires_at"], unique=False
    )
    op.create_index(
        op.f("ix_idempotency_keys_organisation_id"),
        "idempotency_keys",
        ["organisation_id"],
        unique=False,
    )
    op.create_table(
        "permit_applications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column(
            "content",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "defects",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "reasons",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "remedies",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'in_review', 'correction', 'not_accepted', 'approved', 'denied', 'withdrawn')",
            name=op.f("ck_permit_applications_state"),
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["organisations.id"], name=op.f("fk_permit_applications_authority_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_permit_applications_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_permit_applications")),
        sa.UniqueConstraint("number", name=op.f("uq_permit_applications_number")),
    )
    op.create_index(
        op.f("ix_permit_applications_authority_id"),
        "permit_applications",
        ["authority_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_permit_applications_organisation_id"),
        "permit_applications",
        ["organisation_id"],
        unique=False,
    )
    op.create_geospatial_table(
        "places",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("receiver_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("district", sa.String(), nullable=True),
        sa.Column(
            "geometry",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("contact_name", sa.String(), nullable=True),
        sa.Column("contact_phone", sa.String(), nullable=True),
        sa.Column("fixed_s", sa.BigInteger(), nullable=False),
        sa.Column("yard", sa.Boolean(), nullable=False),
        sa.Column("rest", sa.Boolean(), nullable=False),
        sa.Column("yard_max_length_mm", sa.BigInteger(), nullable=False),
        sa.Column("yard_max_height_mm", sa.BigInteger(), nullable=False),
        sa.Column("yard_max_mass_g", sa.BigInteger(), nullable=False),
        sa.Column(
            "needs",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('hub', 'distribution_centre', 'depot', 'end_station', 'store', 'charging', 'bay', 'rest')",
            name=op.f("ck_places_kind"),
        ),
        sa.CheckConstraint(
            "fixed_s >= 0 AND yard_max_length_mm >= 0 AND yard_max_height_mm >= 0 AND yard_max_mass_g >= 0",
            name=op.f("ck_places_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_places_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["receiver_id"], ["organisations.id"], name=op.f("fk_places_receiver_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places")),
        sa.UniqueConstraint("organisation_id", "code", name=op.f("uq_places_organisation_id_code")),
    )
    op.create_geospatial_index(
        "idx_places_geometry",
        "places",
        ["geometry"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index(op.f("ix_places_kind"), "places", ["kind"], unique=False)
    op.create_index("ix_places_name", "places", ["name"], unique=False)
    op.create_index(op.f("ix_places_organisation_id"), "places", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_places_receiver_id"), "places", ["receiver_id"], unique=False)
    op.create_table(
        "tariffs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column(
            "steps",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('electricity', 'fuel')", name=op.f("ck_tariffs_kind")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_tariffs_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tariffs")),
        sa.UniqueConstraint("code", name=op.f("uq_tariffs_code")),
    )
    op.create_index(
        op.f("ix_tariffs_organisation_id"), "tariffs", ["organisation_id"], unique=False
    )
    op.create_table(
        "unit_factors",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shipper_id", sa.Uuid(), nullable=True),
        sa.Column("unit_kind", sa.String(), nullable=False),
        sa.Column("temperature", sa.String(), nullable=True),
        sa.Column("weight_g", sa.BigInteger(), nullable=False),
        sa.Column("volume_cm3", sa.BigInteger(), nullable=False),
        sa.Column("units_per_place", sa.BigInteger(), nullable=False),
        sa.Column("unit_s", sa.BigInteger(), nullable=False),
        sa.Column("load_unit_s", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "temperature IS NULL OR temperature IN ('ambient', 'chilled', 'frozen')",
            name=op.f("ck_unit_factors_temperature"),
        ),
        sa.CheckConstraint(
            "unit_kind IN ('carton', 'pallet', 'roll_cage', 'tote', 'piece')",
            name=op.f("ck_unit_factors_unit_kind"),
        ),
        sa.CheckConstraint(
            "weight_g >= 0 AND volume_cm3 >= 0 AND units_per_place >= 0 AND unit_s >= 0 AND load_unit_s >= 0",
            name=op.f("ck_unit_factors_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["shipper_id"], ["organisations.id"], name=op.f("fk_unit_factors_shipper_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_factors")),
    )
    op.create_index(
        "ix_unit_factors_shipper_kind",
        "unit_factors",
        ["shipper_id", "unit_kind", "temperature"],
        unique=False,
    )
    op.create_geospatial_table(
        "zones",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("district", sa.String(), nullable=True),
        sa.Column(
            "area",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column(
            "sections",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_zones_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zones")),
        sa.UniqueConstraint("code", name=op.f("uq_zones_code")),
    )
    op.create_geospatial_index(
        "idx_zones_area",
        "zones",
        ["area"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index(op.f("ix_zones_organisation_id"), "zones", ["organisation_id"], unique=False)
    op.create_table(
        "access_rules",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("effect", sa.String(), nullable=False),
        sa.Column(
            "who",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "exempt",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "when",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "effect IN ('no_driving', 'no_stopping', 'no_parking', 'pass_needed', 'quiet_only')",
            name=op.f("ck_access_rules_effect"),
        ),
        sa.CheckConstraint(
            "effective_to IS NULL OR effective_from IS NULL OR effective_to >= effective_from",
            name=op.f("ck_access_rules_effective"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_access_rules_organisation_id")
        ),
        sa.ForeignKeyConstraint(["zone_id"], ["zones.id"], name=op.f("fk_access_rules_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_rules")),
        sa.UniqueConstraint("code", name=op.f("uq_access_rules_code")),
    )
    op.create_index(
        op.f("ix_access_rules_organisation_id"), "access_rules", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_access_rules_zone_id"), "access_rules", ["zone_id"], unique=False)
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("token_sha256", sa.String(), nullable=False),
        sa.Column(
            "scopes",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_api_tokens_expires")),
        sa.CheckConstraint("length(token_sha256) = 64", name=op.f("ck_api_tokens_sha256")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_api_tokens_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_api_tokens_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_api_tokens_token_sha256")),
    )
    op.create_index(op.f("ix_api_tokens_account_id"), "api_tokens", ["account_id"], unique=False)
    op.create_index(
        op.f("ix_api_tokens_organisation_id"), "api_tokens", ["organisation_id"], unique=False
    )
    op.create_table(
        "application_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("from_state", sa.String(), nullable=True),
        sa.Column("to_state", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_application_events_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["permit_applications.id"],
            name=op.f("fk_application_events_application_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_events")),
    )
    op.create_index(
        op.f("ix_application_events_application_id"),
        "application_events",
        ["application_id"],
        unique=False,
    )
    op.create_table(
        "bays",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("spaces", sa.BigInteger(), nullable=False),
        sa.Column(
            "hours",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("longest_stay_s", sa.BigInteger(), nullable=False),
        sa.Column("max_length_mm", sa.BigInteger(), nullable=False),
        sa.Column("max_mass_g", sa.BigInteger(), nullable=False),
        sa.Column("buffer_before_s", sa.BigInteger(), nullable=False),
        sa.Column("buffer_after_s", sa.BigInteger(), nullable=False),
        sa.Column("fixed_s", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "longest_stay_s >= 0 AND max_length_mm >= 0 AND max_mass_g >= 0 AND buffer_before_s >= 0 AND buffer_after_s >= 0 AND fixed_s >= 0",
            name=op.f("ck_bays_not_negative"),
        ),
        sa.CheckConstraint("spaces >= 1", name=op.f("ck_bays_spaces")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_bays_organisation_id")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_bays_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bays")),
        sa.UniqueConstraint("code", name=op.f("uq_bays_code")),
        sa.UniqueConstraint("place_id", name=op.f("uq_bays_place_id")),
    )
    op.create_index(op.f("ix_bays_organisation_id"), "bays", ["organisation_id"], unique=False)
    op.create_table(
        "charging_sites",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("power_w", sa.BigInteger(), nullable=False),
        sa.Column("tariff_id", sa.Uuid(), nullable=False),
        sa.Column(
            "hours",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "overlaps",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("attended", sa.Boolean(), nullable=False),
        sa.Column(
            "private_to",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=True,
        ),
        sa.Column("swap_s", sa.BigInteger(), nullable=True),
        sa.Column("swap_mfen", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "power_w >= 0 AND swap_mfen >= 0", name=op.f("ck_charging_sites_not_negative")
        ),
        sa.CheckConstraint("swap_s IS NULL OR swap_s > 0", name=op.f("ck_charging_sites_swap")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_charging_sites_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["places.id"], name=op.f("fk_charging_sites_place_id")
        ),
        sa.ForeignKeyConstraint(
            ["tariff_id"], ["tariffs.id"], name=op.f("fk_charging_sites_tariff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charging_sites")),
        sa.UniqueConstraint("code", name=op.f("uq_charging_sites_code")),
        sa.UniqueConstraint("place_id", name=op.f("uq_charging_sites_place_id")),
    )
    op.create_index(
        op.f("ix_charging_sites_organisation_id"),
        "charging_sites",
        ["organisation_id"],
        unique=False,
    )
    op.create_table(
        "depots",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("letter", sa.String(), nullable=False),
        sa.Column(
            "hours",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("fixed_s", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("fixed_s >= 0", name=op.f("ck_depots_not_negative")),
        sa.ForeignKeyConstraint(
            ["place_id"], ["places.id"], name=op.f("fk_depots_place_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_depots")),
        sa.UniqueConstraint("place_id", name=op.f("uq_depots_place_id")),
    )
    op.create_table(
        "drivers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("home_id", sa.Uuid(), nullable=False),
        sa.Column(
            "licences",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("licence_valid_to", sa.Date(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_drivers_account_id")
        ),
        sa.ForeignKeyConstraint(["home_id"], ["places.id"], name=op.f("fk_drivers_home_id")),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["organisations.id"], name=op.f("fk_drivers_operator_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_drivers_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drivers")),
        sa.UniqueConstraint("account_id", name=op.f("uq_drivers_account_id")),
        sa.UniqueConstraint(
            "organisation_id", "code", name=op.f("uq_drivers_organisation_id_code")
        ),
    )
    op.create_index(op.f("ix_drivers_home_id"), "drivers", ["home_id"], unique=False)
    op.create_index(op.f("ix_drivers_operator_id"), "drivers", ["operator_id"], unique=False)
    op.create_index(
        op.f("ix_drivers_organisation_id"), "drivers", ["organisation_id"], unique=False
    )
    op.create_table(
        "import_mappings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "columns",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "options",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('orders', 'places', 'vehicles', 'drivers', 'chargers', 'bays', 'zones', 'rules', 'tariffs', 'vehicle_types')",
            name=op.f("ck_import_mappings_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_import_mappings_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_import_mappings_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_mappings")),
        sa.UniqueConstraint(
            "organisation_id",
            "kind",
            "fingerprint",
            name=op.f("uq_import_mappings_organisation_id_kind_fingerprint"),
        ),
    )
    op.create_index(
        op.f("ix_import_mappings_organisation_id"),
        "import_mappings",
        ["organisation_id"],
        unique=False,
    )
    op.create_table(
        "permits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=True),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("ended_act", sa.String(), nullable=True),
        sa.Column("date_from", sa.Date(), nullable=False),
        sa.Column("date_to", sa.Date(), nullable=False),
        sa.Column(
            "hours",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("trips_per_day", sa.BigInteger(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(state = 'ended') = (ended_act IS NOT NULL)", name=op.f("ck_permits_ended")
        ),
        sa.CheckConstraint(
            "ended_act IS NULL OR ended_act IN ('withdrawn_by_authority', 'annulled', 'revoked', 'deregistered')",
            name=op.f("ck_permits_ended_act"),
        ),
        sa.CheckConstraint(
            "state IN ('approved', 'suspended', 'ended')", name=op.f("ck_permits_state")
        ),
        sa.CheckConstraint("date_to >= date_from", name=op.f("ck_permits_dates")),
        sa.CheckConstraint("trips_per_day >= 0", name=op.f("ck_permits_not_negative")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["permit_applications.id"], name=op.f("fk_permits_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["organisations.id"], name=op.f("fk_permits_authority_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_permits_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_permits")),
        sa.UniqueConstraint("number", name=op.f("uq_permits_number")),
    )
    op.create_index(op.f("ix_permits_authority_id"), "permits", ["authority_id"], unique=False)
    op.create_index(
        op.f("ix_permits_organisation_id"), "permits", ["organisation_id"], unique=False
    )
    op.create_table(
        "place_windows",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column(
            "weekdays",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("start_s", sa.BigInteger(), nullable=False),
        sa.Column("end_s", sa.BigInteger(), nullable=False),
        sa.Column("night", sa.Boolean(), nullable=False),
        sa.Column(
            "needs",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("unattended", sa.Boolean(), nullable=False),
        sa.Column("unattended_extra_s", sa.BigInteger(), nullable=False),
        sa.Column("soft_late_s", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("end_s >= start_s", name=op.f("ck_place_windows_order")),
        sa.CheckConstraint(
            "start_s >= -21600 AND end_s <= 108000", name=op.f("ck_place_windows_horizon")
        ),
        sa.CheckConstraint(
            "unattended_extra_s >= 0 AND soft_late_s >= 0",
            name=op.f("ck_place_windows_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["places.id"], name=op.f("fk_place_windows_place_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_windows")),
    )
    op.create_index(op.f("ix_place_windows_place_id"), "place_windows", ["place_id"], unique=False)
    op.create_table(
        "plan_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("scenario", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column(
            "totals",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "options",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "locks",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "waivers",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("problem_sha256", sa.String(), nullable=True),
        sa.Column("plan_sha256", sa.String(), nullable=True),
        sa.Column("names_sha256", sa.String(), nullable=True),
        sa.Column("check_sha256", sa.String(), nullable=True),
        sa.Column("base_sha256", sa.String(), nullable=True),
        sa.Column("engine", sa.String(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("threads", sa.BigInteger(), nullable=False),
        sa.Column("iterations", sa.BigInteger(), nullable=True),
        sa.Column("time_limit_s", sa.BigInteger(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'queued', 'solving', 'solved', 'failed', 'cancelled', 'discarded', 'published', 'executing', 'superseded', 'closed')",
            name=op.f("ck_plan_versions_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('solved', 'published', 'executing') OR (plan_sha256 IS NOT NULL AND verdict IS NOT NULL AND verdict IN ('clean', 'waived'))",
            name=op.f("ck_plan_versions_solved_is_checked"),
        ),
        sa.CheckConstraint(
            "verdict IS NULL OR verdict IN ('clean', 'waived', 'violated')",
            name=op.f("ck_plan_versions_verdict"),
        ),
        sa.CheckConstraint("time_limit_s > 0", name=op.f("ck_plan_versions_time_limit")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_plan_versions_version")),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["organisations.id"], name=op.f("fk_plan_versions_operator_id")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["plan_versions.id"], name=op.f("fk_plan_versions_parent_id")
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["accounts.id"], name=op.f("fk_plan_versions_published_by")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["accounts.id"], name=op.f("fk_plan_versions_requested_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_versions")),
        sa.UniqueConstraint(
            "operator_id",
            "service_date",
            "version",
            name=op.f("uq_plan_versions_operator_id_service_date_version"),
        ),
    )
    op.create_index(
        "ix_plan_versions_operator_date",
        "plan_versions",
        ["operator_id", "service_date"],
        unique=False,
    )
    op.create_index(
        op.f("ix_plan_versions_parent_id"), "plan_versions", ["parent_id"], unique=False
    )
    op.create_index(
        "uq_plan_versions_in_force",
        "plan_versions",
        ["operator_id", "service_date"],
        unique=True,
        postgresql_where=sa.text("state IN ('published', 'executing') AND scenario IS NULL"),
        sqlite_where=sa.text("state IN ('published', 'executing') AND scenario IS NULL"),
    )
    op.create_table(
        "shipper_place_aliases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shipper_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('code', 'name', 'address')", name=op.f("ck_shipper_place_aliases_kind")
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["places.id"], name=op.f("fk_shipper_place_aliases_place_id")
        ),
        sa.ForeignKeyConstraint(
            ["shipper_id"], ["organisations.id"], name=op.f("fk_shipper_place_aliases_shipper_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipper_place_aliases")),
        sa.UniqueConstraint(
            "shipper_id", "kind", "text", name=op.f("uq_shipper_place_aliases_shipper_id_kind_text")
        ),
    )
    op.create_index(
        op.f("ix_shipper_place_aliases_place_id"),
        "shipper_place_aliases",
        ["place_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_shipper_place_aliases_shipper_id"),
        "shipper_place_aliases",
        ["shipper_id"],
        unique=False,
    )
    op.create_table(
        "shipper_place_codes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shipper_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["place_id"], ["places.id"], name=op.f("fk_shipper_place_codes_place_id")
        ),
        sa.ForeignKeyConstraint(
            ["shipper_id"], ["organisations.id"], name=op.f("fk_shipper_place_codes_shipper_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipper_place_codes")),
        sa.UniqueConstraint(
            "shipper_id", "code", name=op.f("uq_shipper_place_codes_shipper_id_code")
        ),
    )
    op.create_index(
        op.f("ix_shipper_place_codes_place_id"), "shipper_place_codes", ["place_id"], unique=False
    )
    op.create_index(
        op.f("ix_shipper_place_codes_shipper_id"),
        "shipper_place_codes",
        ["shipper_id"],
        unique=False,
    )
    op.create_table(
        "vehicle_types",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("payload_g", sa.BigInteger(), nullable=False),
        sa.Column("volume_cm3", sa.BigInteger(), nullable=False),
        sa.Column("unit_places", sa.BigInteger(), nullable=False),
        sa.Column(
            "compartments",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("length_mm", sa.BigInteger(), nullable=False),
        sa.Column("width_mm", sa.BigInteger(), nullable=False),
        sa.Column("height_mm", sa.BigInteger(), nullable=False),
        sa.Column("curb_mass_g", sa.BigInteger(), nullable=False),
        sa.Column("gross_mass_g", sa.BigInteger(), nullable=False),
        sa.Column("axles", sa.BigInteger(), nullable=False),
        sa.Column("energy", sa.String(), nullable=False),
        sa.Column("emission_stage", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column(
            "capabilities",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("profile", sa.String(), nullable=False),
        sa.Column("battery_wh", sa.BigInteger(), nullable=False),
        sa.Column("reserve_wh", sa.BigInteger(), nullable=False),
        sa.Column("max_charge_w", sa.BigInteger(), nullable=False),
        sa.Column(
            "curve",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "plugs",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("swap", sa.Boolean(), nullable=False),
        sa.Column(
            "physics",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "use",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("stop_w", sa.BigInteger(), nullable=False),
        sa.Column("fuel_tariff_id", sa.Uuid(), nullable=True),
        sa.Column("fixed_mfen", sa.BigInteger(), nullable=False),
        sa.Column("per_km_mfen", sa.BigInteger(), nullable=False),
        sa.Column("per_hour_mfen", sa.BigInteger(), nullable=False),
        sa.Column("co2e_mg_per_kwh", sa.BigInteger(), nullable=False),
        sa.Column("ttw_mg_per_kwh", sa.BigInteger(), nullable=False),
        sa.Column(
            "papers",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "energy <> 'bev' OR battery_wh > 0", name=op.f("ck_vehicle_types_battery")
        ),
        sa.CheckConstraint(
            "energy IN ('petrol', 'diesel', 'cng', 'lng', 'methanol', 'hev', 'phev', 'erev', 'bev', 'fcev')",
            name=op.f("ck_vehicle_types_energy"),
        ),
        sa.CheckConstraint("payload_g > 0 AND volume_cm3 > 0", name=op.f("ck_vehicle_types_size")),
        sa.CheckConstraint("reserve_wh <= battery_wh", name=op.f("ck_vehicle_types_reserve")),
        sa.CheckConstraint(
            "unit_places >= 0 AND length_mm >= 0 AND width_mm >= 0 AND height_mm >= 0 AND curb_mass_g >= 0 AND gross_mass_g >= 0 AND emission_stage >= 0 AND battery_wh >= 0 AND reserve_wh >= 0 AND max_charge_w >= 0 AND stop_w >= 0 AND fixed_mfen >= 0 AND per_km_mfen >= 0 AND per_hour_mfen >= 0 AND co2e_mg_per_kwh >= 0 AND ttw_mg_per_kwh >= 0",
            name=op.f("ck_vehicle_types_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["fuel_tariff_id"], ["tariffs.id"], name=op.f("fk_vehicle_types_fuel_tariff_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_vehicle_types_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vehicle_types")),
        sa.UniqueConstraint("code", name=op.f("uq_vehicle_types_code")),
    )
    op.create_index(
        op.f("ix_vehicle_types_organisation_id"), "vehicle_types", ["organisation_id"], unique=False
    )
    op.create_table(
        "bay_places",
        sa.Column("bay_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("walk_s", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("walk_s >= 0", name=op.f("ck_bay_places_not_negative")),
        sa.ForeignKeyConstraint(
            ["bay_id"], ["bays.id"], name=op.f("fk_bay_places_bay_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["places.id"], name=op.f("fk_bay_places_place_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("bay_id", "place_id", name=op.f("pk_bay_places")),
    )
    op.create_index(op.f("ix_bay_places_place_id"), "bay_places", ["place_id"], unique=False)
    op.create_table(
        "charge_points",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["charging_sites.id"],
            name=op.f("fk_charge_points_site_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charge_points")),
        sa.UniqueConstraint("site_id", "code", name=op.f("uq_charge_points_site_id_code")),
    )
    op.create_table(
        "claims",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("thing", sa.String(), nullable=False),
        sa.Column("thing_id", sa.Uuid(), nullable=False),
        sa.Column("space", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("power_w", sa.BigInteger(), nullable=False),
        sa.Column("plan_version_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "thing IN ('bay', 'connector', 'vehicle', 'driver')", name=op.f("ck_claims_thing")
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_claims_order")),
        sa.CheckConstraint("space >= 0 AND power_w >= 0", name=op.f("ck_claims_not_negative")),
        sa.ForeignKeyConstraint(
            ["plan_version_id"], ["plan_versions.id"], name=op.f("fk_claims_plan_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
    )
    op.create_index(op.f("ix_claims_plan_version_id"), "claims", ["plan_version_id"], unique=False)
    op.create_index(
        "ix_claims_thing", "claims", ["thing", "thing_id", "space", "starts_at"], unique=False
    )
    op.create_table(
        "driver_days",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("driver_id", sa.Uuid(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("absent", sa.Boolean(), nullable=False),
        sa.Column("duty_used_s", sa.BigInteger(), nullable=False),
        sa.Column("driving_since_rest_s", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "duty_used_s >= 0 AND driving_since_rest_s >= 0",
            name=op.f("ck_driver_days_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["driver_id"], ["drivers.id"], name=op.f("fk_driver_days_driver_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_driver_days")),
        sa.UniqueConstraint(
            "driver_id", "service_date", name=op.f("uq_driver_days_driver_id_service_date")
        ),
    )
    op.create_index("ix_driver_days_service_date", "driver_days", ["service_date"], unique=False)
    op.create_table(
        "imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("encoding", sa.String(), nullable=True),
        sa.Column("source_sha256", sa.String(), nullable=False),
        sa.Column("marked_sha256", sa.String(), nullable=True),
        sa.Column("content_sha256", sa.String(), nullable=True),
        sa.Column("mapping_id", sa.Uuid(), nullable=True),
        sa.Column("service_date", sa.Date(), nullable=True),
        sa.Column(
            "options",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "report",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("errors", sa.BigInteger(), nullable=False),
        sa.Column("warnings", sa.BigInteger(), nullable=False),
        sa.Column("stored", sa.BigInteger(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('orders', 'places', 'vehicles', 'drivers', 'chargers', 'bays', 'zones', 'rules', 'tariffs', 'vehicle_types')",
            name=op.f("ck_imports_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('received', 'parsing', 'parsed', 'failed', 'stored', 'discarded')",
            name=op.f("ck_imports_state"),
        ),
        sa.CheckConstraint(
            "size >= 0 AND rows >= 0 AND errors >= 0 AND warnings >= 0 AND stored >= 0",
            name=op.f("ck_imports_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_imports_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["mapping_id"], ["import_mappings.id"], name=op.f("fk_imports_mapping_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_imports_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_index(
        op.f("ix_imports_organisation_id"), "imports", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_imports_source_sha256"), "imports", ["source_sha256"], unique=False)
    op.create_table(
        "permit_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("permit_id", sa.Uuid(), nullable=False),
        sa.Column("from_state", sa.String(), nullable=True),
        sa.Column("to_state", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_permit_events_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["permit_id"], ["permits.id"], name=op.f("fk_permit_events_permit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_permit_events")),
    )
    op.create_index(
        op.f("ix_permit_events_permit_id"), "permit_events", ["permit_id"], unique=False
    )
    op.create_table(
        "permit_rules",
        sa.Column("permit_id", sa.Uuid(), nullable=False),
        sa.Column("rule_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["permit_id"],
            ["permits.id"],
            name=op.f("fk_permit_rules_permit_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["access_rules.id"], name=op.f("fk_permit_rules_rule_id")
        ),
        sa.PrimaryKeyConstraint("permit_id", "rule_id", name=op.f("pk_permit_rules")),
    )
    op.create_index(op.f("ix_permit_rules_rule_id"), "permit_rules", ["rule_id"], unique=False)
    op.create_table(
        "plan_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_version_id", sa.Uuid(), nullable=False),
        sa.Column("from_state", sa.String(), nullable=True),
        sa.Column("to_state", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_plan_events_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["plan_version_id"], ["plan_versions.id"], name=op.f("fk_plan_events_plan_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_events")),
    )
    op.create_index(
        op.f("ix_plan_events_plan_version_id"), "plan_events", ["plan_version_id"], unique=False
    )
    op.create_table(
        "vehicles",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("plate", sa.String(), nullable=False),
        sa.Column("plate_kind", sa.String(), nullable=False),
        sa.Column("plate_tail", sa.BigInteger(), nullable=True),
        sa.Column("type_id", sa.Uuid(), nullable=False),
        sa.Column("use", sa.String(), nullable=False),
        sa.Column("local", sa.Boolean(), nullable=False),
        sa.Column("home_id", sa.Uuid(), nullable=False),
        sa.Column("soc_wh", sa.BigInteger(), nullable=True),
        sa.Column("soc_end_wh", sa.BigInteger(), nullable=True),
        sa.Column(
            "shippers",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=True,
        ),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("notes", sa.String(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "plate_tail IS NULL OR plate_tail BETWEEN 0 AND 9", name=op.f("ck_vehicles_plate_tail")
        ),
        sa.ForeignKeyConstraint(["home_id"], ["places.id"], name=op.f("fk_vehicles_home_id")),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["organisations.id"], name=op.f("fk_vehicles_operator_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_vehicles_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["type_id"], ["vehicle_types.id"], name=op.f("fk_vehicles_type_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vehicles")),
        sa.UniqueConstraint("plate", "plate_kind", name=op.f("uq_vehicles_plate_plate_kind")),
    )
    op.create_index(op.f("ix_vehicles_home_id"), "vehicles", ["home_id"], unique=False)
    op.create_index(op.f("ix_vehicles_operator_id"), "vehicles", ["operator_id"], unique=False)
    op.create_index(
        op.f("ix_vehicles_organisation_id"), "vehicles", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_vehicles_type_id"), "vehicles", ["type_id"], unique=False)
    op.create_table(
        "connectors",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("point_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("plug", sa.String(), nullable=False),
        sa.Column("power_w", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("power_w > 0", name=op.f("ck_connectors_power")),
        sa.ForeignKeyConstraint(
            ["point_id"],
            ["charge_points.id"],
            name=op.f("fk_connectors_point_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connectors")),
        sa.UniqueConstraint("point_id", "code", name=op.f("uq_connectors_point_id_code")),
    )
    op.create_table(
        "duty_templates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("driver_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "weekdays",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("start_s", sa.BigInteger(), nullable=False),
        sa.Column("end_s", sa.BigInteger(), nullable=False),
        sa.Column("longest_s", sa.BigInteger(), nullable=False),
        sa.Column("longest_driving_s", sa.BigInteger(), nullable=False),
        sa.Column("rest_s", sa.BigInteger(), nullable=False),
        sa.Column("vehicle_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("end_s > start_s", name=op.f("ck_duty_templates_order")),
        sa.CheckConstraint(
            "longest_s > 0 AND longest_driving_s > 0 AND rest_s > 0",
            name=op.f("ck_duty_templates_positive"),
        ),
        sa.CheckConstraint(
            "start_s >= -21600 AND end_s <= 108000", name=op.f("ck_duty_templates_horizon")
        ),
        sa.ForeignKeyConstraint(
            ["driver_id"],
            ["drivers.id"],
            name=op.f("fk_duty_templates_driver_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles.id"], name=op.f("fk_duty_templates_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_templates")),
    )
    op.create_index(
        op.f("ix_duty_templates_driver_id"), "duty_templates", ["driver_id"], unique=False
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shipper_id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("pickup_place_id", sa.Uuid(), nullable=False),
        sa.Column("delivery_place_id", sa.Uuid(), nullable=False),
        sa.Column("weight_g", sa.BigInteger(), nullable=False),
        sa.Column("volume_cm3", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("unit_kind", sa.String(), nullable=False),
        sa.Column("unit_places", sa.BigInteger(), nullable=False),
        sa.Column("unit_s", sa.BigInteger(), nullable=False),
        sa.Column("load_unit_s", sa.BigInteger(), nullable=False),
        sa.Column(
            "estimated",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("temperature", sa.String(), nullable=False),
        sa.Column("goods", sa.String(), nullable=False),
        sa.Column("goods_name", sa.String(), nullable=False),
        sa.Column(
            "needs",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "windows",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "pickup_windows",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("mandatory", sa.BigInteger(), nullable=False),
        sa.Column("prize_fen", sa.BigInteger(), nullable=False),
        sa.Column("release_s", sa.BigInteger(), nullable=True),
        sa.Column("due_s", sa.BigInteger(), nullable=True),
        sa.Column("longest_ride_s", sa.BigInteger(), nullable=True),
        sa.Column(
            "share_with",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=True,
        ),
        sa.Column(
            "never_with",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("parts_allowed", sa.Boolean(), nullable=False),
        sa.Column("return_of_id", sa.Uuid(), nullable=True),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("expected_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expected_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expected_plate", sa.String(), nullable=True),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'accepted', 'rejected', 'planned', 'dispatched', 'delivered', 'partly_delivered', 'refused', 'failed', 'closed', 'cancelled')",
            name=op.f("ck_orders_state"),
        ),
        sa.CheckConstraint(
            "temperature IN ('ambient', 'chilled', 'frozen')", name=op.f("ck_orders_temperature")
        ),
        sa.CheckConstraint(
            "unit_kind IN ('carton', 'pallet', 'roll_cage', 'tote', 'piece')",
            name=op.f("ck_orders_unit_kind"),
        ),
        sa.CheckConstraint(
            "pickup_place_id <> delivery_place_id", name=op.f("ck_orders_two_places")
        ),
        sa.CheckConstraint("units >= 1", name=op.f("ck_orders_units")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_orders_version")),
        sa.CheckConstraint(
            "weight_g >= 0 AND volume_cm3 >= 0 AND unit_places >= 0 AND unit_s >= 0 AND load_unit_s >= 0 AND mandatory >= 0 AND prize_fen >= 0",
            name=op.f("ck_orders_not_negative"),
        ),
        sa.ForeignKeyConstraint(["created_by"], ["accounts.id"], name=op.f("fk_orders_created_by")),
        sa.ForeignKeyConstraint(
            ["delivery_place_id"], ["places.id"], name=op.f("fk_orders_delivery_place_id")
        ),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_orders_import_id")),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["organisations.id"], name=op.f("fk_orders_operator_id")
        ),
        sa.ForeignKeyConstraint(
            ["pickup_place_id"], ["places.id"], name=op.f("fk_orders_pickup_place_id")
        ),
        sa.ForeignKeyConstraint(
            ["return_of_id"], ["orders.id"], name=op.f("fk_orders_return_of_id")
        ),
        sa.ForeignKeyConstraint(
            ["shipper_id"], ["organisations.id"], name=op.f("fk_orders_shipper_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
    )
    op.create_index(
        op.f("ix_orders_delivery_place_id"), "orders", ["delivery_place_id"], unique=False
    )
    op.create_index(op.f("ix_orders_import_id"), "orders", ["import_id"], unique=False)
    op.create_index(
        "ix_orders_operator_date_state",
        "orders",
        ["operator_id", "service_date", "state"],
        unique=False,
    )
    op.create_index(op.f("ix_orders_pickup_place_id"), "orders", ["pickup_place_id"], unique=False)
    op.create_index(op.f("ix_orders_return_of_id"), "orders", ["return_of_id"], unique=False)
    op.create_index(op.f("ix_orders_service_date"), "orders", ["service_date"], unique=False)
    op.create_index(
        "ix_orders_shipper_date", "orders", ["shipper_id", "service_date"], unique=False
    )
    op.create_index(
        "uq_orders_shipper_reference_live",
        "orders",
        ["shipper_id", "reference"],
        unique=True,
        postgresql_where=sa.text("state NOT IN ('cancelled', 'rejected')"),
        sqlite_where=sa.text("state NOT IN ('cancelled', 'rejected')"),
    )
    op.create_table(
        "permit_vehicles",
        sa.Column("permit_id", sa.Uuid(), nullable=False),
        sa.Column("vehicle_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["permit_id"],
            ["permits.id"],
            name=op.f("fk_permit_vehicles_permit_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles.id"], name=op.f("fk_permit_vehicles_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("permit_id", "vehicle_id", name=op.f("pk_permit_vehicles")),
    )
    op.create_index(
        op.f("ix_permit_vehicles_vehicle_id"), "permit_vehicles", ["vehicle_id"], unique=False
    )
    op.create_table(
        "plan_jobs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("plan_version_id", sa.Uuid(), nullable=True),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column(
            "payload",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "result",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("attempt", sa.BigInteger(), nullable=False),
        sa.Column("max_attempts", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("worker", sa.String(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stop", sa.String(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'done', 'failed', 'cancelled')",
            name=op.f("ck_plan_jobs_state"),
        ),
        sa.CheckConstraint("stop IN ('none', 'keep', 'cancel')", name=op.f("ck_plan_jobs_stop")),
        sa.CheckConstraint("attempt >= 0 AND token >= 0", name=op.f("ck_plan_jobs_not_negative")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_plan_jobs_account_id")
        ),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_plan_jobs_import_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_plan_jobs_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["plan_version_id"], ["plan_versions.id"], name=op.f("fk_plan_jobs_plan_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_jobs")),
    )
    op.create_index(op.f("ix_plan_jobs_import_id"), "plan_jobs", ["import_id"], unique=False)
    op.create_index(
        op.f("ix_plan_jobs_organisation_id"), "plan_jobs", ["organisation_id"], unique=False
    )
    op.create_index(
        op.f("ix_plan_jobs_plan_version_id"), "plan_jobs", ["plan_version_id"], unique=False
    )
    op.create_index("ix_plan_jobs_state_lease", "plan_jobs", ["state", "lease_until"], unique=False)
    op.create_table(
        "plan_routes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_version_id", sa.Uuid(), nullable=False),
        sa.Column("vehicle_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "totals",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_version_id"],
            ["plan_versions.id"],
            name=op.f("fk_plan_routes_plan_version_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles.id"], name=op.f("fk_plan_routes_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_routes")),
        sa.UniqueConstraint(
            "plan_version_id", "vehicle_id", name=op.f("uq_plan_routes_plan_version_id_vehicle_id")
        ),
    )
    op.create_index(op.f("ix_plan_routes_vehicle_id"), "plan_routes", ["vehicle_id"], unique=False)
    op.create_table(
        "vehicle_absences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vehicle_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_vehicle_absences_order")),
        sa.ForeignKeyConstraint(
            ["vehicle_id"],
            ["vehicles.id"],
            name=op.f("fk_vehicle_absences_vehicle_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vehicle_absences")),
    )
    op.create_index(
        op.f("ix_vehicle_absences_vehicle_id"), "vehicle_absences", ["vehicle_id"], unique=False
    )
    op.create_table(
        "vehicle_papers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vehicle_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["vehicle_id"],
            ["vehicles.id"],
            name=op.f("fk_vehicle_papers_vehicle_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vehicle_papers")),
        sa.UniqueConstraint("vehicle_id", "kind", name=op.f("uq_vehicle_papers_vehicle_id_kind")),
    )
    op.create_table(
        "order_afters",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("before_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("order_id <> before_id", name=op.f("ck_order_afters_other")),
        sa.ForeignKeyConstraint(
            ["before_id"], ["orders.id"], name=op.f("fk_order_afters_before_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_order_afters_order_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("order_id", "before_id", name=op.f("pk_order_afters")),
    )
    op.create_table(
        "order_alternatives",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column(
            "windows",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("extra_cost_mfen", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "side IN ('pickup', 'delivery')", name=op.f("ck_order_alternatives_side")
        ),
        sa.CheckConstraint("extra_cost_mfen >= 0", name=op.f("ck_order_alternatives_not_negative")),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
            name=op.f("fk_order_alternatives_order_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["places.id"], name=op.f("fk_order_alternatives_place_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_alternatives")),
        sa.UniqueConstraint(
            "order_id",
            "side",
            "place_id",
            name=op.f("uq_order_alternatives_order_id_side_place_id"),
        ),
    )
    op.create_index(
        op.f("ix_order_alternatives_place_id"), "order_alternatives", ["place_id"], unique=False
    )
    op.create_table(
        "order_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("from_state", sa.String(), nullable=True),
        sa.Column("to_state", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("plan_version_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_order_events_account_id")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_events_order_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_order_events_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_events")),
    )
    op.create_index(op.f("ix_order_events_order_id"), "order_events", ["order_id"], unique=False)
    op.create_table(
        "order_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column(
            "content",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_order_versions_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_order_versions_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_versions")),
        sa.UniqueConstraint("order_id", "version", name=op.f("uq_order_versions_order_id_version")),
    )
    op.create_table(
        "plan_assignments",
        sa.Column("plan_version_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("vehicle_id", sa.Uuid(), nullable=True),
        sa.Column("driver_id", sa.Uuid(), nullable=True),
        sa.Column("trip", sa.BigInteger(), nullable=True),
        sa.Column("arrives_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("departs_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tier", sa.String(), nullable=True),
        sa.CheckConstraint(
            "tier IS NULL OR tier IN ('impossible', 'no_room', 'not_worth_it')",
            name=op.f("ck_plan_assignments_tier"),
        ),
        sa.CheckConstraint(
            "(vehicle_id IS NULL) = (arrives_at IS NULL)", name=op.f("ck_plan_assignments_served")
        ),
        sa.ForeignKeyConstraint(
            ["driver_id"], ["drivers.id"], name=op.f("fk_plan_assignments_driver_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_plan_assignments_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["plan_version_id"],
            ["plan_versions.id"],
            name=op.f("fk_plan_assignments_plan_version_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles.id"], name=op.f("fk_plan_assignments_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("plan_version_id", "order_id", name=op.f("pk_plan_assignments")),
    )
    op.create_index(
        op.f("ix_plan_assignments_driver_id"), "plan_assignments", ["driver_id"], unique=False
    )
    op.create_index(
        op.f("ix_plan_assignments_order_id"), "plan_assignments", ["order_id"], unique=False
    )
    op.create_index(
        op.f("ix_plan_assignments_vehicle_id"), "plan_assignments", ["vehicle_id"], unique=False
    )
    op.create_table(
        "plan_duties",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_version_id", sa.Uuid(), nullable=False),
        sa.Column("route_id", sa.Uuid(), nullable=False),
        sa.Column("driver_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["driver_id"], ["drivers.id"], name=op.f("fk_plan_duties_driver_id")
        ),
        sa.ForeignKeyConstraint(
            ["plan_version_id"],
            ["plan_versions.id"],
            name=op.f("fk_plan_duties_plan_version_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["route_id"],
            ["plan_routes.id"],
            name=op.f("fk_plan_duties_route_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_duties")),
    )
    op.create_index(op.f("ix_plan_duties_driver_id"), "plan_duties", ["driver_id"], unique=False)
    op.create_index(
        op.f("ix_plan_duties_plan_version_id"), "plan_duties", ["plan_version_id"], unique=False
    )
    op.create_table(
        "plan_pieces",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column(
            "payload",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "result",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("attempt", sa.BigInteger(), nullable=False),
        sa.Column("max_attempts", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("worker", sa.String(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'done', 'failed', 'cancelled')",
            name=op.f("ck_plan_pieces_state"),
        ),
        sa.CheckConstraint(
            "attempt >= 0 AND token >= 0 AND number >= 0", name=op.f("ck_plan_pieces_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["plan_jobs.id"], name=op.f("fk_plan_pieces_job_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_pieces")),
        sa.UniqueConstraint("job_id", "number", name=op.f("uq_plan_pieces_job_id_number")),
    )
    op.create_index(
        "ix_plan_pieces_state_lease", "plan_pieces", ["state", "lease_until"], unique=False
    )
    install(op.get_bind())


def downgrade() -> None:
    remove(op.get_bind())
    op.drop_index("ix_plan_pieces_state_lease", table_name="plan_pieces")
    op.drop_table("plan_pieces")
    op.drop_index(op.f("ix_plan_duties_plan_version_id"), table_name="plan_duties")
    op.drop_index(op.f("ix_plan_duties_driver_id"), table_name="plan_duties")
    op.drop_table("plan_duties")
    op.drop_index(op.f("ix_plan_assignments_vehicle_id"), table_name="plan_assignments")
    op.drop_index(op.f("ix_plan_assignments_order_id"), table_name="plan_assignments")
    op.drop_index(op.f("ix_plan_assignments_driver_id"), table_name="plan_assignments")
    op.drop_table("plan_assignments")
    op.drop_table("order_versions")
    op.drop_index(op.f("ix_order_events_order_id"), table_name="order_events")
    op.drop_table("order_events")
    op.drop_index(op.f("ix_order_alternatives_place_id"), table_name="order_alternatives")
    op.drop_table("order_alternatives")
    op.drop_table("order_afters")
    op.drop_table("vehicle_papers")
    op.drop_index(op.f("ix_vehicle_absences_vehicle_id"), table_name="vehicle_absences")
    op.drop_table("vehicle_absences")
    op.drop_index(op.f("ix_plan_routes_vehicle_id"), table_name="plan_routes")
    op.drop_table("plan_routes")
    op.drop_index("ix_plan_jobs_state_lease", table_name="plan_jobs")
    op.drop_index(op.f("ix_plan_jobs_plan_version_id"), table_name="plan_jobs")
    op.drop_index(op.f("ix_plan_jobs_organisation_id"), table_name="plan_jobs")
    op.drop_index(op.f("ix_plan_jobs_import_id"), table_name="plan_jobs")
    op.drop_table("plan_jobs")
    op.drop_index(op.f("ix_permit_vehicles_vehicle_id"), table_name="permit_vehicles")
    op.drop_table("permit_vehicles")
    op.drop_index(
        "uq_orders_shipper_reference_live",
        table_name="orders",
        postgresql_where=sa.text("state NOT IN ('cancelled', 'rejected')"),
        sqlite_where=sa.text("state NOT IN ('cancelled', 'rejected')"),
    )
    op.drop_index("ix_orders_shipper_date", table_name="orders")
    op.drop_index(op.f("ix_orders_service_date"), table_name="orders")
    op.drop_index(op.f("ix_orders_return_of_id"), table_name="orders")
    op.drop_index(op.f("ix_orders_pickup_place_id"), table_name="orders")
    op.drop_index("ix_orders_operator_date_state", table_name="orders")
    op.drop_index(op.f("ix_orders_import_id"), table_name="orders")
    op.drop_index(op.f("ix_orders_delivery_place_id"), table_name="orders")
    op.drop_table("orders")
    op.drop_index(op.f("ix_duty_templates_driver_id"), table_name="duty_templates")
    op.drop_table("duty_templates")
    op.drop_table("connectors")
    op.drop_index(op.f("ix_vehicles_type_id"), table_name="vehicles")
    op.drop_index(op.f("ix_vehicles_organisation_id"), table_name="vehicles")
    op.drop_index(op.f("ix_vehicles_operator_id"), table_name="vehicles")
    op.drop_index(op.f("ix_vehicles_home_id"), table_name="vehicles")
    op.drop_table("vehicles")
    op.drop_index(op.f("ix_plan_events_plan_version_id"), table_name="plan_events")
    op.drop_table("plan_events")
    op.drop_index(op.f("ix_permit_rules_rule_id"), table_name="permit_rules")
    op.drop_table("permit_rules")
    op.drop_index(op.f("ix_permit_events_permit_id"), table_name="permit_events")
    op.drop_table("permit_events")
    op.drop_index(op.f("ix_imports_source_sha256"), table_name="imports")
    op.drop_index(op.f("ix_imports_organisation_id"), table_name="imports")
    op.drop_table("imports")
    op.drop_index("ix_driver_days_service_date", table_name="driver_days")
    op.drop_table("driver_days")
    op.drop_index("ix_claims_thing", table_name="claims")
    op.drop_index(op.f("ix_claims_plan_version_id"), table_name="claims")
    op.drop_table("claims")
    op.drop_table("charge_points")
    op.drop_index(op.f("ix_bay_places_place_id"), table_name="bay_places")
    op.drop_table("bay_places")
    op.drop_index(op.f("ix_vehicle_types_organisation_id"), table_name="vehicle_types")
    op.drop_table("vehicle_types")
    op.drop_index(op.f("ix_shipper_place_codes_shipper_id"), table_name="shipper_place_codes")
    op.drop_index(op.f("ix_shipper_place_codes_place_id"), table_name="shipper_place_codes")
    op.drop_table("shipper_place_codes")
    op.drop_index(op.f("ix_shipper_place_aliases_shipper_id"), table_name="shipper_place_aliases")
    op.drop_index(op.f("ix_shipper_place_aliases_place_id"), table_name="shipper_place_aliases")
    op.drop_table("shipper_place_aliases")
    op.drop_index(
        "uq_plan_versions_in_force",
        table_name="plan_versions",
        postgresql_where=sa.text("state IN ('published', 'executing') AND scenario IS NULL"),
        sqlite_where=sa.text("state IN ('published', 'executing') AND scenario IS NULL"),
    )
    op.drop_index(op.f("ix_plan_versions_parent_id"), table_name="plan_versions")
    op.drop_index("ix_plan_versions_operator_date", table_name="plan_versions")
    op.drop_table("plan_versions")
    op.drop_index(op.f("ix_place_windows_place_id"), table_name="place_windows")
    op.drop_table("place_windows")
    op.drop_index(op.f("ix_permits_organisation_id"), table_name="permits")
    op.drop_index(op.f("ix_permits_authority_id"), table_name="permits")
    op.drop_table("permits")
    op.drop_index(op.f("ix_import_mappings_organisation_id"), table_name="import_mappings")
    op.drop_table("import_mappings")
    op.drop_index(op.f("ix_drivers_organisation_id"), table_name="drivers")
    op.drop_index(op.f("ix_drivers_operator_id"), table_name="drivers")
    op.drop_index(op.f("ix_drivers_home_id"), table_name="drivers")
    op.drop_table("drivers")
    op.drop_table("depots")
    op.drop_index(op.f("ix_charging_sites_organisation_id"), table_name="charging_sites")
    op.drop_table("charging_sites")
    op.drop_index(op.f("ix_bays_organisation_id"), table_name="bays")
    op.drop_table("bays")
    op.drop_index(op.f("ix_application_events_application_id"), table_name="application_events")
    op.drop_table("application_events")
    op.drop_index(op.f("ix_api_tokens_organisation_id"), table_name="api_tokens")
    op.drop_index(op.f("ix_api_tokens_account_id"), table_name="api_tokens")
    op.drop_table("api_tokens")
    op.drop_index(op.f("ix_access_rules_zone_id"), table_name="access_rules")
    op.drop_index(op.f("ix_access_rules_organisation_id"), table_name="access_rules")
    op.drop_table("access_rules")
    op.drop_index(op.f("ix_zones_organisation_id"), table_name="zones")
    op.drop_geospatial_index(
        "idx_zones_area", table_name="zones", postgresql_using="gist", column_name="area"
    )
    op.drop_geospatial_table("zones")
    op.drop_index("ix_unit_factors_shipper_kind", table_name="unit_factors")
    op.drop_table("unit_factors")
    op.drop_index(op.f("ix_tariffs_organisation_id"), table_name="tariffs")
    op.drop_table("tariffs")
    op.drop_index(op.f("ix_places_receiver_id"), table_name="places")
    op.drop_index(op.f("ix_places_organisation_id"), table_name="places")
    op.drop_index("ix_places_name", table_name="places")
    op.drop_index(op.f("ix_places_kind"), table_name="places")
    op.drop_geospatial_index(
        "idx_places_geometry", table_name="places", postgresql_using="gist", column_name="geometry"
    )
    op.drop_geospatial_table("places")
    op.drop_index(op.f("ix_permit_applications_organisation_id"), table_name="permit_applications")
    op.drop_index(op.f("ix_permit_applications_authority_id"), table_name="permit_applications")
    op.drop_table("permit_applications")
    op.drop_index(op.f("ix_idempotency_keys_organisation_id"), table_name="idempotency_keys")
    op.drop_index(op.f("ix_idempotency_keys_expires_at"), table_name="idempotency_keys")
    op.drop_table("idempotency_keys")
    op.drop_index(op.f("ix_agreements_shipper_id"), table_name="agreements")
    op.drop_index(op.f("ix_agreements_operator_id"), table_name="agreements")
    op.drop_table("agreements")
    op.drop_index(op.f("ix_accounts_organisation_id"), table_name="accounts")
    op.drop_table("accounts")
    op.drop_index("ix_outbox_unsent", table_name="outbox")
    op.drop_table("outbox")
    op.drop_index("ix_organisations_kind", table_name="organisations")
    op.drop_table("organisations")
    op.drop_table("login_throttles")
    op.drop_geospatial_index(
        "idx_districts_area", table_name="districts", postgresql_using="gist", column_name="area"
    )
    op.drop_geospatial_table("districts")
    op.drop_table("cities")
    op.drop_index("ix_audit_events_organisation", table_name="audit_events")
    op.drop_index("ix_audit_events_entity", table_name="audit_events")
    op.drop_table("audit_events")
    op.drop_table("artefacts")
