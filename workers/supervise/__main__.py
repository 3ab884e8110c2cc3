"""``python -m workers.supervise [--serve] [--demo]``: see ``docs/operations.md``."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace

from workers.settings import Settings, SettingsError
from workers.supervise import production


def main(arguments: list[str]) -> int:
    """0 after an orderly stop, 2 with a line when it cannot run."""
    parser = argparse.ArgumentParser(prog="python -m workers.supervise", description=__doc__)
    parser.add_argument("--serve", action="store_true", help="production, on given URLs")
    parser.add_argument("--demo", action="store_true", help="load the demo city and its accounts")
    chosen = parser.parse_args(arguments)
    try:
        settings = Settings.from_env()
        if chosen.serve:
            production.require(settings)
            settings = replace(settings, demo=chosen.demo)
        elif chosen.demo:
            settings = replace(settings, demo=True)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    from workers.supervise.whole import run_to_the_end  # noqa: PLC0415 - only once it is wanted

    return run_to_the_end(settings, serve=chosen.serve and not chosen.demo)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
