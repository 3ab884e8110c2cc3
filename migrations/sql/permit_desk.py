"""Row security of the permit desk: kinds of pass, documents, notices, roadside checks."""

from __future__ import annotations

_ORG = "gf_organisation()"

POLICIES = {
    "permit_schemes": "gf_role() <> ''",
    "documents": f"organisation_id = {_ORG} OR (gf_role() = 'police' AND audience = 'authority')",
    "notices": f"organisation_id = {_ORG}",
    "roadside_checks": f"organisation_id = {_ORG}",
}
"""Who sees and writes a row, beside the platform's own work (role ``system``)."""
