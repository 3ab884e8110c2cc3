"""The room of rules with all its pages."""

from webapp.rules import timetable
from webapp.rules.pages import blueprint

__all__ = ["blueprint", "timetable"]
