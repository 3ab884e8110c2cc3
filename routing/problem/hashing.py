"""Names of problems and plans: SHA-256 of their canonical JSON (RFC 8785)."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
import rfc8785

from routing.plan import Plan
from routing.problem.problem import Problem


def canonical_bytes(record: Any) -> bytes:
    """Canonical JSON of a record: every field, defaults too, keys sorted, numbers as RFC 8785.

    Raises:
        rfc8785.CanonicalizationError: a number that JSON cannot carry exactly (|n| >= 2**53).
    """
    return rfc8785.dumps(msgspec.to_builtins(record, str_keys=True))


def problem_sha256(problem: Problem) -> str:
    """SHA-256, in hex, of the problem's canonical JSON."""
    return hashlib.sha256(canonical_bytes(problem)).hexdigest()


def plan_bytes_without_run(plan: Plan) -> bytes:
    """Canonical JSON of a plan without its ``run`` block: what two equal runs agree on."""
    data = msgspec.to_builtins(plan, str_keys=True)
    del data["run"]
    return rfc8785.dumps(data)


def plan_sha256(plan: Plan) -> str:
    """SHA-256, in hex, of ``plan_bytes_without_run``."""
    return hashlib.sha256(plan_bytes_without_run(plan)).hexdigest()
