"""Refusals of a whole file, each with what to do about it."""

from __future__ import annotations

from models.language import N_


class SheetError(Exception):
    """A file cannot be read as a table.

    ``code`` is stable for machines; ``message`` says what is wrong, ``remedy`` what to do,
    both in the language of the desk (Chinese msgids, translated by the web).
    """

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(f"{message} {remedy}")
        self.code = code
        self.message = message
        self.remedy = remedy


_REFUSALS: dict[str, tuple[str, str]] = {
    "empty": (N_("文件是空的。"), N_("请选择有内容的表格文件。")),
    "too_large": (N_("文件超过 20 MB。"), N_("请删去图片和无关的工作表，或按日期拆成几个文件。")),
    "too_many_cells": (N_("表格超过 200,000 个单元格。"), N_("请只保留本次要导入的行和列。")),
    "too_wide": (N_("表格的行列范围过大。"), N_("请删去末尾无用的行和列后再传。")),
    "zip_entries": (N_("压缩包里的文件过多，不是正常的表格。"), N_("请用表格软件另存为 .xlsx。")),
    "zip_ratio": (N_("文件解压后过大，已拒绝。"), N_("请用表格软件另存为 .xlsx 后再传。")),
    "zip_broken": (N_("文件已损坏，打不开。"), N_("请在表格软件中重新另存为 .xlsx。")),
    "macros": (N_("文件带有宏，不接收。"), N_("请另存为不带宏的 .xlsx 文件。")),
    "external_links": (
        N_("文件带有外部链接或数据连接，不接收。"),
        N_("请在表格软件中断开链接（粘贴为数值）后另存。"),
    ),
    "old_xls": (N_("这是旧式 .xls 文件，不接收。"), N_("请在表格软件中另存为 .xlsx 或 CSV。")),
    "encrypted": (N_("文件加了密码，打不开。"), N_("请去掉密码后另存为 .xlsx。")),
    "xlsb": (N_("这是二进制 .xlsb 文件，不接收。"), N_("请另存为 .xlsx。")),
    "ods": (N_("这是 ODS 文件，不接收。"), N_("请另存为 .xlsx 或 CSV。")),
    "html": (N_("这是网页格式的表格，不接收。"), N_("请在表格软件中打开，另存为 .xlsx。")),
    "not_a_table": (
        N_("文件内容不是 XLSX，也不是分列的文本表格。"),
        N_("请选择 .xlsx 或 CSV 文件；文件名后缀不起作用，按内容识别。"),
    ),
    "unsafe_xml": (N_("文件内含不安全的 XML，已拒绝。"), N_("请用表格软件另存为 .xlsx。")),
    "encoding": (
        N_("认不出文本的编码。"),
        N_("请另存为 UTF-8 或 GB18030 编码的 CSV，或直接用 .xlsx。"),
    ),
    "not_geojson": (
        N_("文件不是可读的 GeoJSON。"),
        N_("请导出为 WGS-84 的 FeatureCollection，或用表格模板。"),
    ),
    "not_wgs84": (N_("坐标系不是 WGS-84。"), N_("请在导出时选 EPSG:4326（WGS-84）。")),
    "no_rows": (N_("表格里没有数据行。"), N_("请确认工作表中有表头和至少一行数据。")),
    "time_limit": (N_("读取超时，已停止。"), N_("请拆成几个较小的文件。")),
    "memory_limit": (
        N_("读取占用内存过多，已停止。"),
        N_("请删去格式和无关内容，或拆成几个文件。"),
    ),
    "unreadable": (N_("文件读不出来。"), N_("请用表格软件另存为 .xlsx 后再传。")),
}


def refusal(code: str) -> SheetError:
    """The refusal with this code, in full."""
    message, remedy = _REFUSALS[code]
    return SheetError(code, message, remedy)
