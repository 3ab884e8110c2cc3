"""The web, but whoever stores orders stops for good just before the commit, and says so."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.orm import Session

from models.orders.tables import Order
from wsgi import app

__all__ = ["app"]


@event.listens_for(Session, "after_flush")
def note(session: Session, _context: object) -> None:
    """Rows that are written are kept by nobody, so they are noted as they go."""
    if any(isinstance(row, Order) for row in session.new):
        session.info["orders"] = True


@event.listens_for(Session, "before_commit")
def stop(session: Session) -> None:
    """Everything is in the database by then, and nothing is for good."""
    session.flush()
    if session.info.get("orders"):
        with (Path(os.environ["GREENFREIGHT_HOME"]) / "started").open("w") as fifo:
            fifo.write("0 0 0\n")
        threading.Event().wait()
