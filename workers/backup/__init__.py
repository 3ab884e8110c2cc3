"""One archive of all that an installation is: database, artefacts, its own secrets; and back."""

from workers.backup.archive import ArchiveError, Manifest
from workers.backup.making import Backup, back_up, last_backup
from workers.backup.restoring import restore

__all__ = ["ArchiveError", "Backup", "Manifest", "back_up", "last_backup", "restore"]
