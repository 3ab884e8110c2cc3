"""One day of 300 orders by six shippers; six of them impossible, each for a known cause."""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass, field

import numpy as np

from models.orders.tables import Order, OrderAlternative, OrderEvent, UnitFactor
from models.places.tables import Place
from workers.demo.bays import local_of
from workers.demo.build import YUAN, Build, Values, clock
from workers.demo.places import DEPOTS, FAR, NARROW, NIGHT, NIGHT_PLACES, PROMENADE_STORE

COUNTS = {"HF": 50, "HL": 38, "LL": 36, "SD": 68, "YC": 56, "XD": 52}
NIGHT_SHARE = 1 / 3
REEFER_MM = 6_000
"""Yards shorter than this take no refrigerated vehicle."""
PICKUPS = {
    "HF": "BD",
    "HL": "ADF",
    "LL": "BEF",
    "SD": "ACF",
    "YC": "ACD",
    "XD": "BE",
}
_LOAD = {"roll_cage": 50, "pallet": 70, "tote": 9, "piece": 4, "carton": 7}
_UNLOAD = {"roll_cage": 100, "pallet": 160, "tote": 15, "piece": 7, "carton": 14}


@dataclass
class Draft:
    """An order before it becomes a row."""

    shipper: str
    place: Values
    pickup: str
    values: Values = field(default_factory=dict)
    night: bool = False
    back: bool = False
    cause: str | None = None


def add_unit_factors(build: Build) -> None:
    """Default weight and volume of a unit, for sheets that give none."""
    factors = {
        "carton": (9_000, 30_000, 40),
        "piece": (3_500, 26_000, 60),
        "tote": (9_000, 55_000, 24),
        "roll_cage": (105_000, 850_000, 1),
        "pallet": (210_000, 1_250_000, 1),
    }
    for kind, (weight, volume, per_place) in factors.items():
        build.add(
            UnitFactor,
            unit_kind=kind,
            weight_g=weight,
            volume_cm3=volume,
            units_per_place=per_place,
            unit_s=_UNLOAD[kind],
            load_unit_s=_LOAD[kind],
        )


