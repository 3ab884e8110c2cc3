"""The command line of the planning library: see ``docs/benchmarks.md`` and ``--help``."""

from routing.cli.main import main

__all__ = ["main"]
