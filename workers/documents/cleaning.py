"""Cleaning a foreign document in a process that holds no secret and dies at its limits."""

from __future__ import annotations

import json
from dataclasses import dataclass

from models.errors import Invalid
from models.language import N_
from models.language import gettext as _
from workers.limited import run_limited

MAX_BYTES = 20 * 1024 * 1024

REFUSALS = {
    "empty": (N_("文件是空的"), N_("请重新选择文件")),
    "too_large": (N_("文件超过 20 MB"), N_("请压缩或重新拍照后上传")),
    "type": (
        N_("只接收 PDF、JPEG、PNG（按文件内容判断，不看扩展名）"),
        N_("请另存为其中一种格式后上传"),
    ),
    "pixels": (N_("图片像素过大"), N_("请缩小到 5000 万像素以内后上传")),
    "locked": (N_("PDF 设有密码"), N_("请去掉密码后上传")),
    "pages": (N_("PDF 页数须在 1 到 50 页之间"), N_("请只上传需要的页")),
    "active": (N_("PDF 含有脚本、附件或可执行内容"), N_("请打印为普通 PDF 后上传")),
    "too_heavy": (N_("文件处理超出限制"), N_("请缩小后上传")),
    "unreadable": (N_("文件已损坏，读不出来"), N_("请重新导出或重新拍照后上传")),
}
"""Why a document is refused and what to do."""


class DocumentError(Invalid):
    """A document is refused; ``code`` is one of ``REFUSALS``."""

    def __init__(self, code: str) -> None:
        message, remedy = REFUSALS[code]
        super().__init__(code, _(message), _(remedy))


@dataclass(frozen=True, kw_only=True)
class Cleaned:
    """What is kept of a document: bytes, type as the content tells, size or pages."""

    data: bytes
    media_type: str
    width: int = 0
    height: int = 0
    pages: int = 0


def clean(data: bytes) -> Cleaned:
    """Open a document under memory and time limits and give what may be kept of it.

    Images are drawn anew without their metadata (position, camera, thumbnails).

    Raises:
        DocumentError: why it is refused.
    """
    if not data:
        raise DocumentError("empty")
    if len(data) > MAX_BYTES:
        raise DocumentError("too_large")
    try:
        head, body, _code = run_limited("workers.documents.child", data)
    except TimeoutError as error:
        raise DocumentError("too_heavy") from error
    if not head:  # killed by one of its limits
        raise DocumentError("too_heavy")
    facts = json.loads(head)
    if "refused" in facts:
        raise DocumentError(facts["refused"])
    return Cleaned(data=body, **facts)
