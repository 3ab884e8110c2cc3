"""From the database to the problem of a service date (``build_problem``)."""

from workers.planning.snapshot.assemble import assemble
from workers.planning.snapshot.build import build_problem
from workers.planning.snapshot.rows import Rows

__all__ = ["Rows", "assemble", "build_problem"]
