"""What the street's pages share: days of plans kept while this process runs, the link's secret."""

from __future__ import annotations

from typing import cast

from flask import current_app

from webapp.database import settings
from webapp.planning import reads
from workers.execution.day import DayCache


def days() -> DayCache:
    """Days of plan versions."""
    extensions = current_app.extensions
    if "plan_days" not in extensions:
        extensions["plan_days"] = DayCache(reads.store(), reads.views())
    return cast("DayCache", extensions["plan_days"])


def secret() -> str:
    """What tokens of links are drawn from."""
    return settings().secret
