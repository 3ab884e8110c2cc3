"""``flask --app wsgi …``: commands that work without server, queue or set secrets."""

from webapp.cli.commands import install

__all__ = ["install"]
