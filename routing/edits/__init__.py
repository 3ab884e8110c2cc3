"""Hand changes: a day retimed exactly as ordered, edits of a plan, and what would make them lawful.

``follow`` times a plan made by hand; ``apply`` changes one. Both keep a ``Workbench`` per problem
at hand where many questions are asked of one. See ``docs/hand-changes.md``.
"""

from routing.edits.apply import apply, ways
from routing.edits.follow import follow
from routing.edits.records import (
    Edit,
    Edited,
    HandDay,
    HandStop,
    HandTrip,
    Move,
    Pin,
    Remove,
    Start,
    Way,
)
from routing.edits.workbench import Workbench

__all__ = [
    "Edit",
    "Edited",
    "HandDay",
    "HandStop",
    "HandTrip",
    "Move",
    "Pin",
    "Remove",
    "Start",
    "Way",
    "Workbench",
    "apply",
    "follow",
    "ways",
]
