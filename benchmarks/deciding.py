"""decide-30k: a clerk's file of 30,000 rows decided without a database, beside its bare read.

python -m benchmarks.deciding [ROWS]

Everything that `wengu decide FILE --json` does but starting Python: every household and person,
every clause in force, each line with its reasons, dropped where it would be printed. No two
neighbouring households have the same income.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import city, importing
from benchmarks.decisions import scratch
from benchmarks.harness import Result, measure, report

ROWS = 30_000
_INCOMES = 6_000


def roster(path: Path, rows: int) -> None:
    """Write a clean roster (模拟数据) of households that differ."""
    import xlsxwriter  # noqa: PLC0415 - only here

    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("模拟数据")
        sheet.write_row(0, 0, importing.HEADERS)
        for number in range(rows):
            income = number // importing.SIZE * 37 % _INCOMES
            sheet.write_row(number + 1, 0, importing.person(number, income))


def decide(folder: Path, rows: int) -> Iterator[Result]:
    """Read, check, resolve and decide the file; write each line away."""
    import python_calamine  # noqa: PLC0415 - settings come first

    from wengu.decisions.files import decide_file  # noqa: PLC0415 - settings come first
    from wengu.policy.parameters import demonstration, official  # noqa: PLC0415 - settings come first

    path = folder / "roster.xlsx"
    roster(path, rows)

    def bare() -> Any:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]

    def whole() -> None:
        decided = decide_file(
            path=path, on=city.DAY, region="320723000000", period=2019,
            parameters=official() + demonstration(),
        )  # fmt: skip
        if decided.held:
            raise RuntimeError(f"{len(decided.held)} households of a clean roster wait")
        persons = 0
        for line in decided.lines():
            json.dumps(line, ensure_ascii=False)
            persons += line["rule"] == "schooling-gap"
        if persons != rows:
            raise RuntimeError(f"{persons} persons of {rows}")

    yield measure(
        f"decide-{rows // 1000}k", whole, baseline=("floor: calamine read", bare), runs=3, warm=0
    )


def main() -> None:
    """Measure in a home of its own, which stays empty."""
    with scratch() as folder:
        city.open_home(folder / "home")
        report(decide(folder, int(sys.argv[1]) if len(sys.argv) > 1 else ROWS))


if __name__ == "__main__":
    main()
