"""Today's board: every vehicle of a plan as it stands, those that need somebody first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from models.execution.record import Outcome, Record, StopRecord
from models.execution.tables import ExecutionEvent
from models.execution.words import KINDS, OUTCOMES, REASONS
from models.language import gettext as _
from workers.execution.day import Day, PlannedStop, RouteDay
from workers.execution.estimates import Estimate
from workers.execution.whereabouts import Street, done_count

Plain = dict[str, Any]
LATE_S = 15 * 60
"""A stop is called late when it is expected this much after the plan, or after its window."""
_RANK = {"broken": 0, "late": 1, "not_started": 2, "under_way": 3, "waiting": 4, "finished": 5}


def board(here: Street) -> list[Plain]:
    """A row per vehicle: broken down and late ones first, then by what comes next."""
    rows = [_row(here, route) for route in here.day.routes.values()]
    rows.sort(key=lambda row: (_RANK[row["state"]], -row["worst_s"], row["next_s"], row["key"]))
    return rows


def _row(here: Street, route: RouteDay) -> Plain:
    record = here.records[route.vehicle]
    guesses = here.estimates[route.vehicle]
    done, total = done_count(route, record)
    visits = [stop for stop in route.stops if stop.kind == "visit"]
    ahead = [stop for stop in visits if guesses[stop.key].state in {"waiting", "arrived"}]
    late = [stop for stop in visits if is_late(guesses[stop.key])]
    upcoming = ahead[0] if ahead else None
    clock = here.day.clock
    guess = guesses[upcoming.key] if upcoming else None
    return {
        "vehicle": route.vehicle,
        "key": route.shown["key"],
        "colour": route.shown["colour"],
        "plate": route.shown["plate"],
        "drivers": route.shown["drivers"],
        "state": _state(here, route, record, late),
        "done": done,
        "total": total,
        "skipped": sum(guesses[stop.key].state == "skipped" for stop in visits),
        "late": len(late),
        "worst_s": max((worst(guesses[stop.key]) for stop in late), default=0),
        "next_s": guess.arrive if guess and guess.arrive is not None else here.day.clock.length,
        "next": upcoming.shown["name"] if upcoming else "",
        "next_n": upcoming.shown["n"] if upcoming else 0,
        "next_planned": upcoming.shown["arrive_text"] if upcoming else "",
        "next_expected": clock.text(guess.arrive) if guess and guess.arrive is not None else "",
        "next_delay_s": guess.delay_s if guess and guess.arrive is not None else 0,
        "arrived": bool(guess and guess.state == "arrived"),
        "departs": route.shown["trips"][0]["depart_text"],
        "told_at": record.last_at,
        "odd": list(odd(here.day, route, record)),
        "conflicts": len(record.conflicts),
    }


def is_late(guess: Estimate) -> bool:
    """Whether a stop that is still to come, or one that was served, is late."""
    if guess.state == "done":
        return guess.late_s > 0
    return guess.late_s > 0 or guess.delay_s >= LATE_S


def worst(guess: Estimate) -> int:
    """How late: past the window, else against the plan."""
    return guess.late_s or guess.delay_s


def _state(here: Street, route: RouteDay, record: Record, late: Sequence[PlannedStop]) -> str:
    done, total = done_count(route, record)
    if record.broken_since is not None:
        return "broken"
    if done == total:
        return "finished"
    if record.started_at is None:
        begins = route.shown["trips"][0]["depart"]
        return "not_started" if here.day.second(here.at) > begins else "waiting"
    ahead = {stop.key for stop in late if here.estimates[route.vehicle][stop.key].state != "done"}
    return "late" if ahead else "under_way"


def odd(day: Day, route: RouteDay, record: Record) -> Sequence[Plain]:
    """What was told that is no plain delivery, by stop: outcome, order, reason, when."""
    out: list[Plain] = []
    for stop in record.stops.values():
        planned = route.stop(stop.key)
        labels = {line["id"]: line for line in planned.shown["orders"]} if planned else {}
        for order, outcome in stop.outcomes.items():
            if outcome.state != "delivered":
                out.append(
                    {
                        "stop": planned.shown["name"] if planned else "",
                        "n": planned.shown["n"] if planned else 0,
                        "order": order.split("#", 1)[0],
                        "reference": labels.get(order, {}).get("reference", ""),
                        **said(outcome, labels.get(order, {}).get("units")),
                    }
                )
    out.sort(key=lambda row: row["at"])
    del day
    return out


def said(outcome: Outcome, units: int | None = None) -> Plain:
    """An outcome in words."""
    counts = "" if outcome.units is None else f"{outcome.units}/{units or '—'}"
    return {
        "state": outcome.state,
        "text": " ".join(part for part in (OUTCOMES[outcome.state], counts) if part),
        "reason": REASONS.get(outcome.reason, "") if outcome.state != "delivered" else "",
        "note": outcome.note,
        "at": outcome.at,
    }


def stops(here: Street, vehicle: str) -> list[Plain]:
    """A vehicle's stops: the plan beside what was told and what is expected."""
    route, record = here.day.routes[vehicle], here.records[vehicle]
    return [_stop(here, route, stop, record.stop(stop.key)) for stop in route.stops]


