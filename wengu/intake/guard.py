"""把关: looks at a file before anything parses it; a refusal says what to do instead."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import PurePath
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

LARGEST = 20 << 20
ENTRIES = 200
UNPACKED = 200 << 20
RATIO = 200
# A small part may be packed very well and harm nobody.
_RATIO_FROM = 1 << 20

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_FLAG = 0x1

REASONS: Final[Mapping[str, Promise]] = {
    "empty": gettext_lazy("文件是空的：请重新导出后再传"),
    "too_large": gettext_lazy(
        "文件过大（超过 20 MB，或展开后超过 200 MB）：请按乡镇分成几个工作簿"
    ),
    "too_wide": gettext_lazy(
        "表格超过 256 列（或 20 万行之外还有内容）：请删去表外的单元格，只保留系统导出的列"
    ),
    "too_long": gettext_lazy("表格超过 20 万行：请按乡镇分成几个工作簿"),
    "kind": gettext_lazy("只收 .xlsx 和 .csv：请用表格软件另存为其中一种"),
    "old": gettext_lazy("这是旧版 .xls 或加了密码的工作簿：请去掉密码，另存为 .xlsx"),
    "encrypted": gettext_lazy("工作簿加了密码：请去掉密码后再传"),
    "macros": gettext_lazy("工作簿带有宏：请另存为不含宏的 .xlsx"),
    "declares": gettext_lazy("工作簿含有外部声明（DTD），不安全：请从原系统重新导出"),
    "suspicious": gettext_lazy(
        "压缩包内容异常（条目过多、压缩比过高或路径不正常）：请从原系统重新导出"
    ),
    "damaged": gettext_lazy("文件已损坏或不是表格：请在表格软件中打开核对，另存为 .xlsx 后再传"),
    "encoding": gettext_lazy("文字编码既不是 UTF-8 也不是 GBK/GB18030：请另存为 .xlsx"),
    "stopped": gettext_lazy("读取超出时间或内存限制：请按乡镇分成几个工作簿"),
    "no_header": gettext_lazy(
        "前 10 行没有认出表头：请核对是不是花名册、村表或部门名册，表头不要合并、改名"
    ),
    "lacking": gettext_lazy("缺少列：%(columns)s。请从原系统重新导出，或补上表头"),
    "twice": gettext_lazy(
        "同一项有两列，内容却不同：%(columns)s（括号内是第一处不同的行号）。"
        "请删去其中一列，或把两列改成一致"
    ),
    "no_period": gettext_lazy("表中有收入而没有说明是哪一年的：请填写所属年度后再传"),
    "list_lacks_towns": gettext_lazy(
        "名册里没有或几乎没有这些镇的人，而上一份名册有（括号内是缺的人数）：%(towns)s。"
        "按县上报的名册要包括所有的镇；只有部分镇的，请按镇分别导入"
    ),
    "leaves_out": gettext_lazy(
        "与上一份名册比，不再列入 %(n)s 人（%(towns)s）：入库后从这一天起按不在册认定"
    ),
    "differs_from_rosters": gettext_lazy(
        "这是第一份名册：花名册记为低保、五保而名册没有的有 %(n)s 人（%(towns)s），"
        "入库后按不在册认定，请先核对名册是否完整"
    ),
    "kept": gettext_lazy("%(n)s 处入库后又有变更，没有撤销：%(names)s"),
}


class Refusal(ValueError):
    """整表退回: the file was not read; its words say how to mend it, in the reader's language."""

    def __init__(self, reason: str, **detail: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail

    def __str__(self) -> str:
        """Return the words."""
        return words(self.reason, self.detail)


def words(reason: str, detail: Mapping[str, object]) -> str:
    """Return what a batch's outcome says, by its code."""
    return str(REASONS[reason]) % detail if detail else str(REASONS[reason])


def kind(data: bytes, *, name: str) -> str:
    """Return "xlsx" or "csv" for a file that may be parsed; refuse any other."""
    if not data.strip(b"\x00\r\n\t "):
        raise Refusal("empty")
    if len(data) > LARGEST:
        raise Refusal("too_large")
    if data.startswith(_OLE):
        raise Refusal("old")
    if data.startswith(_ZIP):
        _check_archive(data)
        return "xlsx"
    if PurePath(name).suffix.lower() in {".csv", ".txt", ".tsv"}:
        return "csv"
    raise Refusal("kind")


def _check_archive(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise Refusal("damaged") from None
    if len(entries) > ENTRIES:
        raise Refusal("suspicious")
    if sum(entry.file_size for entry in entries) > UNPACKED:
        raise Refusal("too_large")
    for entry in entries:
        _check_entry(entry)
    if not any(entry.filename == "xl/workbook.xml" for entry in entries):
        raise Refusal("kind")


def _check_entry(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & _ENCRYPTED_FLAG:
        raise Refusal("encrypted")
    path = PurePath(entry.filename)
    if path.is_absolute() or ".." in path.parts or "\\" in entry.filename:
        raise Refusal("suspicious")
    if entry.file_size > _RATIO_FROM and entry.file_size > RATIO * max(entry.compress_size, 1):
        raise Refusal("suspicious")
    if path.name.lower() == "vbaproject.bin":
        raise Refusal("macros")
