"""All tables of all rooms, loaded, so that ``Base.metadata`` is whole."""

from models.accounts import tables as accounts
from models.audit import tables as audit
from models.base import Base
from models.bays import tables as bays
from models.charging import tables as charging
from models.documents import tables as documents
from models.execution import tables as execution
from models.fleet import tables as fleet
from models.indicators import tables as indicators
from models.notices import tables as notices
from models.orders import tables as orders
from models.orders import wave_tables as waves
from models.permits import tables as permits
from models.places import tables as places
from models.planning import tables as planning
from models.rules import tables as rules

__all__ = [
    "Base",
    "accounts",
    "audit",
    "bays",
    "charging",
    "documents",
    "execution",
    "fleet",
    "indicators",
    "notices",
    "orders",
    "permits",
    "places",
    "planning",
    "rules",
    "waves",
]