def _sized(
    rng: np.random.Generator, kind: str, units: tuple[int, int], grams: tuple[int, int], litres: int
) -> Values:
    count = int(rng.integers(units[0], units[1] + 1))
    each = int(rng.integers(grams[0] // 100, grams[1] // 100 + 1)) * 100
    return {
        "unit_kind": kind,
        "units": count,
        "weight_g": count * each,
        "volume_cm3": count * litres * 1000,
        "unit_places": count if kind in {"roll_cage", "pallet"} else 0,
        "unit_s": _UNLOAD[kind],
        "load_unit_s": _LOAD[kind],
    }


def _goods(rng: np.random.Generator, shipper: str, serial: int) -> Values:
    """Size, temperature, handling and company of one order of a shipper."""
    if shipper == "HF" and serial % 5 == 0:
        sized = _sized(rng, "tote", (8, 20), (8_500, 11_000), 42)
        return {**sized, "temperature": "chilled", "goods": "fresh", "goods_name": "乳品冷藏"}
    if shipper == "HF":
        big = serial % 6 == 1
        sized = _sized(rng, "roll_cage", (8, 11) if big else (2, 5), (88_000, 118_000), 860)
        never = ["detergent"] if serial % 3 == 0 else []
        return {
            **sized,
            "goods": "food",
            "goods_name": "常温食品",
            "needs": ["tail_lift"],
            "never_with": never,
        }
    if shipper == "HL":
        sized = _sized(rng, "pallet", (1, 3), (165_000, 235_000), 1_250)
        wash = serial % 4 == 0
        return {
            **sized,
            "goods": "detergent" if wash else "food",
            "goods_name": "洗化用品" if wash else "粮油饮料",
            "needs": ["tail_lift"] if serial % 3 else [],
            "mandatory": 2 if serial % 7 == 0 else 1,
        }
    if shipper == "LL":
        sized = _sized(rng, "tote", (10, 34), (7_500, 10_500), 55)
        return {**sized, "goods": "food", "goods_name": "便利店日配", "needs": ["enclosed"]}
    if shipper == "XD":
        sized = _sized(rng, "carton", (6, 22), (8_500, 12_000), 28)
        cold = "frozen" if serial % 2 else "chilled"
        ride = clock(2, 15) if serial % 3 else clock(1, 45)
        return {
            **sized,
            "temperature": cold,
            "goods": "fresh",
            "goods_name": "冷冻食品" if cold == "frozen" else "鲜食冷藏",
            "longest_ride_s": ride,
        }
    sized = _sized(rng, "piece", (18, 75), (2_800, 4_500), 26)
    values: Values = {**sized, "goods": "parcel", "goods_name": "快件"}
    if shipper == "SD" and serial % 4 == 0:
        values["share_with"] = ["HF", "HL", "LL", "SD", "XD"]
    return values


def _empties(rng: np.random.Generator) -> Values:
    """Empty roll cages on their way home."""
    return {
        **_sized(rng, "roll_cage", (2, 5), (32_000, 38_000), 860),
        "goods": "empties",
        "goods_name": "空笼车回收",
        "needs": ["tail_lift"],
    }


def _day_windows(rng: np.random.Generator, shipper: str) -> list[Values]:
    """When an order's receiver wants it by day: most before the shop opens."""
    if shipper in {"SD", "YC"}:
        spans = [(clock(6), clock(8)), (clock(6, 30), clock(8, 30)), (clock(13), clock(15))]
        chance = [0.48, 0.36, 0.16]
    elif shipper == "XD":
        spans = [(clock(5, 30), clock(7, 30)), (clock(6), clock(8, 30)), (clock(9), clock(11))]
        chance = [0.36, 0.36, 0.28]
    else:
        spans = [(clock(5, 30), clock(7, 30)), (clock(6, 30), clock(8, 30))]
        spans += [(clock(9), clock(11)), (clock(13), clock(15))]
        chance = [0.38, 0.38, 0.14, 0.10]
    start, end = spans[int(rng.choice(len(spans), p=chance))]
    return [{"start": start, "end": end}]


def _release(windows: list[Values]) -> int:
    """Goods are ready some time before the first window opens."""
    first = min(window["start"] for window in windows)
    if first < 0:
        return clock(-4, 30)
    return clock(4) if first < clock(9) else first - clock(1, 30)


def night_window(start: int = NIGHT["start_s"], end: int = NIGHT["end_s"]) -> Values:
    """An order's night window: a quiet vehicle, the driver unloads alone."""
    return {
        "start": start,
        "end": end,
        "night": True,
        "needs": ["quiet"],
        "unattended": True,
        "unattended_extra_s": NIGHT["unattended_extra_s"],
    }


def _destinations(build: Build) -> dict[str, list[Values]]:
    """Where each shipper delivers."""
    rows = [row for row in build.of(Place) if row["kind"] in {"end_station", "store"}]
    stations = [row for row in rows if row["kind"] == "end_station" and row["code"] != FAR]
    stores = [row for row in rows if row["kind"] == "store" and row["code"] != PROMENADE_STORE]
    chain = {
        code: [row for row in stores if row["code"].startswith(code)] for code in ("HF", "HL", "LL")
    }
    roomy = [row for row in stations if row["yard_max_length_mm"] >= REEFER_MM]
    cold = roomy[::4] + chain["HF"] + chain["HL"][::2]
    return {**chain, "SD": stations, "YC": stations, "XD": cold}


def _nearest_depot(shipper: str, row: Values, rng: np.random.Generator) -> str:
    spots = {letter: spot for letter, _, _, spot in DEPOTS}
    letters = sorted(PICKUPS[shipper], key=lambda c: math.dist(spots[c], local_of(row)))
    return letters[1] if rng.random() < 0.10 else letters[0]


def _drafts(build: Build) -> list[Draft]:
    rng = build.rng(60)
    drafts: list[Draft] = []
    for shipper, places in _destinations(build).items():
        count = COUNTS[shipper] * 12 // 10 if build.tight else COUNTS[shipper]
        deck: list[Values] = []
        while len(deck) < count:
            deck += [places[int(k)] for k in rng.permutation(len(places))]
        for serial, place in enumerate(deck[:count], start=1):
            pickup = _nearest_depot(shipper, place, rng)
            goods = _goods(rng, shipper, serial)
            if goods.get("temperature", "ambient") != "ambient" and pickup not in "BE":
                pickup = "B"
            back = shipper == "HF" and serial % 10 == 4
            if back:
                goods = _empties(rng)
            drafts.append(Draft(shipper, place, pickup, goods, back=back))
    return drafts


def _give_times(build: Build, drafts: list[Draft]) -> None:
    """A third may come by night, where the place allows it; half of these by night only."""
    rng = build.rng(61)
    night_places = build.groups[NIGHT_PLACES]
    able = [
        k
        for k, draft in enumerate(drafts)
        if draft.place["code"] in night_places and not draft.cause and not draft.back
    ]
    wanted = round(len(drafts) * NIGHT_SHARE)
    chosen = [able[int(k)] for k in rng.permutation(len(able))[:wanted]]
    for rank, number in enumerate(chosen):
        draft = drafts[number]
        draft.night = True
        windows = [night_window()]
        if rank % 2:
            windows += _day_windows(rng, draft.shipper)
        draft.values["windows"] = windows
    for number, draft in enumerate(drafts):
        if draft.night or draft.cause:
            continue
        draft.values["windows"] = _day_windows(rng, draft.shipper)
        if draft.back:
            draft.values["pickup_windows"] = [{"start": clock(6), "end": clock(14)}]
            draft.values["windows"] = []
        elif number % 9 == 4 and draft.place["code"] not in night_places:
            draft.values["windows"] = []
            draft.values["due_s"] = clock(10, 30)
            draft.values["release_s"] = clock(4)


def _plant(build: Build, drafts: list[Draft]) -> None:
    """Turn one draft each into an order that nobody can serve, for one cause alone."""
    places = {row["code"]: row for row in build.of(Place)}

    def last(shipper: str, skip: int = 0) -> Draft:
        left = [draft for draft in drafts if draft.shipper == shipper and not draft.cause]
        return left[-1 - skip]

    morning = [{"start": clock(6), "end": clock(9)}]
    heavy = last("HL")
    heavy.cause = "weight"
    heavy.values.update(units=1, weight_g=6_800_000, volume_cm3=7_500_000, unit_places=4)
    heavy.values.update(goods_name="整机冷柜", needs=[], goods="food", windows=morning)
    narrow = last("XD")
    narrow.cause, narrow.place, narrow.pickup = "yard", places[NARROW], "B"
    narrow.values.update(temperature="frozen", windows=morning)
    far = last("XD")
    far.cause, far.place, far.pickup = "battery", places[FAR], "B"
    far.values.update(temperature="frozen", longest_ride_s=None)
    far.values["windows"] = [{"start": clock(6), "end": clock(13)}]
    barred = last("LL")
    barred.cause, barred.place = "access", places[PROMENADE_STORE]
    barred.values["windows"] = [{"start": clock(9, 30), "end": clock(11)}]
    evening = last("SD")
    evening.cause = "shift"
    evening.values["windows"] = [{"start": clock(19, 30), "end": clock(20, 30)}]
    crane = last("HF", skip=1)
    crane.cause = "needs"
    crane.values.update(needs=["crane"], temperature="ambient", goods="food", windows=morning)


def _store(build: Build, draft: Draft, reference: str) -> uuid.UUID:
    values = {"temperature": "ambient", **draft.values}
    windows = values["windows"]
    if windows:
        values.setdefault("release_s", _release(windows))
    ends = (build.known[draft.pickup], draft.place["id"])
    share = values.get("share_with")
    if share is not None:
        values["share_with"] = [str(build.known[code]) for code in share]
    order = build.add(
        Order,
        shipper_id=build.known[draft.shipper],
        operator_id=build.known["OP"],
        reference=reference,
        kind="return" if draft.back else "delivery",
        state="accepted",
        service_date=build.service_date,
        pickup_place_id=ends[draft.back],
        delivery_place_id=ends[not draft.back],
        demo=True,
        **values,
    )
    build.add(
        OrderEvent,
        order_id=order,
        to_state="accepted",
        reason="演示数据",
        organisation_id=build.known[draft.shipper],
    )
    if draft.cause:
        build.impossible[reference] = draft.cause
    return order


def add_orders(build: Build) -> None:
    """The day's orders, accepted; ``impossible`` names the six that cannot be served."""
    drafts = _drafts(build)
    _plant(build, drafts)
    _give_times(build, drafts)
    serials: dict[str, int] = {}
    day = build.service_date.strftime("%m%d")
    stored: list[tuple[Draft, uuid.UUID]] = []
    for draft in drafts:
        serials[draft.shipper] = serials.get(draft.shipper, 0) + 1
        reference = f"{draft.shipper}-{day}-{serials[draft.shipper]:03d}"
        stored.append((draft, _store(build, draft, reference)))
    _alternatives(build, stored)


def _alternatives(build: Build, stored: list[tuple[Draft, uuid.UUID]]) -> None:
    """Some parcels may be loaded at a second hub."""
    rest = {"A": "C", "C": "A"}
    parcels = [(d, key) for d, key in stored if d.shipper == "YC" and d.pickup in rest]
    for draft, key in parcels[::4]:
        if draft.cause is None:
            build.add(
                OrderAlternative,
                order_id=key,
                side="pickup",
                rank=1,
                place_id=build.known[rest[draft.pickup]],
                windows=[],
                extra_cost_mfen=3 * YUAN,
            )


def unreached_codes(places: list[Values], links: list[Values]) -> list[str]:
    """Codes of receiving places that have neither a yard nor a bay (must be none)."""
    served = {row["place_id"] for row in links}
    return [
        row["code"]
        for row in places
        if row["kind"] in {"end_station", "store"} and not row["yard"] and row["id"] not in served
    ]
