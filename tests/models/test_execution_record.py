"""The record is a function of the set of events: whatever their order, doubling, delay, devices."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from models.execution.operations import Channel, corrected
from models.execution.record import Told, fold

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
KINDS = ("arrive", "done", "partial", "refused", "failed", "late", "undo", "breakdown", "resume")
ORDERS = {"visit-1": ("a", "b"), "visit-2": ("c",)}
EXPECTED = {key: frozenset(orders) for key, orders in ORDERS.items()}


def told(number, kind, minute=0, *, device="phone-1", stop="visit-1", **more):
    """An event ``minute`` minutes after noon."""
    content = {}
    if kind in {"done", "partial", "refused", "failed"}:
        named = more.pop("orders", ORDERS.get(stop, ()))
        content["orders"] = [{"id": o, "action": "delivery", "units": 3} for o in named]
    content |= more
    return Told(
        client_id=f"event-{number}",
        device_id=device,
        kind=kind,
        at=NOON + timedelta(minutes=minute),
        sequence=number,
        stop_key=None if kind in {"undo", "breakdown", "resume", "note"} else stop,
        content=content,
    )


@st.composite
def days(draw):
    """The events of a day from one to three devices, with doubles and undone taps."""
    events = []
    for number in range(draw(st.integers(1, 14))):
        kind = draw(
            st.sampled_from(
                [
                    "arrive",
                    "done",
                    "partial",
                    "refused",
                    "failed",
                    "late",
                    "undo",
                    "breakdown",
                    "resume",
                    "note",
                ]
            )
        )
        stop = draw(st.sampled_from(sorted(ORDERS)))
        more = {"of": f"event-{draw(st.integers(0, 13))}"} if kind == "undo" else {}
        if kind == "late":
            more["minutes"] = draw(st.integers(0, 60))
        if kind in {"partial", "refused", "failed"}:
            more["orders"] = draw(
                st.lists(st.sampled_from(ORDERS[stop]), min_size=1, max_size=2, unique=True)
            )
        device = draw(st.sampled_from(["phone-1", "phone-2", "desk", "dock-1"]))
        one = told(number, kind, draw(st.integers(0, 90)), device=device, stop=stop, **more)
        by_receiver = device == "dock-1" and kind in {"done", "partial", "refused"}
        events.append(replace(one, source="receiver") if by_receiver else one)
    return events


@settings(max_examples=300, deadline=None)
@given(days(), st.randoms(use_true_random=False))
def test_neither_order_nor_doubling_changes_the_record(events, random):
    first = fold(events, EXPECTED)
    again = [*events, *random.sample(events, k=len(events) // 2)]
    random.shuffle(again)
    assert fold(again, EXPECTED) == first


@settings(max_examples=100, deadline=None)
@given(days())
def test_an_undone_tap_might_as_well_never_have_been_made(events):
    undone = {e.content["of"] for e in events if e.kind == "undo"}
    kept = [e for e in events if e.client_id not in undone and e.kind != "undo"]
    assert fold(events, EXPECTED) == fold(kept, EXPECTED)


@settings(max_examples=100, deadline=None)
@given(days())
def test_what_was_told_stands_in_order(events):
    for stop in fold(events, EXPECTED).stops.values():
        if stop.done_at is not None:
            assert stop.arrived_at is not None
            assert stop.arrived_at <= stop.done_at


@settings(max_examples=100, deadline=None)
@given(st.integers(-40 * 3600, 40 * 3600), st.integers(0, 36 * 3600), st.integers(0, 6 * 86400))
def test_a_wrong_clock_is_set_right_by_the_servers(skew, tapped, waited):
    """A device whose clock is off by any amount, sending days later: the true time comes out."""
    true = NOON + timedelta(seconds=tapped)
    off = timedelta(seconds=skew)
    received = true + timedelta(seconds=waited)
    channel = Channel(source="link", received_at=received, sent_at=received + off)
    assert corrected(true + off, channel) == true


def test_a_time_that_cannot_be_is_that_of_reception():
    channel = Channel(source="link", received_at=NOON, sent_at=NOON)
    assert corrected(NOON + timedelta(hours=1), channel) == NOON
    assert corrected(NOON - timedelta(days=30), channel) == NOON


def test_a_normal_stop():
    record = fold([told(1, "arrive", 5), told(2, "done", 15)], EXPECTED)
    stop = record.stops["visit-1"]
    assert (stop.state, stop.arrived_at.minute, stop.done_at.minute) == ("done", 5, 15)
    assert {o.state for o in stop.outcomes.values()} == {"delivered"}
    assert record.conflicts == []


def test_a_refusal_of_one_order_stands_against_done_for_the_stop():
    events = [told(1, "arrive"), told(2, "refused", 3, orders=["a"]), told(3, "done", 5)]
    outcomes = fold(events, EXPECTED).stops["visit-1"].outcomes
    assert {k: o.state for k, o in outcomes.items()} == {"a": "refused", "b": "delivered"}


def test_outcomes_for_every_order_end_the_stop_without_done():
    events = [told(1, "refused", 3, orders=["a"]), told(2, "partial", 7, orders=["b"])]
    stop = fold(events, EXPECTED).stops["visit-1"]
    assert (stop.state, stop.done_at.minute, stop.arrived_at.minute) == ("done", 7, 3)
    assert stop.outcomes["b"].units == 3


def test_two_phones_that_say_different_things_are_told_apart():
    events = [
        told(1, "done", 5),
        told(2, "refused", 9, device="phone-2", orders=["b"]),
    ]
    record = fold(events, EXPECTED)
    assert [(c.stop_key, c.order) for c in record.conflicts] == [("visit-1", "b")]
    assert record.stops["visit-1"].outcomes["b"].state == "refused"
    assert record.stops["visit-1"].outcomes["a"].state == "delivered"


def test_taps_of_one_phone_keep_their_order_though_a_sending_was_slow():
    """The first tap's sending hung for a minute: it may not come after the second."""
    events = [told(1, "breakdown", 10), told(2, "resume", 9)]
    assert fold(events, EXPECTED).broken_since is None


