"""Row security of edits by hand: as the plan version that they belong to."""

from __future__ import annotations

POLICIES = {"plan_edits": "gf_plan_operator(plan_version_id) = gf_organisation()"}
