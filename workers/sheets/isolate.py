"""Open a foreign file in a process of its own that holds no secret and dies at its limits."""

from __future__ import annotations

from workers.limited import run_limited
from workers.sheets.errors import refusal
from workers.sheets.opening import MAX_BYTES
from workers.sheets.table import Table, decode


def parse(data: bytes) -> Table:
    """Read bytes as a table, under memory and time limits.

    Raises:
        SheetError: what is wrong with the file, or ``time_limit`` / ``memory_limit``.
    """
    if len(data) > MAX_BYTES:
        raise refusal("too_large")
    if not data:
        raise refusal("empty")
    try:
        word, body, code = run_limited("workers.sheets.child", data)
    except TimeoutError as error:
        raise refusal("time_limit") from error
    if word == b"ok":
        return decode(body)
    if word == b"no":
        raise refusal(body.decode("ascii"))
    # killed: a negative code is the signal; SIGXCPU and SIGKILL come from the CPU limit
    raise refusal("time_limit" if code in {-9, -24} else "memory_limit")
