"""Roadside codes: what a pass says of one vehicle, signed, as the text of a QR code.

``GFP1.KID.PAYLOAD.SIGNATURE``, all in the alphabet of QR's alphanumeric mode; payload and
signature in base 32 (RFC 4648) without padding. The payload is canonical JSON (RFC 8785: sorted
keys, no white space, UTF-8; strings, whole numbers and lists only). What is signed begins with the
domain and the key's name, so that no other text signed here counts as a code. Every byte has one
spelling only. ``webapp/static/js/inspections/verify.js`` reads the same without network.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from models.signing import PublicKey, SigningKey

PREFIX = "GFP1"
DOMAIN = b"greenfreight roadside code 1"
LONGEST = 2000
"""Characters of a code that is looked at at all."""
_SHAPE = re.compile(r"GFP1\.([A-Z2-7]{1,32})\.([A-Z2-7]+)\.([A-Z2-7]+)\Z")
_OURS = re.compile(r"GF[A-Z][0-9]+\.")
_KEYS = {"d1", "d2", "h", "k", "p", "s", "z"}
DAY_S = 86_400


@dataclass(frozen=True, kw_only=True)
class Claims:
    """What a code says. ``hours``: daily (start, end) in seconds after midnight, none = all day.

    ``zones``: ids of the zones whose rules the pass lifts. Dates are inclusive.
    """

    serial: str
    plate: str
    plate_kind: str
    zones: tuple[str, ...]
    hours: tuple[tuple[int, int], ...]
    first: date
    last: date


class CodeError(ValueError):
    """A text that is no code of ours; ``verdict``: ``unreadable`` or ``other_domain``."""

    def __init__(self, verdict: str) -> None:
        super().__init__(verdict)
        self.verdict = verdict


def canonical(claims: Claims) -> bytes:
    """The one spelling of what a code says."""
    content = {
        "d1": claims.first.isoformat(),
        "d2": claims.last.isoformat(),
        "h": [list(span) for span in claims.hours],
        "k": claims.plate_kind,
        "p": claims.plate,
        "s": claims.serial,
        "z": list(claims.zones),
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def signed_bytes(kid: str, payload: bytes) -> bytes:
    """What the signature is of: the domain, the key's name, the payload."""
    return DOMAIN + b"\0" + kid.encode() + b"\0" + payload


def encode(claims: Claims, key: SigningKey) -> str:
    """The text of a code."""
    payload = canonical(claims)
    signature = key.sign(signed_bytes(key.key.kid, payload))
    return ".".join((PREFIX, key.key.kid, _base32(payload), _base32(signature)))


@dataclass(frozen=True, kw_only=True)
class Code:
    """A code as read: of its right shape, its signature not looked at yet."""

    kid: str
    payload: bytes
    signature: bytes
    claims: Claims

    def signed_by(self, key: PublicKey) -> bool:
        """Whether ``key`` signed it."""
        named = key.kid == self.kid
        return named and key.verifies(signed_bytes(self.kid, self.payload), self.signature)


def decode(text: str) -> Code:
    """Read a code.

    Raises:
        CodeError: it is none, or one of ours for something else.
    """
    given = text.strip()
    found = _SHAPE.match(given) if len(given) <= LONGEST else None
    if found is None:
        other = _OURS.match(given) and not given.startswith(f"{PREFIX}.")
        raise CodeError("other_domain" if other else "unreadable")
    payload, signature = _bytes(found[2]), _bytes(found[3])
    return Code(kid=found[1], payload=payload, signature=signature, claims=_claims(payload))


def verdict_of(claims: Claims, moment: datetime, plate: str = "") -> str:
    """What a code of good signature is worth at a local instant, for the plate that is seen.

    ``valid``, ``other_plate``, ``not_yet``, ``expired``, ``wrong_hour``.
    """
    if plate and plate != claims.plate:
        return "other_plate"
    if moment.date() < claims.first:
        return "not_yet"
    if moment.date() > claims.last:
        return "expired"
    return "valid" if within(claims.hours, moment) else "wrong_hour"


def within(hours: Sequence[tuple[int, int]], moment: datetime) -> bool:
    """Whether a local instant is within daily hours; none given = all day, some pass midnight."""
    second = moment.hour * 3600 + moment.minute * 60 + moment.second
    return not hours or any(
        start <= second < end if start < end else second >= start or second < end
        for start, end in hours
    )


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    try:
        data = base64.b32decode(text + "=" * (-len(text) % 8))
    except binascii.Error:
        raise CodeError("unreadable") from None
    if _base32(data) != text:  # bits to spare must be nought, or a byte had two spellings
        raise CodeError("unreadable")
    return data


def _claims(payload: bytes) -> Claims:
    try:
        content = json.loads(payload)
        claims = _read(content)
        same = canonical(claims) == payload
    except (ValueError, TypeError, KeyError, RecursionError):
        raise CodeError("unreadable") from None
    if not same:
        raise CodeError("unreadable")
    return claims


def _read(content: Mapping[str, Any]) -> Claims:
    if set(content) != _KEYS or not all(isinstance(content[n], str) for n in ("k", "p", "s")):
        raise ValueError
    spans = [tuple(span) for span in content["h"]]
    if not all(type(at) is int and 0 <= at <= DAY_S for span in spans for at in span):
        raise ValueError
    if any(len(span) != 2 for span in spans) or not all(isinstance(z, str) for z in content["z"]):
        raise ValueError
    return Claims(
        serial=content["s"],
        plate=content["p"],
        plate_kind=content["k"],
        zones=tuple(content["z"]),
        hours=tuple((span[0], span[1]) for span in spans),
        first=date.fromisoformat(content["d1"]),
        last=date.fromisoformat(content["d2"]),
    )
