"""``python -m routing``: the planning library's command line."""

from __future__ import annotations

import sys

from routing.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
