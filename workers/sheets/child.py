"""The process that opens a foreign file: limits first, then bytes from stdin, JSON to stdout."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable

MEMORY_BYTES = 1024 * 1024 * 1024
CPU_SECONDS = 20
OPEN_FILES = 64


def limit() -> None:
    """Memory, CPU seconds, written bytes and open files of this process."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer(work: Callable[[], bytes]) -> tuple[str, bytes]:
    """``ok`` and the result of ``work``, or ``no`` and the code of the refusal."""
    from workers.sheets.errors import SheetError  # noqa: PLC0415  after the limits are set

    try:
        return "ok", work()
    except SheetError as error:
        return "no", error.code.encode()
    except MemoryError:
        return "no", b"memory_limit"
    except Exception:  # noqa: BLE001  whatever a hostile file does, the parent hears one word
        return "no", b"unreadable"


def main() -> None:
    """Read a file from stdin; write ``ok`` or ``no``, a newline, and the rest."""
    limit()

    def work() -> bytes:
        from workers.sheets.opening import open_table  # noqa: PLC0415  under the limits
        from workers.sheets.table import encode  # noqa: PLC0415  under the limits

        return encode(open_table(sys.stdin.buffer.read()))

    word, body = answer(work)
    sys.stdout.buffer.write(word.encode() + b"\n" + body)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
