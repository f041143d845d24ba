"""import-rows: a roster of a large town received, checked and brought in, beside its bare read.

python -m benchmarks.importing [ROWS]
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks import city
from benchmarks.decisions import scratch
from benchmarks.harness import Result, measure, report

# Further on a number would end in 000, which is a doubt.
ROWS = 16_002
RUNS = 3
SIZE = 3
HEADERS = (
    "行政县", "乡镇", "行政村", "自然村", "户编号", "人编号", "姓名", "证件号码", "人数",
    "与户主关系", "民族", "文化程度", "在校生状况", "健康状况", "劳动技能", "务工状况", "务工时间",
    "参加大病医疗", "脱贫属性", "脱贫年度", "贫困户属性", "主要致贫原因", "危房户", "饮水安全",
    "饮水困难", "人均纯收入", "联系电话",
)  # fmt: skip
_RELATIONS = ("户主", "配偶", "之子")
_BORN = ("1960", "1962", "1985")


def roster(path: Path, rows: int, version: int, first: int = 0) -> None:
    """Write a clean roster (模拟数据) of the persons from `first` on; a version is an income."""
    import xlsxwriter  # noqa: PLC0415 - only here

    options = {"constant_memory": True, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet("模拟数据")
        sheet.write_row(0, 0, HEADERS)
        for number in range(rows):
            sheet.write_row(number + 1, 0, person(first + number, version))


def person(number: int, version: int) -> Sequence[str]:
    """Return the cells of a clean person; `version` makes another income."""
    from wengu.kernel.idcard import complete  # noqa: PLC0415 - the product's own

    home, place = divmod(number, SIZE)
    birth = f"{_BORN[place]}{home // 28 % 12 + 1:02}{home % 28 + 1:02}"
    # Never 000 at the end, which is a doubt.
    serial = (home // 336 + 1) * 2 + (place != 1)
    family = f"320723{home:06}"
    return (
        "灌云县", "侍庄街道", "树云村", "东庄", family, f"{family}{place + 1:02}",
        "王李张"[place] + "建国", complete(f"320723{birth}{serial:03}"), str(SIZE),
        _RELATIONS[place], "汉族", "初中", "", "长期慢性病", "普通劳动力", "省外", "8", "是",
        "已脱贫", "2018", "一般脱贫户", "因病", "否", "是", "否", f"{8000 + version}.50",
        f"138{home:08}",
    )  # fmt: skip


def rates(folder: Path, rows: int) -> Iterator[Result]:
    """Take a new file in each time; the bare read is calamine's, every cell made Python's own."""
    import python_calamine  # noqa: PLC0415 - settings come first

    from wengu.ops.preparing import prepare  # noqa: PLC0415
    from wengu.ops.taking_in import take_in  # noqa: PLC0415
    from wengu.regions import actions as regions  # noqa: PLC0415

    prepare(by="benchmark")
    regions.load(by="benchmark")
    new = [folder / f"new-{number}.xlsx" for number in range(RUNS)]
    for number, file in enumerate(new):
        roster(file, rows, 0, number * rows)
    changed = [folder / f"changed-{number}.xlsx" for number in range(RUNS)]
    for number, file in enumerate(changed, start=1):
        roster(file, rows, number)
    left = iter((*new, *changed))

    def bare() -> Any:
        book = python_calamine.CalamineWorkbook.from_path(str(new[0]))
        return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]

    def whole() -> None:
        batch = take_in(
            path=next(left), region="320723000000", dated=city.DAY, period=2019, by="benchmark",
            report=lambda done, total: None,
        )  # fmt: skip
        if batch.counts["applied"] != rows:
            raise RuntimeError(f"{batch.counts} of {rows}")

    floor = ("floor: calamine read", bare)
    # Rows about persons not known yet, then rows of known ones with another income.
    for name in ("import-rows", "import-rows-changed"):
        yield measure(name, whole, baseline=floor, runs=RUNS, warm=0, unit="rows/s", amount=rows)


def main() -> None:
    """Measure in a home of its own."""
    with scratch() as folder:
        city.open_home(folder / "home")
        report(rates(folder, int(sys.argv[1]) if len(sys.argv) > 1 else ROWS))


if __name__ == "__main__":
    main()
