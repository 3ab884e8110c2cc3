"""Row security of the public keys of roadside codes."""

from __future__ import annotations

POLICIES = {"roadside_keys": "gf_role() = 'police'"}
"""Who sees and writes a row, beside the platform's own work (role ``system``)."""
