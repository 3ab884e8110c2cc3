"""Errors of the HTTP interface as problem+json (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import Response
from werkzeug.exceptions import HTTPException

from models.errors import Conflict, DomainError, FieldError, Forbidden, Invalid, NotFound
from models.language import gettext as _


def problem(
    status: int,
    code: str,
    detail: str = "",
    *,
    remedy: str = "",
    errors: Sequence[Mapping[str, Any]] = (),
) -> Response:
    """An answer of ``application/problem+json``. 404 reads the same whatever is missing."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
    }
    if detail:
        body["detail"] = detail
    if remedy:
        body["remedy"] = remedy
    if errors:
        body["errors"] = list(errors)
    answer = Response(json.dumps(body, ensure_ascii=False), status=status)
    answer.mimetype = "application/problem+json"
    if status == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="greenfreight"'
    return answer


def not_found() -> Response:
    """The one body for what is missing and what is somebody else's."""
    return problem(404, "not_found", _("没有找到"))


def _field(error: FieldError) -> dict[str, Any]:
    row: dict[str, Any] = {"field": error.field, "code": error.code, "message": error.message}
    if error.index is not None:
        row["index"] = error.index
    return row


def of_domain(error: DomainError) -> Response:
    """A refused operation."""
    if isinstance(error, NotFound):
        return not_found()
    if isinstance(error, Forbidden):
        return problem(403, error.code, error.message, remedy=error.remedy)
    fields = [_field(f) for f in error.fields] if isinstance(error, Invalid) else []
    status = 409 if isinstance(error, Conflict) else 422
    return problem(status, error.code, error.message, remedy=error.remedy, errors=fields)


def of_http(error: HTTPException) -> Response:
    """A refused request; schema errors keep their fields."""
    status = error.code or 500
    if status == HTTPStatus.NOT_FOUND:
        return not_found()
    data = getattr(error, "data", None) or {}
    messages = data.get("messages") or {}
    fields = [
        {"field": f"{where}.{name}", "code": "schema", "message": _text(said)}
        for where, names in messages.items()
        for name, said in (names.items() if isinstance(names, Mapping) else [("", names)])
    ]
    code = HTTPStatus(status).name.lower()
    return problem(status, code, data.get("message") or "", errors=fields)


def _text(said: object) -> str:
    if isinstance(said, list):
        return "; ".join(_text(part) for part in said)
    return said if isinstance(said, str) else json.dumps(said, ensure_ascii=False, default=str)
