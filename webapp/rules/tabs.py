"""The pages of the room of rules, side by side."""

from flask_babel import lazy_gettext as _l

TABS = (
    (_l("规则"), "rules.index"),
    (_l("区域"), "rules.zones"),
    (_l("通行证"), "permits.index"),
    (_l("通行证申请"), "permits.applications"),
)