def _stop(here: Street, route: RouteDay, stop: PlannedStop, told: StopRecord) -> Plain:
    guess = here.estimates[route.vehicle][stop.key]
    clock = here.day.clock
    lines = {line["id"]: line for line in stop.shown["orders"]}
    known = guess.arrive is not None
    return {
        "key": stop.key,
        "kind": stop.kind,
        "n": stop.shown["n"],
        "trip": stop.trip,
        "name": stop.shown["name"],
        "windows": _("，").join(dict.fromkeys(o["window_text"] for o in stop.shown["orders"])),
        "planned": stop.shown["arrive_text"],
        "expected": clock.text(guess.arrive or 0) if known else "",
        "range": f"{clock.text(guess.earliest or 0)}–{clock.text(guess.latest or 0)}"
        if known and guess.state == "waiting"
        else "",
        "state": guess.state,
        "delay_s": guess.delay_s,
        "late_s": guess.late_s,
        "is_late": is_late(guess),
        "arrived_at": told.arrived_at,
        "done_at": told.done_at,
        "dock_ready_at": told.dock_ready_at,
        "late_minutes": told.late_minutes,
        "orders": [
            {
                "reference": line["reference"],
                "id": key.split("#", 1)[0],
                "units": line["units"],
                "unit": line["unit"],
                "outcome": said(told.outcomes[key], line["units"])
                if key in told.outcomes
                else None,
            }
            for key, line in lines.items()
        ],
    }


def conflicts(here: Street, vehicle: str) -> list[Plain]:
    """Orders of which two devices, or driver and receiver, say different things; what they said."""
    route = here.day.routes[vehicle]
    out = []
    for one in here.records[vehicle].conflicts:
        stop = route.stop(one.stop_key)
        lines = {line["id"]: line for line in stop.shown["orders"]} if stop else {}
        line = lines.get(one.order, {})
        out.append(
            {
                "stop": stop.shown["name"] if stop else "",
                "reference": line.get("reference", ""),
                "said": [
                    {**said(o, line.get("units")), "device": o.device_id[:4], "by": o.by}
                    for o in one.said
                ],
            }
        )
    return out


def history(here: Street, vehicle: str, events: Sequence[ExecutionEvent]) -> list[Plain]:
    """All events, the newest first, in words; those undone or after closing are marked."""
    route = here.day.routes.get(vehicle)
    undone = {str(e.content.get("of")) for e in events if e.kind == "undo"}
    out = []
    for event in sorted(events, key=lambda e: (e.at, e.sequence), reverse=True):
        stop = route.stop(event.stop_key) if route and event.stop_key else None
        out.append(
            {
                "client_id": event.client_id,
                "at": event.at,
                "received_at": event.received_at,
                "waited_s": int((event.received_at - event.at).total_seconds()),
                "kind": event.kind,
                "text": KINDS[event.kind],
                "stop": stop.shown["name"] if stop else _unplanned(event),
                "reason": REASONS.get(str(event.content.get("reason", "")), ""),
                "note": event.content.get("note", ""),
                "minutes": event.content.get("minutes"),
                "source": event.source,
                "device": event.device_id[:4],
                "undone": event.client_id in undone,
                "after_close": event.after_close,
            }
        )
    return out


def _unplanned(event: ExecutionEvent) -> str:
    return _("现方案中没有的停靠点") if event.stop_key else ""


def totals(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How many vehicles stand how, and what is left to be done."""
    out = dict.fromkeys(_RANK, 0)
    for row in rows:
        out[row["state"]] += 1
    return {
        **out,
        "vehicles": len(rows),
        "done": sum(row["done"] for row in rows),
        "stops": sum(row["total"] for row in rows),
        "odd": sum(len(row["odd"]) for row in rows),
        "late_stops": sum(row["late"] for row in rows),
        "conflicts": sum(row["conflicts"] for row in rows),
    }
