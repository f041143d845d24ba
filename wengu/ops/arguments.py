"""参数核对: what a command is given is looked at before anything is done."""

import datetime
from pathlib import Path
from typing import Annotated

import typer

from wengu.audit import clock
from wengu.kernel.regioncode import RegionCode
from wengu.ops.console import day, refuse
from wengu.regions import queries as regions
from wengu.registry.imports.doors import places
from wengu.registry.imports.places import Places

Overwrite = Annotated[
    bool, typer.Option("--overwrite", help="Write over a workbook that is there.")
]
# Registers of poor households began then: no sheet speaks of an earlier year.
FIRST_YEAR = 2013


def past_day(text: str, option: str) -> datetime.date:
    """Read a day on which something was so; a day to come is refused."""
    found = day(text)
    if found > clock.today():
        refuse(f"{option} {text} is still to come: sheets and decisions are of a day that has been")
    return found


def year(period: int | None, dated: datetime.date) -> None:
    """Refuse a year of incomes that a sheet of that day cannot speak of."""
    if period is not None and not FIRST_YEAR <= period <= dated.year:
        refuse(f"--period {period} is no year of a sheet of {dated}: {FIRST_YEAR} to {dated.year}")


def region_code(text: str) -> RegionCode:
    """Read a code of 2, 4, 6, 9 or 12 digits."""
    try:
        return RegionCode(text)
    except ValueError as error:
        refuse(str(error))


def division(text: str, on: datetime.date) -> RegionCode:
    """Read the code of a division that there is on the day, by the package's own list."""
    return _held(text, on, Places.packaged(on.isoformat()))


def loaded_division(text: str, on: datetime.date) -> RegionCode:
    """Read the code of a division that there is on the day, among those that are loaded."""
    if not regions.at(on):
        refuse("no divisions are loaded: `wengu regions load` loads the package's own", code=1)
    return _held(text, on, places(on))


def _held(text: str, on: datetime.date, known: Places) -> RegionCode:
    code = region_code(text)
    if not known.holds(code):
        refuse(f"there is no division {text} on {on}: give a code like 3207 or 320723")
    return code


def new_workbook(path: Path, option: str, *, source: Path | None, overwrite: bool) -> None:
    """Refuse a workbook that cannot be written, or would be written over what is there."""
    if path.suffix.lower() != ".xlsx":
        refuse(f"{option} {path} must end in .xlsx")
    if not path.parent.is_dir():
        refuse(f"{option} {path}: there is no folder {path.parent}")
    if path.is_dir():
        refuse(f"{option} {path} is a folder: give the name of a workbook")
    if not path.exists():
        return
    if source is not None and path.samefile(source):
        refuse(f"{option} {path} is the file that is read: it is never written over")
    if not overwrite:
        refuse(f"{option} {path} exists: give another name, or add --overwrite")