def test_a_breakdown_lasts_until_it_is_over():
    assert fold([told(1, "breakdown", 4)], EXPECTED).broken_since == NOON + timedelta(minutes=4)
    assert fold([told(1, "breakdown", 4), told(2, "resume", 9)], EXPECTED).broken_since is None


def signed(number, kind, minute, *orders):
    """A receiver's word, from its own device."""
    one = told(100 + number, kind, minute, device="dock-aaaa", orders=orders)
    return replace(one, source="receiver")


def test_the_receivers_word_stands_beside_the_drivers_and_takes_no_time():
    events = [
        told(1, "arrive", 0),
        told(2, "done", 10),
        signed(1, "done", 50, "a"),
        signed(2, "partial", 60, "b"),
    ]
    record = fold(events, EXPECTED)
    stop = record.stop("visit-1")
    assert (stop.done_at, stop.last_at) == (NOON + timedelta(minutes=10),) * 2
    assert record.last_at == NOON + timedelta(minutes=10)
    assert {o: one.state for o, one in stop.outcomes.items()} == {
        "a": "delivered",
        "b": "partly_delivered",
    }
    assert stop.driver["b"].state == "delivered"
    assert stop.receiver["b"].units == 3
    (conflict,) = record.conflicts
    assert (conflict.order, [one.by for one in conflict.said]) == ("b", ["driver", "receiver"])


def test_of_two_differences_the_receivers_holds_and_its_last_word_counts():
    driver, first = told(1, "refused", 5), signed(1, "partial", 8, "a")
    assert fold([driver, first]).stop("visit-1").outcomes["a"].state == "partly_delivered"
    later = fold([driver, first, signed(2, "done", 9, "a")]).stop("visit-1")
    assert later.outcomes["a"].state == "refused", "who took all in does not undo a difference told"
    assert later.receiver["a"].state == "delivered"


def test_a_receivers_word_alone_gives_orders_their_outcome_but_no_vehicle_its_times():
    record = fold([signed(1, "done", 5, "a", "b")], EXPECTED)
    stop = record.stop("visit-1")
    assert stop.outcomes["a"].state == "delivered"
    assert (stop.state, record.started_at, record.conflicts) == ("waiting", None, [])
