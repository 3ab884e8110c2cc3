"""When access rules bind a vehicle, told for pages: the planning library's own reading of them."""

from workers.access.rights import Ground, Spans, dated
from workers.access.subjects import CLASSES, Subject, VehicleClass, subject_of

__all__ = ["CLASSES", "Ground", "Spans", "Subject", "VehicleClass", "dated", "subject_of"]
