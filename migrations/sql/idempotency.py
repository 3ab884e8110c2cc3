"""Row security of stored answers: they are their organisation's alone."""

from __future__ import annotations

POLICIES = {"idempotency_keys": "organisation_id = gf_organisation()"}
"""Who sees and writes a row, beside the platform's own work (role ``system``)."""
