"""Whose store is it: the shipper's own code, then the name, then the address.

What the shipper calls a store wins; the store's present code, name and address, which its keeper
may have changed since, are known besides.
"""

from __future__ import annotations

import difflib
import re

import msgspec

from models.places.operations import folded
from workers.sheets.layout import normal
from workers.sheets.values.base import Fault, Note, fold

_SUFFIX = re.compile(r"(?:示例)?(?:超市|便利店|门店|分店|店|站|网点|示例)+$")


class Known(msgspec.Struct, frozen=True):
    """A place as this shipper may call it; ``now``: its present code, name, address."""

    place: str
    code: str
    name: str
    address: str = ""
    now: tuple[str, str, str] = ("", "", "")


class Spot(msgspec.Struct, frozen=True):
    """A place with its position, degrees."""

    place: str
    code: str
    name: str
    lon: float
    lat: float


class Matched(msgspec.Struct, frozen=True):
    """The place found, or the fault with suggestions (place id, label)."""

    place: str | None
    name: str = ""
    notes: tuple[Note, ...] = ()
    fault: Fault | None = None
    column: str = "store"
    near: list[tuple[str, str]] = []


class Matcher:
    """Matches codes, names and addresses of one shipper.

    ``aliases``: (kind, folded spelling) → place, picked by hand before. Codes match as written,
    else by what is left without leading zeros if only one code has it.
    """

    def __init__(self, known: list[Known], aliases: dict[tuple[str, str], str]) -> None:
        self._known = known
        self._labels = {k.place: k.name for k in known}
        self._aliases = aliases
        self._codes = {fold(k.code).lower(): k for k in known if k.code}
        self._bare: dict[str, list[Known]] = {}
        for k in self._codes.values():
            self._bare.setdefault(fold(k.code).lower().lstrip("0"), []).append(k)
        self._codes_now: dict[str, list[Known]] = {}
        for k in known:
            self._codes_now.setdefault(fold(k.now[0]).lower(), []).append(k)
        names = [(name, k) for k in known for name in dict.fromkeys((k.name, k.now[1]))]
        self._names = _index(names)
        self._stems = _index((_SUFFIX.sub("", fold(name)), k) for name, k in names)
        self._addresses = _index(
            (text, k) for k in known for text in dict.fromkeys((k.address, k.now[2]))
        )

    def match(self, code: str | None, name: str | None, address: str | None) -> Matched:
        """The place of a row; codes win over names, names over addresses."""
        for kind, text in (("code", code), ("name", name), ("address", address)):
            place = self._aliases.get((kind, folded(text))) if text else None
            if place in self._labels:
                label = self._labels[place]
                return Matched(place, label, (Note("store_remembered", {"name": label}),))
        if code:
            found = self._by_code(code)
            if found is not None:
                return found
        if name:
            found = self._by_text(name, self._names, self._stems, "store_by_name" if code else "")
            if found is not None:
                return found
        if address:
            found = self._by_text(address, self._addresses, {}, "store_by_address")
            if found is not None:
                return found
        return self._unknown(code, name, address)

    def _by_code(self, code: str) -> Matched | None:
        exact = self._codes.get(code.lower())
        if exact is not None:
            return Matched(exact.place, exact.name)
        bare = self._bare.get(code.lower().lstrip("0"), [])
        if len(bare) == 1:
            return Matched(
                bare[0].place, bare[0].name, (Note("zeros_restored"),), column="store_code"
            )
        if len(bare) > 1:
            near = [(k.place, f"{k.code} {k.name}") for k in bare]
            fault = Fault("store_ambiguous", {"count": str(len(bare))})
            return Matched(None, fault=fault, column="store_code", near=near)
        now = self._codes_now.get(code.lower(), [])
        return Matched(now[0].place, now[0].name) if len(now) == 1 else None

    def _by_text(
        self,
        text: str,
        index: dict[str, list[Known]],
        stems: dict[str, list[Known]],
        note: str,
    ) -> Matched | None:
        found = index.get(normal(text), [])
        if not found and stems:
            found = stems.get(normal(_SUFFIX.sub("", fold(text))), [])
        places = {k.place: k for k in found}
        column = "address" if note == "store_by_address" else "store"
        if len(places) == 1:
            k = next(iter(places.values()))
            exact = not note and normal(text) in {normal(k.name), normal(k.now[1])}
            notes = () if exact else (Note(note or "store_by_name", {"name": k.name}),)
            return Matched(k.place, k.name, notes, column=column)
        if len(places) > 1:
            near = [(k.place, f"{k.name} {k.address}".strip()) for k in places.values()]
            fault = Fault("store_ambiguous", {"count": str(len(places))})
            return Matched(None, fault=fault, column=column, near=near[:8])
        return None

    def _unknown(self, code: str | None, name: str | None, address: str | None) -> Matched:
        column = "store" if name else "store_code" if code else "address"
        text = name or address or code or ""
        pool: dict[str, Known] = {}
        for k in self._known:
            texts = (k.address, k.now[2]) if column == "address" else (k.name, k.now[1])
            for shown in filter(None, texts):
                pool.setdefault(normal(shown), k)
        close = difflib.get_close_matches(normal(text), list(pool), n=3, cutoff=0.6)
        near = list(dict.fromkeys((pool[c].place, pool[c].name) for c in close))
        fix = near[0][1] if near else None
        return Matched(None, fault=Fault("store_unknown", {}, fix), column=column, near=near)

    def label(self, place: str) -> str:
        """The name of a known place."""
        return self._labels.get(place, "")


def _index(pairs: object) -> dict[str, list[Known]]:
    index: dict[str, list[Known]] = {}
    for text, known in pairs:  # type: ignore[attr-defined]
        key = normal(text)
        if key:
            index.setdefault(key, []).append(known)
    return index
