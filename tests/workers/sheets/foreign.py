"""Five order sheets as other people's software writes them; each takes a day and returns bytes."""

from __future__ import annotations

import csv
import datetime as dt
import io

import openpyxl
from openpyxl.styles import Font

NAMES = ("学府路店", "文昌路店", "滨江街店", "东风巷店", "建设里店", "人民路店")
ROWS = 12


def _saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def gb18030_csv(day: dt.date) -> bytes:
    """An ERP's CSV in GB18030 with a tab after codes and quoted commas in the notes."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(
        [
            "配送单号",
            "客户名称",
            "货物名称",
            "温区",
            "总重量(公斤)",
            "件数",
            "要求到货日期",
            "送货时间",
            "备注",
        ]
    )
    for n in range(ROWS):
        writer.writerow([
            f"PS{day:%m%d}{n:03d}", NAMES[n % 6], "镕记豆干", "冷藏", f"{1000 + n:,}", n + 1,
            f"{day:%Y/%m/%d}", "06:00-07:30", "后门收货，按铃" if n % 3 else "",
        ])  # fmt: skip
    return out.getvalue().encode("gb18030")


def merged_header(day: dt.date) -> bytes:
    """A title over all columns, then two header rows with groups merged over sub-headers."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "配货明细"
    sheet["A1"] = "禾丰超市配货单（示例）"
    sheet.merge_cells("A1:I1")
    sheet["A2"] = f"打印日期 {day - dt.timedelta(days=1)}"
    sheet.merge_cells("A2:I2")
    for column, label in (("A", "调拨单号"), ("B", "门店"), ("C", "品类"), ("I", "备注")):
        sheet[f"{column}3"] = label
        sheet.merge_cells(f"{column}3:{column}4")
    sheet["D3"] = "货量"
    sheet.merge_cells("D3:F3")
    sheet["D4"], sheet["E4"], sheet["F4"] = "毛重kg", "体积m³", "箱数"
    sheet["G3"] = "要求收货"
    sheet.merge_cells("G3:H3")
    sheet["G4"], sheet["H4"] = "到货日", "时段"
    for n in range(ROWS):
        sheet.append([
            f"DB-{day:%m%d}-{n:03d}", NAMES[n % 6], "休闲食品", 80 + n, 0.4, 10 + n, day,
            "8点到10点", None,
        ])  # fmt: skip
    return _saved(book)


def text_dates(day: dt.date) -> bytes:
    """Dates as text (11月24日), full-width figures, times in words, weight per column in tonnes."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(
        ["单号", "收货单位", "品种", "温度带", "重量(吨)", "数量(箱)", "送货日期", "时间窗"]
    )
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    for n in range(ROWS):
        text = f"{day.month}月{day.day}日" if n % 2 else f"{day.month}/{day.day}"
        sheet.append([
            f"TD-{day:%m%d}-{n:03d}", NAMES[n % 6], "冷鲜肉", "鲜", 0.12 + n / 100,
            str(20 + n).translate(wide), text, "上午9点-11点半",
        ])  # fmt: skip
    return _saved(book)


def stripped_zeros(day: dt.date) -> bytes:
    """Store codes stored as numbers (00123 as 123); no weight at all, only roll cages."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["订单号", "店号", "笼车数", "配送日期", "最早时间", "最晚时间", "是否尾板"])
    codes = (101, 102, 103, 104, 105, 123)
    for n in range(ROWS):
        sheet.append([
            f"SZ-{day:%m%d}-{n:03d}", codes[n % 6], 1 + n % 3, int(f"{day:%Y%m%d}"),
            dt.time(6, 0), dt.time(8, 30), "√" if n % 2 else "×",
        ])  # fmt: skip
    return _saved(book)


def totals_rows(day: dt.date) -> bytes:
    """Sub-totals between groups, a total of formulas, blank rows, a footer, a cover sheet."""
    book = openpyxl.Workbook()
    cover = book.active
    cover.title = "封面"
    cover["A1"] = "配送任务书"
    sheet = book.create_sheet("任务")
    sheet.append([])
    sheet.append(["发货单号", "网点名称", "毛重", "总件数", "交货日期", "预约时段"])
    for group in range(2):
        for n in range(ROWS // 2):
            sheet.append([
                f"HZ{day:%m%d}{group}{n:02d}", NAMES[n], 100 + n, 5 + n, day, "22:00-02:00",
            ])  # fmt: skip
        sheet.append(["小计", None, 615, 45])
        sheet.append([])
    last = sheet.max_row
    sheet.append([None, None, f"=SUM(C3:C{last})", f"=SUM(D3:D{last})"])
    sheet.append(["合计", None, 1230, 90])
    for cell in sheet[sheet.max_row]:
        cell.font = Font(bold=True)
    sheet.append(["制表人：张三示例"])
    return _saved(book)


SHEETS = {
    "GB18030.csv": gb18030_csv,
    "合并表头.xlsx": merged_header,
    "文本日期.xlsx": text_dates,
    "丢零.xlsx": stripped_zeros,
    "合计行.xlsx": totals_rows,
}
