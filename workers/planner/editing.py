"""Edits by hand: the plan after them, what they cost and break, and what of it people see anew."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec.structs import replace

from models.errors import Invalid
from models.language import SOURCE, speaking
from models.language import gettext as _
from routing.checker import Verdict
from routing.edits import Edited, Way, Workbench, apply
from routing.edits import ways as tried
from routing.edits.records import Move, Pin, Remove, Start
from routing.plan import Plan
from routing.problem import Problem
from workers.planner.kept import Day, Kept
from workers.planner.locking import locked, unlocked
from workers.planner.waiving import unwaived, waived
from workers.planner.wishes import RETIMES, LockUp, Unlock, Unwaive, Waive, Wish
from workers.planning.edit_words import wish_text
from workers.planning.names import Names
from workers.planning.view_changes import changes, news
from workers.planning.view_keys import with_keys
from workers.planning.view_marks import locks_text
from workers.planning.violations import grouped, verdict_bytes

Question = dict[str, Any]
Answer = dict[str, Any]
View = dict[str, Any]

MOST_EDITS = 50
MOST_TRIES = 12
"""Of one question for prices: others want their turn."""
TOLD = 5
"""How many broken rules of one try are told."""


@dataclass(frozen=True, kw_only=True)
class After:
    """What the wishes make of a day."""

    bench: Workbench
    plan: Plan
    names: dict[str, Any]
    verdict: Verdict
    cost_before: int
    edited: Edited | None = None
    """How the plan itself was changed, if it was."""


def warm() -> None:
    """Nothing to do beyond having imported the engine: its kernels load with the first edit."""


def edit(kept: Kept, question: Question) -> Answer:
    """The day after ``edits``: its artefacts, what is said of it, what the page draws anew.

    Raises:
        DomainError, InputErrors: the wish cannot be.
    """
    day, wishes = _day(question), _wishes(question["edits"])
    before = kept.view(day)
    after = _after(kept, day, wishes, question)
    names = with_keys(after.names, before["routes"])
    verdict = verdict_bytes(after.verdict)
    new = Day(
        problem=_problem(kept, day, after),
        plan=kept.put_plan(after.plan),
        names=day.names if names == kept.names(day.names) else kept.put_names(names),
        check=kept.put_check(verdict),
    )
    now = kept.view(new)
    if after.edited is not None:
        kept.put_edited(new, after.edited)
    return {
        "kind": msgspec.to_builtins(wishes[0])["type"],
        "edits": msgspec.to_builtins(wishes),
        "state": {
            "problem_sha256": new.problem,
            "plan_sha256": new.plan,
            "names_sha256": new.names,
            "check_sha256": new.check,
            "verdict": after.verdict.verdict,
            "cost_fen": after.plan.objective.total,
            "totals": now["totals"],
            "locks": msgspec.to_builtins(after.bench.problem.locks),
            "waivers": msgspec.to_builtins(after.bench.problem.waivers),
        },
        "says": {
            "text": _said(wishes, Names(names), before, now),
            "cost_before": after.cost_before,
            "cost_after": after.plan.objective.total,
            "touched": [row["vehicle"] for row in changes(before, now)],
            "pins": msgspec.to_builtins(_pins(wishes, after.plan)),
        },
        "news": news(before, now),
        "panel": _panel(kept, question.get("begun"), new),
    }


def _panel(kept: Kept, begun: Answer | None, now: Day) -> Answer:
    """What the panel 调整 shows of a day: ``changes`` since its draft was begun, ``locks``."""
    if begun is None:
        return {}
    first = _named(begun)
    names = Names(kept.names(now.names))
    locks = msgspec.to_builtins(kept.problem(now.problem).locks)
    same = first.plan == now.plan
    return {
        "changes": [] if same else changes(kept.view(first), kept.view(now)),
        "locks": [{"text": locks_text(names, lock), **lock} for lock in locks],
    }


def _said(wishes: Sequence[Wish], names: Names, before: View, now: View) -> str:
    """The edits in words, to be stored: in the source language, told again to each reader."""
    with speaking(SOURCE):
        return "；".join(wish_text(wish, names, before, now) for wish in wishes)


def price(kept: Kept, question: Question, between: Callable[[], None]) -> Answer:
    """What each of some ``tries`` (lists of edits) would cost and break; nothing is kept.

    ``violations`` are all that the plan would break then, ``fresh`` those of them that it does not
    break now (or less), ``gone`` how many of today's it would break no more. ``between`` is called
    before each.
    """
    day = _day(question)
    bench, plan = _bench(kept, day, question), kept.plan(day.plan)
    orders = frozenset(bench.orders)
    names = Names(kept.names(day.names))
    broken = grouped(kept.check(day.check).get("violations", ()), names, orders)
    now = {(line["rule"], line["subject"]): line["limit"] for line in broken}
    found: list[Answer] = []
    for wanted in question["tries"][:MOST_TRIES]:
        between()
        edits = [wish for wish in _wishes(wanted) if isinstance(wish, RETIMES)]
        done = apply(bench, plan, edits, want_ways=False)
        rows = json.loads(verdict_bytes(Verdict(verdict="violated", violations=done.violations)))
        lines = grouped(rows["violations"], names, orders)
        then = {(line["rule"], line["subject"]): line for line in lines}
        fresh = [line for key, line in then.items() if line["limit"] > now.get(key, -1)]
        found.append(
            {
                "cost_fen": done.cost_after - done.cost_before,
                "verdict": done.verdict,
                "violations": [line["text"] for line in lines[:TOLD]],
                "fresh": [line["text"] for line in fresh[:TOLD]],
                "gone": len(now.keys() - then.keys()),
                "left": len(lines),
            }
        )
    return {"prices": found}


def ready(kept: Kept, question: Question, between: Callable[[], None]) -> Answer:
    """Have at hand what the first edit of ``day`` would otherwise wait for.

    An order is moved to where it is, in the mind: that walks every day, and loads the kernels.
    ``between`` is called now and then.
    """
    day = _day(question)
    kept.view(day)
    between()
    bench, plan = kept.bench(day.problem), kept.plan(day.plan)
    between()
    for route in plan.routes[:1]:
        order = min(bench.day(route).orders)
        apply(bench, plan, [Move(orders=[order], vehicle=route.vehicle)], want_ways=False)
    return {}


def show(kept: Kept, question: Question) -> Answer:
    """What differs on the page between the day ``from`` and the day ``to``."""
    day = _named(question["to"])
    before, now = kept.view(_named(question["from"])), kept.view(day)
    return {
        "touched": changes(before, now),
        "news": news(before, now),
        "panel": _panel(kept, question.get("begun"), day),
    }


def _bench(kept: Kept, day: Day, question: Question) -> Workbench:
    """The day's problem made ready, with the starts that were set before."""
    pins = msgspec.convert(question.get("pins") or [], list[Pin])
    return kept.bench(day.problem).pinning(pins)


