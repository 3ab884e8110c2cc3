"""POSTs that are done once: ``Idempotency-Key`` is required and its answer kept for 24 hours."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import Response, g, request
from sqlalchemy.orm import Session

from models.accounts import idempotency
from models.errors import DomainError, Invalid
from models.language import gettext as _
from webapp.api.problems import of_domain
from webapp.database import database
from webapp.security.guard import actor

LONGEST_KEY = 200
Answer = tuple[Mapping[str, Any], int] | tuple[Mapping[str, Any], int, Mapping[str, str]]
Prepared = TypeVar("Prepared")


def once(work: Callable[[Session], Answer]) -> Response:
    """Do ``work`` in a transaction together with the key's answer, or give the stored answer.

    ``work`` returns (body, status) or (body, status, headers); what it raises is not kept, the
    same request may come again.
    """
    return once_prepared(lambda: None, lambda session, _nothing: work(session))


def once_prepared(
    prepare: Callable[[], Prepared], work: Callable[[Session, Prepared], Answer]
) -> Response:
    """As :func:`once`; ``prepare`` takes long, stores nothing and goes before the transaction."""
    key = request.headers.get("Idempotency-Key", "")
    if not 1 <= len(key) <= LONGEST_KEY:
        raise Invalid(
            "idempotency_key", _("POST 须带 Idempotency-Key"), _("请为每次提交生成一个 UUID")
        )
    who = actor()
    wanted = idempotency.Request(
        token_key=str(g.token_id),
        method=request.method,
        path=request.full_path.rstrip("?"),
        key=key,
        body_sha256=hashlib.sha256(request.get_data(cache=True)).hexdigest(),
    )
    with database().write(who) as session:
        begun = idempotency.begin(session, who, wanted)
    if isinstance(begun, idempotency.Replay):
        answer = Response(begun.body, status=begun.status, headers=dict(begun.headers))
        answer.headers["Idempotency-Replayed"] = "true"
        return answer
    try:
        prepared = prepare()
        with database().write(who) as session:
            done = work(session, prepared)
            body = json.dumps(done[0], ensure_ascii=False, default=str).encode()
            headers = {"Content-Type": "application/json"}
            if len(done) == 3:
                headers |= dict(done[2])
            idempotency.finish(session, begun, status=done[1], headers=headers, body=body)
    except DomainError as error:
        with database().write(who) as session:
            idempotency.abandon(session, begun)
        return of_domain(error)
    except BaseException:
        with database().write(who) as session:
            idempotency.abandon(session, begun)
        raise
    return Response(body, status=done[1], headers=headers)
