"""Health and version."""

from __future__ import annotations

from importlib.metadata import version

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from models.language import gettext as _
from webapp.database import database, settings
from webapp.frame.formats import local, number
from webapp.security.guard import actor
from webapp.security.permissions import needs
from workers.queue.heartbeats import Beat
from workers.system.health import Health, look

blueprint = Blueprint("system", __name__, url_prefix="/system", template_folder="templates")

Part = tuple[str, str, str, str]
"""A part's name, its kind, its state's pill, what there is to say."""


def size(count: int | None) -> str:
    """Bytes as people read them: ``1.4 GB``."""
    if count is None:
        return "—"
    for unit, least in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= least:
            return f"{count / least:.1f} {unit}"
    return f"{count} B"


def _heard(beats: list[Beat]) -> str:
    told = [
        _("%(host)s 进程 %(process)s，%(at)s", host=b.host, process=b.process, at=local(b.at))
        for b in beats
    ]
    return _("；").join(told) or _("没有收到心跳")


def _parts(health: Health) -> list[Part]:
    kind = "PostgreSQL + PostGIS" if database().is_postgresql else "SpatiaLite"
    queue = _("内置") if settings().embedded_redis else _("外接")
    store = _("文件夹") if settings().embedded_database else _("数据库")
    waiting = _("排队 %(n)s 项", n=health.waiting) if health.waiting is not None else ""
    room = _("可用 %(free)s，共 %(all)s", free=size(health.disk_free), all=size(health.disk_size))
    kept = _(
        "%(n)s 个文件，%(size)s",
        n=number(health.artefacts or 0),
        size=size(health.artefacts_size),
    )

    def good(state: object) -> str:
        return "good" if state else "broken"

    return [
        (_("数据库"), kind, good(health.database), ""),
        (_("任务队列"), queue, good(health.queue), waiting),
        (_("任务转发"), _("进程"), good(health.of("relay")), _heard(health.of("relay"))),
        (_("求解进程"), _("进程"), good(health.of("worker")), _heard(health.of("worker"))),
        (_("即时求解"), _("本机"), good(health.planner), ""),
        (_("磁盘"), str(settings().home), "attention" if health.disk_short else "good", room),
        (_("方案与文件存储"), store, good(health.artefacts is not None), kept),
    ]


@blueprint.get("/")
@needs("system:read")
def index() -> ResponseReturnValue:
    """What runs, in which version, what is stuck, and whether its parts answer."""
    health = look(settings(), database(), actor())
    return render_template(
        "system/index.html",
        health=health,
        parts=_parts(health),
        product=version("greenfreight"),
        row_security=database().has_row_security,
        settings=settings(),
        size=size,
    )
