"""Numbered input errors: what is wrong where, why, and what to do about it."""

from __future__ import annotations

import msgspec


class InputError(msgspec.Struct, frozen=True, kw_only=True):
    """One error of an input.

    ``code``: E1xxx format and schema, E2xxx references and duplicates, E3xxx contradictions.
    ``path``: JSON path such as ``$.orders[3].delivery[0].windows[0]``.
    """

    code: str
    path: str
    cause: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.code} {self.path}: {self.cause} ({self.remedy})"


class InputErrors(ValueError):  # noqa: N818 - it is a list of errors
    """The input cannot be used; ``errors`` lists every reason found, in the order of the file."""

    def __init__(self, errors: list[InputError]) -> None:
        self.errors = errors
        super().__init__("\n".join(str(error) for error in errors))
