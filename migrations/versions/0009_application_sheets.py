"""Applications for passes come by sheet: a kind of import.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = ("imports", "import_mappings")
BEFORE = (
    "orders", "places", "vehicles", "drivers", "chargers", "bays", "zones", "rules", "tariffs",
    "vehicle_types", "plans",
)  # fmt: skip


def upgrade() -> None:
    """Let imports be of applications for passes."""
    _allow((*BEFORE, "permit_applications"))


def downgrade() -> None:
    """As before; imports of applications go."""
    for table in TABLES:
        op.execute(f"DELETE FROM {table} WHERE kind = 'permit_applications'")  # noqa: S608 - ours
    _allow(BEFORE)


def _allow(kinds: tuple[str, ...]) -> None:
    words = ", ".join(f"'{kind}'" for kind in kinds)
    for table in TABLES:
        name = op.f(f"ck_{table}_kind")
        with op.batch_alter_table(table) as change:
            change.drop_constraint(name, type_="check")
            change.create_check_constraint(name, f"kind IN ({words})")
