"""Writes an import and stops for good just before its commit: ``committing.py FOLDER``.

``FOLDER/what.json`` says which import, for whom; ``committing`` goes to the FIFO ``started``.
"""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.db import Database
from workers.artefacts import DirectoryStore
from workers.settings import Settings
from workers.sheets import imports


def main(folder: Path) -> None:
    what = json.loads((folder / "what.json").read_text())
    database = Database(Settings.from_env().database_url)
    actor = Actor(
        account_id=UUID(what["account"]),
        organisation_id=UUID(what["organisation"]),
        organisation_kind="shipper",
        role="shipper",
    )

    def stop(session: Session) -> None:
        session.flush()
        with (folder / "started").open("w") as fifo:
            fifo.write("0 0 0\n")
        threading.Event().wait()

    event.listen(Session, "before_commit", stop)
    desk = imports.Desk(database, DirectoryStore(folder / "artefacts"))
    imports.commit(desk, actor, UUID(what["import"]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
