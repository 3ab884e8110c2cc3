"""Orders: one vehicle leg each, with alternatives at both ends."""

from __future__ import annotations

from typing import Literal

from routing.problem.base import Count, Id, Positive, Record

Temperature = Literal["ambient", "chilled", "frozen"]


class Window(Record, frozen=True, kw_only=True):
    """Service may start at any t with ``start <= t <= end``.

    ``soft_late_s``: service may start this much later still, at ``objective.late_per_hour``.
    ``needs``: what this window asks of the vehicle (night: ``quiet``) beyond the order's own.
    ``unattended``: nobody receives; the driver unloads alone (``unattended_extra_s`` more).
    """

    start: int
    end: int
    night: bool = False
    needs: list[str] = []
    unattended: bool = False
    unattended_extra_s: Count = 0
    soft_late_s: Count = 0


class BayChoice(Record, frozen=True, kw_only=True):
    """A bay that can serve the place; ``walk_s`` is paid once per visit and place served."""

    bay: Id
    walk_s: Count = 0


class Alternative(Record, frozen=True, kw_only=True):
    """One way to serve an end of an order: a place, when, and from which bays.

    The place's own yard may be used too if ``place.yard``. ``extra_cost`` in milli-fen.
    An empty ``windows`` means the whole horizon. A plan does not name the alternative or window:
    of the pairs (alternative, window) that fit the stop's place and bay, in the order given, the
    first with the smallest (kind, lateness) is used, kind 0 = start inside and needs met, 1 = late
    within ``soft_late_s`` and needs met, 2 = inside or softly late with needs unmet, 3 = outside.
    """

    place: Id
    windows: list[Window] = []
    bays: list[BayChoice] = []
    extra_cost: Count = 0


class Order(Record, frozen=True, kw_only=True):
    """Goods that one vehicle takes from one pickup alternative to one delivery alternative.

    ``mandatory`` is the class 1..k (1 first); an optional order has ``mandatory=0`` and a
    ``prize`` (milli-fen). ``units`` handling units take ``load_unit_s`` each at pickup and
    ``unit_s`` each at delivery. ``unit_places`` floor places (roll cages, pallets).
    Lateness is paid, and ``extra_cost`` too, per order and end. An order rides from the departure
    of its pickup stop to the start of service of its delivery stop. ``after`` is met when the
    earlier order's delivery service has ended by the start of this one's pickup service; an order
    whose predecessor is not served may not be served. ``due`` and ``release`` bind service starts.
    Own shipper is always in ``share_with``; riding together means being on board at once.
    ``needs``: capabilities such as ``tail_lift``, ``enclosed``. ``after``: orders that must be
    delivered before this one is picked up. ``share_with``: None = anybody, else the shippers it
    may ride with; ``never_with``: shippers and goods classes it never rides with.
    ``release``/``due``: earliest pickup / latest delivery, if given. ``parts_allowed``: a split
    order may be served in part. ``return_of``: the order whose empties or goods this brings back.
    """

    id: Id
    shipper: Id
    weight_g: Count
    volume_cm3: Count
    units: Positive = 1
    unit_places: Count = 0
    unit_s: Count = 0
    load_unit_s: Count = 0
    temperature: Temperature = "ambient"
    goods: str = "general"
    needs: list[str] = []
    pickup: list[Alternative]
    delivery: list[Alternative]
    mandatory: Count = 1
    prize: Count = 0
    release: int | None = None
    due: int | None = None
    longest_ride_s: int | None = None
    after: list[Id] = []
    share_with: list[Id] | None = None
    never_with: list[str] = []
    parts_allowed: bool = False
    return_of: Id | None = None
