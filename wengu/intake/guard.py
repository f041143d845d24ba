"""把关: looks at a file before anything parses it; a refusal says what to do instead."""

import io
import zipfile
from pathlib import PurePath

LARGEST = 20 << 20
ENTRIES = 200
UNPACKED = 200 << 20
RATIO = 200
# A small part may be packed very well and harm nobody.
_RATIO_FROM = 1 << 20

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_FLAG = 0x1

REASONS = {
    "empty": "文件是空的：请重新导出后再传",
    "too_large": "文件过大（超过 20 MB，或展开后超过 200 MB）：请按乡镇分成几个工作簿",
    "too_wide": "表格超过 100 列：请删去表外的单元格，只保留系统导出的列",
    "too_long": "表格超过 20 万行：请按乡镇分成几个工作簿",
    "kind": "只收 .xlsx 和 .csv：请用表格软件另存为其中一种",
    "old": "这是旧版 .xls 或加了密码的工作簿：请去掉密码，另存为 .xlsx",
    "encrypted": "工作簿加了密码：请去掉密码后再传",
    "macros": "工作簿带有宏：请另存为不含宏的 .xlsx",
    "declares": "工作簿含有外部声明（DTD），不安全：请从原系统重新导出",
    "suspicious": "压缩包内容异常（条目过多、压缩比过高或路径不正常）：请从原系统重新导出",
    "damaged": "文件已损坏或不是表格：请在表格软件中打开核对，另存为 .xlsx 后再传",
    "encoding": "文字编码既不是 UTF-8 也不是 GBK/GB18030：请另存为 .xlsx",
    "stopped": "读取超出时间或内存限制：请按乡镇分成几个工作簿",
}


class Refusal(ValueError):
    """整表退回: the file was not read; the text says how to mend it."""

    def __init__(self, reason: str) -> None:
        super().__init__(REASONS.get(reason, reason))
        self.reason = reason


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
