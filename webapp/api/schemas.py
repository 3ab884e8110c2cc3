"""Schemas that the whole interface shares."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from models.paging import DEFAULT, MOST, Page


class PageArgs(Schema):
    """Cursor pagination of a list."""

    class Meta:
        """Other parameters belong to the list's own schema."""

        unknown = EXCLUDE

    limit = fields.Integer(
        load_default=DEFAULT,
        validate=validate.Range(1, MOST),
        metadata={"description": "Rows of a page, at most 200"},
    )
    cursor = fields.String(
        load_default=None, metadata={"description": "``next`` of the page before"}
    )


class WindowBody(Schema):
    """A receiving window: seconds after local midnight of the service date (before: negative)."""

    start = fields.Integer(required=True)
    end = fields.Integer(required=True)
    night = fields.Boolean()
    needs = fields.List(fields.String())
    unattended = fields.Boolean()
    unattended_extra_s = fields.Integer(validate=validate.Range(0))
    soft_late_s = fields.Integer(validate=validate.Range(0))


class ProblemSchema(Schema):
    """RFC 9457 problem details."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    code = fields.String()
    detail = fields.String()
    remedy = fields.String()
    errors = fields.List(fields.Dict())


def page_body(found: Page[Any], row: Any) -> dict[str, Any]:
    """A page as the interface answers it: ``{"items": […], "next": cursor}``."""
    return {"items": [row(item) for item in found.items], "next": found.next}