def _pins(wishes: Sequence[Wish], plan: Plan) -> list[Pin]:
    """The starts that the edits set, by the orders of their trips."""
    routes = {route.vehicle: route for route in plan.routes}
    found: list[Pin] = []
    for wish in wishes:
        if isinstance(wish, Start) and wish.vehicle in routes:
            trips = [trip for duty in routes[wish.vehicle].duties for trip in duty.trips]
            stops = trips[wish.trip].stops if wish.trip < len(trips) else []
            orders = list(dict.fromkeys(order for stop in stops for order in stop.orders))
            found.append(Pin(vehicle=wish.vehicle, time=wish.time, orders=orders))
    return found


def _day(question: Question) -> Day:
    return _named(question["day"])


def _named(day: Answer) -> Day:
    return Day(
        problem=str(day["problem"]),
        plan=str(day["plan"]),
        names=day.get("names"),
        check=day.get("check"),
    )


def _wishes(given: Any) -> list[Wish]:
    """What is wished for.

    Raises:
        Invalid: it is not readable, none, or too many at once.
    """
    try:
        wishes = msgspec.convert(given, list[Wish])
    except msgspec.ValidationError as error:
        why = _("改动格式不对：%(error)s", error=error)
        raise Invalid("edits", why, _("请按接口文档填写")) from None
    if not 1 <= len(wishes) <= MOST_EDITS:
        why = _("一次须有 1 到 %(most)s 项改动", most=MOST_EDITS)
        raise Invalid("edits", why, _("请分几次提交"))
    if len(wishes) > 1 and not all(isinstance(wish, RETIMES) for wish in wishes):
        raise Invalid("edits", _("锁定和放行须逐项提交"), _("请分几次提交"))
    return wishes


