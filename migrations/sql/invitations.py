"""Row security of invitations: the organisation's own, and the administrator's."""

from __future__ import annotations

POLICIES = {"invitations": "organisation_id = gf_organisation() OR gf_role() = 'admin'"}
