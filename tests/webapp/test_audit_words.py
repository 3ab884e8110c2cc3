"""Nothing in the audit trail is 其他操作 to whoever reads it."""

from __future__ import annotations

import ast
from pathlib import Path

from models.orders.states import ORDER
from models.permits.states import APPLICATION, PERMIT
from webapp.audit.words import ACTIONS, ENTITIES

MODELS = Path(__file__).parents[2] / "models"
WRITERS = {"append", "append_all"}
SAID_OTHERWISE = {"ended", "withdrawn"}
"""States that are written down as what was done: one of the four legal acts, and ``withdraw``."""
STORED = {"create", "change"}
"""What is said of every thing that the desks keep (``models.editing``)."""


def written() -> tuple[set[str], set[str]]:
    """Actions and things that the sources write down literally."""
    actions, things = set(STORED), set()
    for path in MODELS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id in WRITERS:
                literal = [part for part in node.args[2:4] if isinstance(part, ast.Constant)]
                if len(literal) == 2:
                    actions.add(literal[0].value)
                things |= {part.value for part in literal[-1:]}
            if node.func.id == "Thing":
                things |= {
                    word.value.value
                    for word in node.keywords
                    if word.arg == "name" and isinstance(word.value, ast.Constant)
                }
    return actions, things


def test_every_action_and_thing_has_its_word():
    actions, things = written()
    assert len(actions) > 20
    assert len(things) > 15
    assert actions - set(ACTIONS) == set()
    assert things - set(ENTITIES) == set()


def test_every_state_that_is_written_down_has_its_word():
    for machine in (ORDER, APPLICATION, PERMIT):
        entered = set().union(*machine.drawn.values())
        assert entered - set(ACTIONS) <= SAID_OTHERWISE
