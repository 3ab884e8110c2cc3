"""``python -m workers.supervise [--serve] [--demo]``: see ``docs/operations.md``."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace

from sqlalchemy.exc import SQLAlchemyError

from models.db import Database
from models.errors import DomainError
from workers.jobs.ledger import Ledger
from workers.settings import Settings, SettingsError
from workers.supervise import demo_day, production, roster, steps
from workers.supervise.children import Household, StoppedError, TooSlowError


def run(settings: Settings, *, serve: bool) -> None:
    """Start everything, keep it up until told to stop.

    Raises:
        SettingsError, TooSlowError, DomainError, SQLAlchemyError: what is wrong, where.
    """
    lock = steps.HomeLock(settings.home)
    steps.check_port(settings)
    try:
        with Household(settings.home / "logs", roster.child_environment(settings)) as house:
            _start(settings, house, serve=serve)
            while True:
                house.tick(1.0)
    except StoppedError:
        print("stopped.", flush=True)  # noqa: T201 - the terminal is this program's page
    finally:
        lock.release()


def _start(settings: Settings, house: Household, *, serve: bool) -> None:
    if settings.embedded_redis:
        house.add(roster.valkey(settings))
    house.until(lambda: steps.redis_answers(settings), 15, "Redis")
    database = Database(settings.database_url, settings.database_owner_url)
    database.upgrade()
    if database.is_postgresql and not database.has_row_security:
        house.say(
            "DATABASE_OWNER_URL is not another role than DATABASE_URL's: "
            "row security and the proof of the audit trail are off."
        )
    if serve:
        production.refuse_demo(database)
    if settings.demo:
        demo_day.load_city(settings, database, house.say)
    Ledger(database, settings.lease_s).reclaim_dead()
    for child in roster.household(settings):
        house.add(child)
    house.until(lambda: steps.web_answers(settings), 60, "the web")
    if settings.demo:
        demo_day.present(settings, database, house)
    else:
        house.say(f"http://{settings.host}:{settings.port}")
    database.dispose()


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
        run(settings, serve=chosen.serve and not chosen.demo)
    except (SettingsError, TooSlowError, DomainError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except SQLAlchemyError as error:
        sys.stderr.write(f"DATABASE_URL: {str(error).splitlines()[0]}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
