"""模型城市: one city, from nothing to its files; town after town, so that memory stays small."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from wengu.kernel.money import Fen
from wengu.ops.modelcity import books, departments, hospital, lives, means, places
from wengu.ops.modelcity.cases import Scene
from wengu.ops.modelcity.casting import Casting
from wengu.ops.modelcity.dice import Dice
from wengu.ops.modelcity.families import Founder
from wengu.ops.modelcity.hamlets import Tally, describe
from wengu.ops.modelcity.layout2021 import EXPORT_2021
from wengu.ops.modelcity.layouts import CUSTOM_2019, CUSTOM_2022, EXPORT_2019, EXPORT_2022, Layout
from wengu.ops.modelcity.numbers import Numbers
from wengu.ops.modelcity.people import Household, Today
from wengu.ops.modelcity.places import Village
from wengu.ops.modelcity.planting import Planting
from wengu.ops.modelcity.sheets import Block, Sheet
from wengu.ops.modelcity.truth import Truth, TruthWriter
from wengu.policy import parameters

LAYOUTS: Mapping[str, Layout] = {
    layout.year: layout
    for layout in (EXPORT_2019, EXPORT_2021, EXPORT_2022, CUSTOM_2019, CUSTOM_2022)
}
ON = date(2020, 7, 1)
WATCHED_SHARE = 0.03
DEPARTMENT_DIRT = 0.3
"""Department sheets come from systems of their own: fewer errors than typed rosters."""
VILLAGE_DIRT = 2.0
_HAMLETS = ("庄", "圩", "沟", "荡", "桥", "东", "西", "前", "后")
_SURNAMED = "王李张孙陈徐周吴朱陆汪潘程葛"


@dataclass(frozen=True)
class Options:
    """选项: what the files look like and the standards that boundary households stand on.

    layout: "2019", "2021", "2022" as the national system writes them; "2019+" and "2022+" with the
    columns that a county adds. `dibao` gives monthly standards by county code; elsewhere the
    demonstration's own 模拟 parameters hold.
    """

    layout: str = "2019+"
    form: books.Form = "xlsx"
    dirt: float = 0.015
    cases: bool = True
    dibao: Mapping[str, Fen] = field(default_factory=dict)
    villages: Sequence[Village] | None = None


def generate(
    *,
    folder: Path,
    region: str = "320723",
    households: int = 20_000,
    seed: int = 2020,
    on: date = ON,
    options: Options | None = None,
) -> Truth:
    """Write the files of a model city under `folder`, and its truth under `folder`/truth."""
    chosen = options or Options()
    listed = chosen.villages if chosen.villages is not None else places.villages(region)
    counties: dict[str, list[Village]] = {}
    for village in listed:
        counties.setdefault(village.county_code, []).append(village)
    shares = [sum(village.share for village in county) for county in counties.values()]
    truth = Truth(folder, on, Today(on).dated)
    numbers = Numbers(seed)
    counts = places.apportion(households, shares)
    with TruthWriter(truth) as writer:
        for county, count in zip(counties.values(), counts, strict=True):
            _County(
                villages=county,
                households=count,
                seed=seed,
                options=chosen,
                numbers=numbers,
                writer=writer,
            ).write()
    return truth


class _County:
    """县: the sheets of one county while its towns are written."""

    def __init__(
        self,
        *,
        villages: list[Village],
        households: int,
        seed: int,
        options: Options,
        numbers: Numbers,
        writer: TruthWriter,
    ) -> None:
        self.villages, self.households, self.seed = villages, households, seed
        self.options, self.numbers, self.writer = options, numbers, writer
        self.code, self.name = villages[0].county_code, villages[0].county
        self.today = Today(writer.truth.on)
        self.dibao = options.dibao.get(self.code) or _standard(self.code, self.today.on)
        self.founder = Founder(numbers=numbers, dated=self.today.dated)
        self.planting = Planting(rate=options.dirt, dice=Dice(seed, self.code, "dirt"))
        self.casting = Casting(households if options.cases else 0)
        self.tallies = {village.code: Tally() for village in villages}
        self.serial = 0
        self._open_ledgers()

    def _open_ledgers(self) -> None:
        self.support = self._ledger(
            "低保在册人员", departments.DIBAO_HEADER, departments.DIBAO_SPOILS
        )
        self.hospital = self._ledger(
            "医保住院", departments.HOSPITAL_HEADER, departments.HOSPITAL_SPOILS
        )
        self.disability = self._ledger(
            "残联持证人员", departments.DISABILITY_HEADER, departments.DISABILITY_SPOILS
        )
        self.facts = self._ledger(
            "村信息", departments.VILLAGE_HEADER, departments.VILLAGE_SPOILS, VILLAGE_DIRT
        )

    def _ledger(
        self,
        title: str,
        header: tuple[str, ...],
        spoils: tuple[departments.Spoil, ...],
        dirt: float = DEPARTMENT_DIRT,
    ) -> departments.Ledger:
        return departments.Ledger(
            file=f"{self.name}/{title}_{self.today.stamp}.xlsx",
            name=title,
            title=f"{self.name}{title}（模拟数据）",
            header=header,
            spoils=spoils,
            dice=Dice(self.seed, self.code, title),
            numbers=self.numbers,
            rate=self.options.dirt * dirt,
        )

    def write(self) -> None:
        """Write every file of the county."""
        towns = places.by_town(self.villages)
        shares = [sum(village.share for village in town) for town in towns.values()]
        counts = places.apportion(self.households, shares)
        for town, count in zip(towns.values(), counts, strict=True):
            if count:
                self._town(town, count)
        self._watched(max(round(self.households * WATCHED_SHARE), 1))
        self._village_facts()
        for ledger in (self.facts, self.support, self.hospital, self.disability):
            self._write_ledger(ledger)

    def _town(self, town: list[Village], count: int) -> None:
        layout = LAYOUTS[self.options.layout]
        name = town[0].town
        dice = Dice(self.seed, town[0].town_code)
        ending = books.suffix(self.options.form)
        file = f"{self.name}/{layout.title}_{self.today.stamp}（{name}）{ending}"
        sheet = Sheet(file, layout.title, layout, self.today, self.numbers)
        counts = places.apportion(count, [village.share for village in town])
        for village, number in zip(town, counts, strict=True):
            for _ in range(number):
                self._house(sheet, self._household(village, dice), dice)
        self._finish(sheet, f"{self.name}{name}")

    def _house(self, sheet: Sheet, home: Household, dice: Dice) -> None:
        """Give a registered household its means, perhaps a case, and its rows."""
        means.provide(home, today=self.today, dibao_fen=self.dibao, dice=dice)
        hospital.admit(home, today=self.today, dice=dice)
        self.casting.offer(home, Scene(self.today, self.dibao, self.numbers, dice))
        if not home.case:
            means.unsteady(home, today=self.today, dice=dice)
        self.tallies[home.village.code].add(home)
        sheet.add(home)

    def _household(self, village: Village, dice: Dice) -> Household:
        self.serial += 1
        members = self.founder.family(dice, self.code)
        hamlet = dice.choice(_SURNAMED) + dice.choice(_HAMLETS)
        number = f"{self.code}{self.serial:06d}"
        home = Household(number, village, hamlet, self.numbers.phone(), members)
        lives.settle(home, today=self.today, numbers=self.numbers, dice=dice)
        return home

    def _watched(self, count: int) -> None:
        """Write the monitored households that were never registered, in the layout of 2022."""
        title = "（自定义）监测对象信息"
        dice = Dice(self.seed, self.code, "watched")
        file = f"{self.name}/{title}_{self.today.stamp}.xlsx"
        layout = CUSTOM_2022 if self.options.layout.endswith("+") else EXPORT_2022
        sheet = Sheet(file, title, layout, self.today, self.numbers)
        counts = places.apportion(count, [village.share for village in self.villages])
        for village, number in zip(self.villages, counts, strict=True):
            for _ in range(number):
                home = self._household(village, dice)
                means.watch(home, today=self.today, dibao_fen=self.dibao, dice=dice)
                hospital.admit(home, today=self.today, dice=dice)
                sheet.add(home)
        self._finish(sheet, self.name)

    def _finish(self, sheet: Sheet, place: str) -> None:
        """Spoil, write and account for one roster."""
        form = self.options.form if sheet.file.endswith(".csv") else "xlsx"
        if form == "csv-gbk":
            _lose_rare(sheet)
        self.planting.spoil(sheet)
        for block in sheet.blocks:
            if not block.shut:
                self._report(block)
        total = ["合计", *[""] * (len(sheet.layout.columns) - 1)]
        total[sheet.layout.places["household"]] = f"{len(sheet.blocks)}户"
        total[sheet.layout.places["name"]] = f"{len(sheet.rows)}人"
        title = f"{place}{sheet.name}（模拟数据）"
        content = books.Content(
            sheet.name, title, self._note(), sheet.layout.header, sheet.rows, total
        )
        books.write(self.writer.truth.folder / sheet.file, content, form)
        self.writer.truth.files.append(sheet.file)
        self.writer.sheet(sheet)

    def _report(self, block: Block) -> None:
        """Tell the departments what they know about the household."""
        home = block.home
        keep = home.case != ""
        for row in departments.dibao_rows(home):
            row[0] = str(len(self.support.rows) + 1)
            self.support.add(row, home=home.number, keep=keep)
        for person in home.members:
            certificate = departments.disability_row(home, person)
            if certificate is not None:
                self.disability.add(certificate, home=home.number, keep=keep)
            for bill in person.bills:
                self.hospital.add(
                    departments.hospital_row(home, person, bill), home=home.number, keep=keep
                )

    def _village_facts(self) -> None:
        dice = Dice(self.seed, self.code, "villages")
        step = max(len(self.villages) // 40, 1)
        for place, village in enumerate(self.villages):
            edge = place // step if self.options.cases and place % step == 0 else -1
            facts = describe(village, self.tallies[village.code], edge=edge, dice=dice)
            self.writer.village(facts)
            self.facts.add(departments.village_row(facts), keep=edge >= 0)

    def _write_ledger(self, ledger: departments.Ledger) -> None:
        total = ["合计", *[""] * (len(ledger.header) - 1)]
        total[2] = f"{len(ledger.rows)}行"
        content = books.Content(
            ledger.name, ledger.title, self._note(), ledger.header, ledger.rows, total
        )
        books.write(self.writer.truth.folder / ledger.file, content, "xlsx")
        self.writer.truth.files.append(ledger.file)
        self.writer.errors(ledger.errors)

    def _note(self) -> str:
        dated = self.today.dated
        return f"数据日期：{dated.year}年{dated.month}月{dated.day}日　　{books.NOTE}"


def _standard(county: str, on: date) -> Fen:
    """Return the monthly dibao standard that the demonstration holds in a county."""
    row = parameters.in_force(parameters.demonstration(), "dibao_standard", county, on)
    if row is None or not isinstance(row.value, int):
        return Fen(means.DEMO_DIBAO_FEN)
    return Fen(row.value)


def _lose_rare(sheet: Sheet) -> None:
    """Record the names that a GBK file cannot hold: they arrive with a question mark."""
    for block in sheet.blocks:
        for place, person in enumerate(block.home.members):
            lost = person.name.encode("gbk", "replace").decode("gbk")
            if lost != person.name:
                sheet.plant("name_characters", block, place, "name", lost)
