"""Why a plan job ends without a plan, in words for its version and in full for its result."""

from __future__ import annotations

from typing import Any

import msgspec

from models.language import kept
from routing.problem.errors import InputErrors

SHOWN = 5
"""How many errors or violations a failure's reason names; the rest stands in the job's result."""


class PlanFailedError(Exception):
    """The day cannot be planned as it stands: the message says why, ``detail`` everything."""

    def __init__(self, reason: str, detail: dict[str, Any] | None = None) -> None:
        super().__init__(reason)
        self.detail = detail or {}


def reason_of(error: Exception) -> tuple[str, dict[str, Any]]:
    """The reason in a line, and what the job's result keeps."""
    if isinstance(error, InputErrors):
        shown = "；".join(str(item) for item in error.errors[:SHOWN])
        return kept("输入数据有误：%(shown)s", shown=shown), {
            "errors": msgspec.to_builtins(error.errors)
        }
    if isinstance(error, PlanFailedError):
        return str(error), error.detail
    return str(error), {}
