"""Everything up, in order, and kept up until somebody stops it."""

from __future__ import annotations

import sys

from workers.settings import Settings, SettingsError
from workers.supervise import roster, steps
from workers.supervise.children import Household, StoppedError, TooSlowError


def run_to_the_end(settings: Settings, *, serve: bool) -> int:
    """Run; 0 after an orderly stop, 2 with one line of what is wrong and where."""
    try:
        run(settings, serve=serve)
    except (SettingsError, TooSlowError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def run(settings: Settings, *, serve: bool) -> None:
    """Start everything, keep it up until told to stop.

    Raises:
        SettingsError, TooSlowError: what is wrong, where.
    """
    lock = steps.HomeLock(settings.home)
    try:
        steps.check_port(settings)
        with Household(settings.home / "logs", roster.child_environment(settings)) as house:
            _start(settings, house, serve=serve)
            while True:
                house.tick(1.0)
    except StoppedError:
        sys.stdout.write("stopped.\n")
        sys.stdout.flush()
    finally:
        lock.release()


def _start(settings: Settings, house: Household, *, serve: bool) -> None:
    if settings.embedded_redis:
        house.add(roster.valkey(settings))
    if not serve:
        # Loading the web takes longest, so it begins while this process loads the rest. In
        # production nothing is served before the database has been looked at.
        house.add(roster.web(settings))
    from workers.supervise import opening  # noqa: PLC0415 - loads tables, migrations, generator

    opening.prepare(settings, house, serve=serve)
    if serve:
        house.add(roster.web(settings))
    house.until(lambda: steps.web_answers(settings), 120, "the web")
    for child in roster.jobs(settings):
        house.add(child)
    opening.present(settings, house)
