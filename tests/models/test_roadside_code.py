"""Codes as texts: one spelling each, good only unchanged, for this purpose, by a known key."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.permits.roadside_code import (
    Claims,
    CodeError,
    canonical,
    decode,
    encode,
    signed_bytes,
    verdict_of,
)
from models.signing import ALGORITHMS, SigningKey, signing_key

KEY = signing_key("a secret of tests")
OTHER = signing_key("another one")
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
"""QR's alphanumeric mode (ISO/IEC 18004, table 5)."""
TODAY = date(2026, 11, 24)
CLAIMS = Claims(
    serial="P20261121-0A1B2C3D",
    plate="辽Z12345",
    plate_kind="yellow",
    zones=("AAAAAAAAAAAAAAAAAAAAAA",),
    hours=((32_400, 61_200),),
    first=TODAY,
    last=TODAY + timedelta(days=30),
)
TEXT = encode(CLAIMS, KEY)

_words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_seconds = st.integers(0, 86_400)
_claims = st.builds(
    Claims,
    serial=_words,
    plate=_words,
    plate_kind=_words,
    zones=st.lists(_words, max_size=3).map(tuple),
    hours=st.lists(st.tuples(_seconds, _seconds), max_size=3).map(tuple),
    first=st.dates(),
    last=st.dates(),
)


def read(text: str, key: SigningKey = KEY) -> Claims | str:
    """What a text is taken for: what it says, or why it is nothing."""
    try:
        code = decode(text)
    except CodeError as error:
        return error.verdict
    if code.kid != key.key.kid:
        return "unknown_key"
    return code.claims if code.signed_by(key.key) else "forged"


@settings(max_examples=60, deadline=None)
@given(claims=_claims)
def test_what_is_said_is_read_again_and_has_one_spelling(claims):
    text = encode(claims, KEY)
    assert set(text) <= set(ALPHABET)
    assert read(text) == claims
    assert canonical(decode(text).claims) == decode(text).payload
    assert read(text, OTHER) == "unknown_key"


@settings(max_examples=300, deadline=None)
@given(at=st.integers(0, len(TEXT) - 1), sign=st.sampled_from(ALPHABET))
def test_one_changed_sign_is_never_taken(at, sign):
    changed = TEXT[:at] + sign + TEXT[at + 1 :]
    if changed.strip() != TEXT:
        assert read(changed) in {"unreadable", "other_domain", "unknown_key", "forged"}


@settings(max_examples=60, deadline=None)
@given(one=_claims, two=_claims)
def test_a_signature_is_of_its_own_code_alone(one, two):
    first, second = encode(one, KEY).split("."), encode(two, KEY).split(".")
    mixed = ".".join([*first[:3], second[3]])
    assert read(mixed) == (one if canonical(one) == canonical(two) else "forged")


def test_another_purpose_another_key_another_algorithm():
    payload = canonical(CLAIMS)
    elsewhere = replace(KEY.key, kid=KEY.key.kid)
    foreign = KEY.sign(b"another domain\0" + KEY.key.kid.encode() + b"\0" + payload)
    assert not elsewhere.verifies(signed_bytes(KEY.key.kid, payload), foreign)
    assert read(TEXT.replace("GFP1.", "GFT1.")) == "other_domain"
    assert read(TEXT.replace("GFP1.", "XXP1.")) == "unreadable"
    forged = encode(CLAIMS, OTHER).replace(OTHER.key.kid, KEY.key.kid)
    assert read(forged) == "forged"  # it names our key and is not by it
    unknown = replace(KEY.key, algorithm="SM2")
    assert unknown.algorithm not in ALGORITHMS
    assert not decode(TEXT).signed_by(unknown)


@pytest.mark.parametrize(
    ("moment", "plate", "verdict"),
    [
        ("2026-11-24T09:00:00", "", "valid"),
        ("2026-11-24T16:59:59", "辽Z12345", "valid"),
        ("2026-11-24T17:00:00", "", "wrong_hour"),
        ("2026-11-23T12:00:00", "", "not_yet"),
        ("2026-12-25T12:00:00", "", "expired"),
        ("2026-12-24T12:00:00", "", "valid"),
        ("2026-11-24T09:00:00", "辽Z12346", "other_plate"),
    ],
)
def test_what_a_good_code_is_worth(moment, plate, verdict):
    assert verdict_of(CLAIMS, datetime.fromisoformat(moment), plate) == verdict


def test_hours_past_midnight():
    night = replace(CLAIMS, hours=((79_200, 18_000),))
    for at, verdict in (("23:00", "valid"), ("04:59", "valid"), ("05:00", "wrong_hour")):
        assert verdict_of(night, datetime.fromisoformat(f"2026-11-26T{at}:00")) == verdict


def test_the_signature_is_that_of_the_standard():
    """RFC 8032, 7.1, test 2."""
    ed25519 = ALGORITHMS["Ed25519"]
    seed = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    public = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    assert ed25519.public(ed25519.private(seed)) == public
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert ed25519.sign(seed, bytes([0x72])) == signature
    assert ed25519.verifies(public, bytes([0x72]), signature)
    assert not ed25519.verifies(public, bytes([0x73]), signature)
