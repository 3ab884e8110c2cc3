"""Texts that are kept sealed: readable by this installation, not by whoever reads the database.

Fernet (AES-128-CBC with HMAC-SHA-256) under a key drawn from the installation's secret by
HKDF-SHA-256 (RFC 5869). Earlier secrets still open what they sealed.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.orm import Session

SEALER = "greenfreight_sealer"
"""Where a session keeps its sealer."""
_PURPOSE = b"greenfreight sealed text 1"


class Sealer:
    """Seals and opens texts; ``secrets``: the present one, then earlier ones.

    Raises:
        ValueError: no secret at all.
    """

    def __init__(self, secrets: Sequence[str]) -> None:
        if not any(secrets):
            raise ValueError("no secret to seal with: set SECRET_KEY")
        self._keys = [Fernet(_key(secret)) for secret in secrets if secret]
        self._all = MultiFernet(self._keys)

    def seal(self, text: str) -> str:
        """The sealed form of ``text``: another one each time."""
        return self._all.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str | None:
        """What was sealed; None where none of the secrets sealed it."""
        try:
            return self._all.decrypt(sealed).decode()
        except InvalidToken:
            return None

    def renewed(self, sealed: str) -> str:
        """``sealed`` under the present secret; unchanged where it is, or cannot be opened."""
        try:
            self._keys[0].decrypt(sealed)
        except InvalidToken:
            text = self.open(sealed)
            return sealed if text is None else self.seal(text)
        return sealed


def _key(secret: str) -> bytes:
    drawn = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret.encode())
    return base64.urlsafe_b64encode(drawn)


def sealer(session: Session) -> Sealer:
    """The sealer of a session's database.

    Raises:
        RuntimeError: the database was opened without the installation's secret.
    """
    found: Sealer | None = session.info.get(SEALER)
    if found is None:
        raise RuntimeError("this database was opened without the installation's secret")
    return found
