"""Live progress of a plan as server-sent events.

``progress`` events carry what the worker writes; ``state`` events the version's state, which the
database alone knows. The stream ends when the version is no longer running, or after a while: the
browser then asks again by itself.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

from flask import Response, current_app, stream_with_context

from models.accounts.actor import Actor
from webapp.database import reading, settings
from webapp.planning import reads
from workers.planning.request import job_of
from workers.queue.connection import connect
from workers.queue.progress import follow

LONGEST_S = 300
RETRY_MS = 2000


def _event(kind: str, data: object) -> str:
    return f"event: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def stream(actor: Actor, plan_id: str) -> Response:
    """The answer that streams. Raises NotFound for what is not the actor's."""
    with reading(actor) as session:
        version = reads.version_of(session, actor, plan_id)
        job = job_of(session, actor, version.id)
        state = version.state
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - the stream outlives the request

    def now_state() -> str:
        with app.app_context(), reading(actor) as session:
            return reads.version_of(session, actor, plan_id).state

    def lines() -> Iterator[str]:
        yield f"retry: {RETRY_MS}\n\n"
        yield _event("state", {"state": state})
        if state not in reads.RUNNING or job is None:
            return
        until = time.monotonic() + LONGEST_S
        redis = connect(settings())
        try:
            for entry in follow(redis, job):
                if entry is not None:
                    yield _event("progress", entry)
                    continue
                seen = now_state()
                if seen not in reads.RUNNING:
                    yield _event("state", {"state": seen})
                    return
                if time.monotonic() > until:
                    return
                yield ": still here\n\n"
        finally:
            redis.close()
        yield _event("state", {"state": now_state()})

    answer = Response(stream_with_context(lines()), mimetype="text/event-stream")
    answer.headers["X-Accel-Buffering"] = "no"
    return answer
