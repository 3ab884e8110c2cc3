"""What was tried and may not be: written down although the attempt itself left nothing.

The transaction of a refused operation is rolled back, so its refusal is an event of its own. Which
refusals: a change of state that is not drawn, an operation that the role or position may not do, a
thing that is not the actor's to know.
"""

from __future__ import annotations

from pathlib import PurePath
from types import TracebackType

from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.audit.operations import append
from models.audit.tables import AuditEvent
from models.errors import DomainError, Forbidden, NotFound, RefusedTransition

ACTION = "refusal"
LAYERS = ("models", "workers")
_ABOUT = "greenfreight_about"
_MACHINERY = ("models/db.py", "models/accounts/visibility.py", "models/transitions.py")


def about(session: Session, entity: str, key: object) -> None:
    """Remember what the operation in this session is about, should it be refused."""
    session.info[_ABOUT] = (entity, str(key))


def counts(error: BaseException) -> bool:
    """Whether this refusal is written down."""
    several = isinstance(error, DomainError) and error.code == "transition_refused"
    return several or isinstance(error, (RefusedTransition, Forbidden, NotFound))


def subject(session: Session) -> tuple[str, str]:
    """The table and id that a session's operation was about last; ``operation`` and - if none."""
    found: tuple[str, str] = session.info.get(_ABOUT, ("operation", "-"))
    return found


def record(
    session: Session, actor: Actor, error: BaseException, what: tuple[str, str]
) -> AuditEvent:
    """Write the refusal down: whose, of which operation on what, from which state to which."""
    fields = [operation(error.__traceback__)]
    if isinstance(error, DomainError):
        fields.append(error.code)
    if isinstance(error, RefusedTransition):
        fields.append(f"{error.source}>{error.target}")
    return append(session, actor, ACTION, what[0], what[1], fields=fields)


def operation(trace: TracebackType | None) -> str:
    """The outermost function of ours below the edge through which an error came, by its module."""
    while trace is not None:
        code = trace.tb_frame.f_code
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        path = PurePath(code.co_filename).as_posix()
        if module.partition(".")[0] in LAYERS and not path.endswith(_MACHINERY):
            return f"{module}.{code.co_name}"
        trace = trace.tb_next
    return "-"
