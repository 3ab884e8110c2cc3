"""Row security of receiving, waves and requests."""

# ruff: noqa: S608 - the SQL is ours, nothing of it comes from outside
from __future__ import annotations

_ORG = "gf_organisation()"
_OF_WAVE = "EXISTS (SELECT 1 FROM waves w WHERE w.id = wave_id)"
_OF_ORDER = "EXISTS (SELECT 1 FROM orders o WHERE o.id = order_id)"

POLICIES = {
    # Exceptions are planned with, like windows: whoever plans must see those of every place.
    "place_days": "gf_role() IN ('dispatcher', 'shipper', 'receiver', 'carrier', 'driver')",
    "place_versions": f"""EXISTS (SELECT 1 FROM places p WHERE p.id = place_id
        AND (gf_role() = 'dispatcher' OR p.organisation_id = {_ORG} OR p.receiver_id = {_ORG}))""",
    "waves": f"shipper_id = {_ORG} OR gf_serves(shipper_id)",
    "wave_stations": _OF_WAVE,
    "wave_orders": _OF_ORDER,
    "order_requests": _OF_ORDER,
}
"""Who sees and writes a row, beside the platform's own work (role ``system``)."""