def _after(kept: Kept, day: Day, wishes: Sequence[Wish], question: Question) -> After:
    plan, names = kept.plan(day.plan), kept.names(day.names)
    wish = wishes[0]
    if isinstance(wish, RETIMES):
        edits = [one for one in wishes if isinstance(one, Move | Remove | Start)]
        bench = _bench(kept, day, question)
        done = apply(bench, plan, edits, want_ways=False)
        verdict = Verdict(verdict=done.verdict, violations=done.violations, waived=done.waived)
        return After(
            bench=bench,
            plan=done.plan,
            names=names,
            verdict=verdict,
            cost_before=done.cost_before,
            edited=done,
        )
    bench = kept.bench(day.problem).under(_asked(kept, day, wish, question))
    plan = replace(plan, problem_sha256=bench.sha256)
    if isinstance(wish, Waive):
        names = {**names, str(question["who"]): {"label": str(question["who_name"])}}
    return After(
        bench=bench,
        plan=plan,
        names=names,
        verdict=bench.check(plan),
        cost_before=plan.objective.total,
    )


def _asked(kept: Kept, day: Day, wish: Wish, question: Question) -> Problem:
    """The problem with what is locked and waived after the wish."""
    problem, plan = kept.problem(day.problem), kept.plan(day.plan)
    if isinstance(wish, LockUp):
        return locked(problem, plan, wish)
    if isinstance(wish, Unlock):
        return unlocked(problem, wish)
    if isinstance(wish, Waive):
        return waived(problem, kept.check(day.check), wish, str(question["who"]))
    if isinstance(wish, Unwaive):
        return unwaived(problem, wish)
    raise TypeError(type(wish).__name__)


def _problem(kept: Kept, day: Day, after: After) -> str:
    return day.problem if after.bench.sha256 == day.problem else kept.put_bench(after.bench)


def ways(kept: Kept, question: Question, between: Callable[[], None]) -> Answer:
    """What would make ``day`` lawful, as buttons: words, edits, the difference in cost.

    ``edits`` are those that changed the plan ``before`` last, None where there were none.
    ``between`` is called now and then.
    """
    day = _day(question)
    now, names = kept.view(day), Names(kept.names(day.names))
    found: list[Answer] = []
    if question.get("edits"):
        edits = [wish for wish in _wishes(question["edits"]) if isinstance(wish, RETIMES)]
        # what has been locked and waived since counts, too
        plan = replace(kept.plan(str(question["before"])), problem_sha256=day.problem)
        bench = _bench(kept, day, question)
        done = kept.edited(day) or apply(bench, plan, edits, want_ways=False)
        found += [_way(way, names, now) for way in tried(bench, plan, done, edits, between)]
    if any(line["rule"] == "lock" for line in now["verdict"]["violations"]):
        free = _against_locks(kept, day)
        if free is not None:
            found.append(_button([free], None, names, now))
    return {"ways": found}


def _way(way: Way, names: Names, now: View) -> Answer:
    return _button(way.edits, way.cost, names, now)


def _button(edits: Sequence[Wish], cost: int | None, names: Names, now: View) -> Answer:
    return {
        "text": _("；").join(wish_text(wish, names, now, None) for wish in edits),
        "edits": msgspec.to_builtins(edits),
        "cost_fen": cost,
    }


def _against_locks(kept: Kept, day: Day) -> Unlock | None:
    """What takes away the locks that the plan is against."""
    held = {order for lock in kept.problem(day.problem).locks for order in lock.orders}
    broken = {
        name
        for row in kept.check(day.check).get("violations", ())
        if row["rule"] == "lock"
        for name in row["subjects"]
    }
    return Unlock(orders=sorted(held & broken)) if held & broken else None
