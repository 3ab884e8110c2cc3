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


class ProblemBytes:
    """A problem's canonical JSON, member by member: one that shares most members is named soon.

    ``data`` equals ``canonical_bytes(problem)``, ``sha256`` its name.
    """

    def __init__(self, problem: Problem, like: ProblemBytes | None = None) -> None:
        self.problem = problem
        self.members: dict[str, bytes] = {}
        for name in problem.__struct_fields__:
            value = getattr(problem, name)
            if like is not None and getattr(like.problem, name) is value:
                self.members[name] = like.members[name]
            else:
                self.members[name] = canonical_bytes(value)
        self.data = b"{%s}" % b",".join(
            b'"%s":%s' % (name.encode(), self.members[name]) for name in sorted(self.members)
        )
        self.sha256 = hashlib.sha256(self.data).hexdigest()


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
