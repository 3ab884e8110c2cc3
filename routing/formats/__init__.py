"""Reading and writing of formats: data and parsing only, no evaluation."""

from routing.formats.errors import FormatError
from routing.formats.sniffing import read_any, sniff

__all__ = ["FormatError", "read_any", "sniff"]
