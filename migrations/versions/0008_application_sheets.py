"""Applications for passes come by sheet, hand-made plans too: kinds of import.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("imports", "import_mappings")
BEFORE = (
    "orders", "places", "vehicles", "drivers", "chargers", "bays", "zones", "rules", "tariffs",
    "vehicle_types",
)  # fmt: skip


NEW = ("permit_applications", "plans")
"""Applications, and hand-made plans, whose sheets come next."""


def upgrade() -> None:
    """Let imports be of these too."""
    _allow((*BEFORE, *NEW))


def downgrade() -> None:
    """As before; imports of these go."""
    for table in TABLES:
        for kind in NEW:
            op.execute(f"DELETE FROM {table} WHERE kind = '{kind}'")  # noqa: S608 - our own names
    _allow(BEFORE)


def _allow(kinds: tuple[str, ...]) -> None:
    words = ", ".join(f"'{kind}'" for kind in kinds)
    for table in TABLES:
        name = op.f(f"ck_{table}_kind")
        with op.batch_alter_table(table) as change:
            change.drop_constraint(name, type_="check")
            change.create_check_constraint(name, f"kind IN ({words})")
