"""Commands, options, defaults and exit codes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from routing.cli import bench, check, edit, plot, solve
from routing.cli.files import CommandError
from routing.kernels import home, use_cache


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns its exit code."""
    options = _parser().parse_args(arguments)
    use_cache()
    try:
        return int(options.command(options))
    except CommandError as error:
        sys.stderr.write(f"{error}\n")
        return error.code
    except BrokenPipeError:
        return 2
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return 2
    except Exception as error:  # noqa: BLE001  # a user gets one line, never a traceback
        text = " ".join(str(error).split())
        sys.stderr.write(f"internal error: {type(error).__name__}: {text}\n")
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m routing",
        description="Plan, check, measure and draw. INSTANCE is told by its content.",
        epilog="Exit codes: 0 fine, 1 orders left out or rules broken, 2 unreadable or invalid, "
        "3 a rule in use that the engine cannot plan.",
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)
    _solve(commands.add_parser("solve", help="plan an instance", allow_abbrev=False))
    _check(commands.add_parser("check", help="hold a solution against all rules"))
    _edit(commands.add_parser("edit", help="change a plan by hand: its cost, faults, ways out"))
    _bench(commands.add_parser("bench", help="solve a folder of instances and print a table"))
    _plot(commands.add_parser("plot", help="draw a solution as SVG"))
    return parser


def _convention(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--variant", choices=["full", "partial"], help="recharge (partial)")
    parser.add_argument(
        "--objective",
        choices=["fleet", "distance", "time", "cost"],
        help="by format: fleet; VRPLIB distance; ours cost",
    )
    parser.add_argument(
        "--rounding", choices=["double", "dimacs"], help="of distances (double; VRPLIB dimacs)"
    )


def _limits(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--time-limit",
        type=_positive,
        metavar="S",
        help="wall seconds from process start (60; none where --iterations is given)",
    )
    parser.add_argument("--iterations", type=_count, metavar="N", help="stop after N, repeatably")
    parser.add_argument("--seed", type=_count, default=0, metavar="N")


def _engine(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--engine",
        choices=["search", "ortools"],
        default="ortools",
        help="ortools plans every format; search only Solomon, VRPLIB and Schneider so far",
    )


def _solve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("instance", type=Path, metavar="INSTANCE")
    _convention(parser)
    _limits(parser)
    parser.add_argument("--threads", type=_whole, default=1, metavar="N")
    _engine(parser)
    parser.add_argument("--start", type=Path, metavar="PLAN", help="plan to begin from")
    parser.add_argument("--progress", type=Path, metavar="FILE", help="JSON lines")
    parser.add_argument(
        "--artefacts",
        type=Path,
        default=home() / "artefacts",
        metavar="DIR",
        help="networks and tables, named by hash",
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="default: standard output")
    parser.set_defaults(command=solve.run)


def _check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("instance", type=Path, metavar="INSTANCE")
    parser.add_argument("solution", type=Path, metavar="SOLUTION")
    parser.add_argument("--json", action="store_true", help="print the verdict as JSON")
    parser.set_defaults(command=check.run)


def _edit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("instance", type=Path, metavar="PROBLEM")
    parser.add_argument("solution", type=Path, metavar="PLAN")
    parser.add_argument("edits", type=Path, metavar="EDITS.json", help='[{"type": "move", …}, …]')
    parser.add_argument("--output", type=Path, metavar="FILE", help="the edited plan")
    parser.set_defaults(command=edit.run)


def _bench(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--best-known", type=Path, required=True, metavar="FILE")
    _convention(parser)
    _limits(parser)
    _engine(parser)
    parser.add_argument("--results", type=Path, metavar="FILE", help="rows measured so far")
    parser.add_argument("--solutions", type=Path, metavar="DIR", help="keep the solutions here")
    parser.set_defaults(command=bench.run)


def _plot(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("instance", type=Path, metavar="INSTANCE")
    parser.add_argument("solution", type=Path, metavar="SOLUTION")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.svg")
    parser.set_defaults(command=plot.run)


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < 1e7:
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds")
    return value


def _count(text: str) -> int:
    value = int(text)
    if not 0 <= value < 2**31:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 0 to 2147483647")
    return value


def _whole(text: str) -> int:
    value = _count(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return value
