"""``python -m workers.planner``: answers until told to stop."""

from __future__ import annotations

import signal
import sys
from types import FrameType

from models.db import Database
from workers.artefacts import open_store
from workers.planning.warm import prepare
from workers.settings import Settings, SettingsError


def main() -> int:
    """0 after an orderly stop, 2 with a line when the settings cannot be used."""
    try:
        settings = Settings.from_env()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    prepare()
    # These bring the engine: the cache of its kernels is set before.
    from workers.planner.answers import Answers  # noqa: PLC0415
    from workers.planner.serving import serve  # noqa: PLC0415

    serve(settings, Answers(open_store(settings, Database(settings.database_url))))
    return 0


def _quit(_sign: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _quit)
    sys.exit(main())
