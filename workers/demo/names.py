"""Names, plates and codes of the demo: of the right form, and such that they cannot exist.

Plates: province abbreviation 辽, agency letter Z (unissued). Credit codes: division 999999.
Names of organisations and people end in 示例.
"""

from __future__ import annotations

import numpy as np

PROVINCE = "辽"
AGENCY = "Z"
DIVISION = "999999"
_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_PLATE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"

_HEADS = "文云安和泰宁祥昌德福兴盛永嘉华锦春明长康庆瑞平仁信民育建新青"
_TAILS = "昌汀宁泰平兴华源阳和乐康远清岭桥山林泉井庄园安川江湖洲港"

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = ["伟", "强", "磊", "军", "洋", "勇", "杰", "涛", "明", "超", "刚", "平", "辉", "鹏", "华"]


def credit_code_check(body: str) -> str:
    """The 18th character of a unified social credit code (GB 32100-2015) for its first 17."""
    total = sum(_CODE_ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(body))
    return _CODE_ALPHABET[(31 - total % 31) % 31]


def credit_code(serial: int) -> str:
    """A well-formed credit code of division 999999, which no register has issued."""
    body = f"91{DIVISION}MA0{serial:06d}"
    return body + credit_code_check(body)


def nev_plate_small(rng: np.random.Generator) -> str:
    """A small NEV plate (battery-electric: D first), e.g. ``辽ZD00597``."""
    return f"{PROVINCE}{AGENCY}D{int(rng.integers(0, 100_000)):05d}"


def nev_plate_large(rng: np.random.Generator) -> str:
    """A large NEV plate (five digits, the letter last)."""
    return f"{PROVINCE}{AGENCY}{int(rng.integers(0, 100_000)):05d}D"


def ordinary_plate(rng: np.random.Generator) -> str:
    """A blue or yellow plate: five characters after the agency letter."""
    letter = _PLATE_LETTERS[int(rng.integers(0, len(_PLATE_LETTERS)))]
    return f"{PROVINCE}{AGENCY}{letter}{int(rng.integers(0, 10_000)):04d}"


def street_names(rng: np.random.Generator, count: int) -> list[str]:
    """``count`` different two-character stems such as 文昌."""
    stems = [head + tail for head in _HEADS for tail in _TAILS if head != tail]
    picked = rng.permutation(len(stems))[:count]
    return [stems[int(k)] for k in picked]


def person(rng: np.random.Generator) -> str:
    """A made-up person's name, marked 示例."""
    first = SURNAMES[int(rng.integers(0, len(SURNAMES)))]
    return f"{first}{GIVEN[int(rng.integers(0, len(GIVEN)))]}（示例）"


def phone(serial: int) -> str:
    """A phone number of the right length in a block that no operator has (199 0000 xxxx)."""
    return f"1990000{serial:04d}"
