"""Row security of indicators' targets."""

from __future__ import annotations

POLICIES = {"indicator_targets": "gf_role() = 'bureau'"}
"""Who sees and writes a row, beside the platform's own work (role ``system``)."""
