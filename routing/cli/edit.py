"""``edit``: change a plan by hand and say what it costs and breaks."""

from __future__ import annotations

import argparse
import sys

import msgspec

from routing.cli.files import CommandError, read_bytes, read_instance, summary, write_bytes
from routing.formats.ours import read_plan, write_plan
from routing.problem import Problem
from routing.problem.errors import InputErrors


def run(options: argparse.Namespace) -> int:
    """Exit 0 clean or waived, 1 violated, 2 unreadable."""
    from routing.edits import Edit, apply  # noqa: PLC0415 - kernels load once the cache is set

    problem = read_instance(options.instance)
    if not isinstance(problem, Problem):
        raise CommandError(f"{options.instance}: edits are of plans of our own problems")
    try:
        plan = read_plan(read_bytes(options.solution))
        edits = msgspec.json.decode(read_bytes(options.edits), type=list[Edit])
        done = apply(problem, plan, edits)
    except InputErrors as error:
        raise CommandError(f"{options.edits}: {summary(error)}") from error
    except msgspec.DecodeError as error:
        raise CommandError(f"{options.edits}: {error}") from error
    if options.output is not None:
        write_bytes(options.output, write_plan(done.plan))
    answer = {name: value for name, value in msgspec.to_builtins(done).items() if name != "plan"}
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(answer)).decode() + "\n")
    return 1 if done.verdict == "violated" else 0
