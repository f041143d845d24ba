"""wengu demo: the model city (模拟数据), built as a city would build itself, step by step.

Each step looks first whether it is done, so a build that was stopped goes on where it stood.
"""

import datetime
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from wengu import mechanism
from wengu.accounts import demo as accounts
from wengu.decisions.models import Run, RunState
from wengu.governance import actions as governance
from wengu.governance.models import BusinessDate
from wengu.kernel.regioncode import Level, RegionCode
from wengu.ops.console import progress, refuse, say
from wengu.ops.modelcity import TRUE_TO_LIFE, generate, places
from wengu.ops.one_at_a_time import alone
from wengu.ops.preparing import prepare
from wengu.ops.taking_in import take_in
from wengu.regions import actions as regions
from wengu.regions import queries as divisions
from wengu.regions.models import Edition

ON: Final = datetime.date(2020, 7, 1)
DATED: Final = datetime.date(2020, 6, 30)
PERIOD: Final = 2019
BY: Final = "system:demo"


@dataclass(frozen=True)
class Size:
    """规模: which region, and how many registered households in it."""

    region: str
    households: int


SIZES: Final = {"county": Size("320723", 20_000), "city": Size("3207", 150_000)}


def build(*, size: Size, seed: int) -> None:
    """Build the model city: tables, divisions, users, files, their import, one evaluation."""
    if not settings.DEMO:
        refuse("the model city is for a demo: set WENGU_DEMO=1 and a WENGU_HOME of its own")
    with alone():
        _build(size, seed)


def _build(size: Size, seed: int) -> None:
    prepare(by=BY)
    _check_same(size, seed)
    if not BusinessDate.objects.exists():
        governance.set_business_date(on=ON, by=BY)
    if not Edition.objects.exists():
        say("行政区划 divisions")
        regions.load(by=BY)
    village = RegionCode(places.villages(size.region if len(size.region) > 4 else "320723")[0].code)  # noqa: PLR2004 - digits of a city
    accounts.enrol_demo(village=village, since=datetime.date(2020, 1, 1), by=BY)
    folder = Path(settings.HOME) / "model-city"
    for file in _files(folder, size, seed):
        with progress(file.name) as report:
            take_in(
                path=file, region=_region_of(file, size), dated=DATED, period=PERIOD, by=BY,
                report=report, confirmed=TRUE_TO_LIFE,
            )  # fmt: skip
    if not Run.objects.filter(state=RunState.DONE).exists():
        say("认定 evaluation")
        with progress("认定") as report:
            mechanism.run_day(on=ON, by=BY, progress=lambda done, total, _: report(done, total))


def _region_of(file: Path, size: Size) -> str:
    """Return whose file it is, as its clerk would say: a town's roster, or a county's list."""
    county = _below(RegionCode(size.region).at(Level.CITY), file.parent.name)
    if county is None:
        return size.region
    named = re.search(r"（([^（）]+)）$", file.stem)
    return (_below(RegionCode(county), named[1]) if named else None) or county


def _below(code: RegionCode, name: str) -> str | None:
    """Return the code of the division of this name directly below another; None without one."""
    found = (place.code for place in divisions.children(code, DATED) if place.name == name)
    return next(map(str, found), None)


def _check_same(size: Size, seed: int) -> None:
    """Refuse to mix two cities in one home."""
    mark = Path(settings.HOME) / "model-city.json"
    wanted = {"region": size.region, "households": size.households, "seed": seed}
    if mark.exists():
        found: dict[str, Any] = json.loads(mark.read_text())
        if found != wanted:
            refuse(
                f"this home holds another model city ({found}): `make clean` forgets it, "
                "or name another WENGU_HOME"
            )
    mark.write_text(json.dumps(wanted))


def _files(folder: Path, size: Size, seed: int) -> list[Path]:
    """Write the city's files once; return them, rosters before what refers to them."""
    listing = folder / "files.json"
    if not listing.exists():
        say(f"模型城市 model city: {size.households} households")
        truth = generate(
            folder=folder, region=size.region, households=size.households, seed=seed, on=ON
        )
        listing.write_text(json.dumps(truth.files, ensure_ascii=False))
    return [folder / name for name in json.loads(listing.read_text())]


def logins() -> list[str]:
    """Return the lines that tell how to sign in to a demo."""
    lines = ["", f"演示账号（密码都是 {accounts.PASSWORD}；动态口令：wengu demo code 账号）"]
    lines += [f"  {one.username:<14}{one.name}  {one.office}" for one in accounts.LOGINS]
    return [*lines, ""]


def code(username: str) -> str:
    """Return the one-time code of a demo user, as it is now."""
    return accounts.code_of(username)


def advance(*, days: int, by: str) -> str:
    """Move the demo's day and decide on it; return a sentence about what changed."""
    row = governance.advance(days=days, by=by)
    with progress("认定") as report:
        run = mechanism.run_day(
            on=row.on, by=by, progress=lambda done, total, _: report(done, total)
        )
    return f"业务日期 {row.on}，第 {run.pk} 次认定运行"
