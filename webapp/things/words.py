"""Words for the codes that the desks show, and the choices of their selects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice

from models.language import N_, Words
from models.language import gettext as _
from workers.planning.words import EFFECTS, ENERGY, NEEDS, TEMPERATURES

PLACE_KINDS = {
    "store": _l("收货门店"),
    "end_station": _l("末端配送站"),
    "distribution_centre": _l("公共配送中心"),
    "hub": _l("干支衔接枢纽"),
    "depot": _l("发车仓"),
    "charging": _l("充电站"),
    "bay": _l("卸货泊位"),
    "rest": _l("休息点"),
}
PLATE_KINDS = {
    "green_small": _l("小型新能源汽车"),
    "green_large": _l("大型新能源汽车"),
    "blue": _l("小型汽车"),
    "yellow": _l("大型汽车"),
}
PLUGS = {"gbt_dc": _l("国标直流"), "gbt_ac": _l("国标交流")}
PAPERS = {
    "inspection": _l("检验合格"),
    "insurance": _l("保险"),
    "transport_licence": _l("道路运输证"),
}
PROFILES = {"van": _l("微面"), "light": _l("轻型货车"), "medium": _l("中型货车")}
"""Groups of vehicles that drive at the same speeds."""
ZONE_KINDS = {
    "restricted": _l("限行区"),
    "low_emission": _l("低排放区"),
    "pedestrian": _l("步行街区"),
}
NUMERALS = (N_("一"), N_("二"), N_("三"), N_("四"), N_("五"), N_("六"), N_("七"))
"""Emission stages as they are written: 国五."""
YES = _l("是")


def options(pairs: Iterable[tuple[object, object]]) -> list[SelectChoice]:
    """Values with their words as the options of a select."""
    return [SelectChoice(value, label) for value, label in pairs]  # type: ignore[arg-type]


def pairs(words: Mapping[str, object]) -> tuple[tuple[str, object], ...]:
    """Codes with their words, each said when shown: forms are declared before anybody asks."""
    if isinstance(words, Words):
        return tuple((code, _l(word)) for code, word in words.source.items())
    return tuple(words.items())


def choices(words: Mapping[str, object]) -> list[SelectChoice]:
    """Codes with their words as the options of a select."""
    return options(pairs(words))


def several(codes: Iterable[str], words: Mapping[str, object]) -> str:
    """Codes in words, parted by 、."""
    return _("、").join(str(words.get(code, code)) for code in codes)


__all__ = [
    "EFFECTS",
    "ENERGY",
    "NEEDS",
    "PAPERS",
    "PLACE_KINDS",
    "PLATE_KINDS",
    "PLUGS",
    "PROFILES",
    "TEMPERATURES",
    "YES",
    "ZONE_KINDS",
    "choices",
    "options",
    "pairs",
    "several",
]
