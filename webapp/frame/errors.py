"""Error pages: what happened, what was kept, what to do; missing and foreign look alike."""

from __future__ import annotations

from flask import Flask, current_app, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import NotFound as NoPage

from models.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from webapp.api.problems import of_domain, of_http, problem

PAGES = {
    413: (
        _l("文件太大"),
        _l("上传的文件不得超过 20 MB。请删去无关的工作表或分批上传。"),
        "file-text",
    ),
    429: (_l("操作过于频繁"), _l("请稍等一分钟再试。"), "clock"),
}
"""Status → title, what to do, icon."""


def _page(  # noqa: PLR0917 - the six parts of a page
    status: int, title: str, text: str, kept: str, mark: str, tone: str
) -> tuple[str, int]:
    page = render_template(
        "frame/error.html",
        title=title,
        text=text,
        kept=kept,
        mark=mark,
        tone=tone,
        request_id=g.get("request_id") if status >= 500 else "",
    )
    return page, status


def not_found() -> ResponseReturnValue:
    """The one answer for what does not exist and for what is somebody else's."""
    return _page(
        404,
        _("没有这个页面"),
        _("地址有误，或此内容不在您的权限范围内。"),
        _("未作任何改动。"),
        "map-pin",
        "draft",
    )


def domain_error(error: DomainError) -> ResponseReturnValue:
    """A refusal by a rule: back to the form where there is one, with reason and remedy."""
    if isinstance(error, (NotFound, Forbidden)):
        return not_found()
    text = " ".join(part for part in (error.message, error.remedy) if part)
    if (
        request.method == "POST"
        and request.referrer
        and request.referrer.startswith(request.host_url)
    ):
        flash(text, "broken")
        return redirect(request.referrer)
    status = 409 if isinstance(error, Conflict) else 422 if isinstance(error, Invalid) else 400
    return _page(status, _("没有完成"), text, _("未作任何改动。"), "alert-triangle", "attention")


def _interface() -> bool:
    return request.path.startswith("/api/")


def install(app: Flask) -> None:
    """Register the pages for errors of pages; the interface answers its own as problem+json."""
    app.register_error_handler(HTTPException, _of_http_error)
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(Exception, _broken)


def _of_http_error(error: HTTPException) -> ResponseReturnValue:
    if _interface():
        return of_http(error)
    if isinstance(error, NoPage) or error.code == 405:
        return not_found()
    if isinstance(error, CSRFError):
        return _page(
            400,
            _("页面已过期"),
            _("登录状态已变化或页面打开过久。请返回上一页刷新后再提交。"),
            _("未作任何改动。"),
            "clock",
            "attention",
        )
    if error.code in PAGES:
        title, remedy, icon = PAGES[error.code]
        return _page(error.code, str(title), str(remedy), _("未作任何改动。"), icon, "attention")
    if error.response is not None:
        return error.response
    return _page(
        error.code or 400,
        _("没有完成"),
        _("请求的内容有误，请返回上一页检查。"),
        _("未作任何改动。"),
        "alert-triangle",
        "attention",
    )


def _refused(error: DomainError) -> ResponseReturnValue:
    if _interface():
        return of_domain(error)
    return domain_error(error)


def _broken(error: Exception) -> ResponseReturnValue:
    current_app.logger.error("request %s failed", g.get("request_id"), exc_info=error)
    if current_app.testing:
        raise error
    if _interface():
        return problem(500, "internal_error", remedy=f"request {g.get('request_id', '')}")
    return _page(
        500,
        _("系统出错了"),
        _("请稍后重试；若仍出错，请把下面的请求编号告诉管理员。"),
        _("已完成的操作均已保存，本次操作未生效。"),
        "alert-triangle",
        "broken",
    )
