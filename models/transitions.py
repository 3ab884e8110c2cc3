"""State machines: what is drawn is allowed, all else is refused with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from models.errors import Invalid, RefusedTransition
from models.language import gettext as _


@dataclass(frozen=True)
class Machine:
    """The drawn changes of one kind of thing; ``why`` names by state why it is closed to others.

    ``reasoned``: target states that may not be entered without a reason.
    """

    thing: str
    drawn: Mapping[str, frozenset[str]]
    why: Mapping[str, str]
    reasoned: frozenset[str] = frozenset()

    def allows(self, source: str, target: str) -> bool:
        """Whether ``source`` → ``target`` is drawn."""
        return target in self.drawn.get(source, frozenset())

    def check(self, source: str, target: str, reason: str = "") -> None:
        """Raise unless the change is drawn, and gives a reason where one is asked for.

        Raises:
            RefusedTransition: it is not drawn.
            Invalid: the reason is missing.
        """
        if not self.allows(source, target):
            why = self.why.get(source, _("当前状态不允许此操作"))
            raise RefusedTransition(self.thing, source, target, why)
        if target in self.reasoned and not reason.strip():
            raise Invalid(
                "reason_missing",
                _("%(thing)s：必须填写原因", thing=_(self.thing)),
                _("请填写原因后重试"),
            )
