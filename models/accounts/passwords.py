"""Password hashes (argon2id)."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from models.errors import Invalid
from models.language import gettext as _

SHORTEST = 10
_NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$SRQ2Y4DMjGU6Qp6cswuAzw$"
    "fx/DPV6+2JzdPsoCRnwbCTWlXPAe0L3KgXOlNn2S9ew"
)
"""Verified in vain when there is no such account, so that both answers take as long."""


def hash_password(password: str) -> str:
    """The hash to store.

    Raises:
        Invalid: shorter than ten characters.
    """
    if len(password) < SHORTEST:
        raise Invalid(
            "password_short",
            _("密码至少 %(least)s 位", least=SHORTEST),
            _("请使用更长的密码"),
        )
    return PasswordHasher().hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether ``password`` is the one hashed in ``stored`` (None = no account: never)."""
    try:
        return PasswordHasher().verify(stored or _NOBODY, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def outdated(stored: str) -> bool:
    """Whether the hash was made with weaker settings than today's."""
    return PasswordHasher().check_needs_rehash(stored)
