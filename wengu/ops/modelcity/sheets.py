"""表: the cells of one workbook in memory, and the record of what was planted in them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from wengu.ops.modelcity import lives
from wengu.ops.modelcity.dice import Dice
from wengu.ops.modelcity.dirt import CATALOGUE, HARMLESS, Error
from wengu.ops.modelcity.layouts import Layout
from wengu.ops.modelcity.numbers import Numbers
from wengu.ops.modelcity.people import Household, Person, Today

FIRST_ROW = 4
"""Two title rows and the header stand above the first row of data."""

_IDENTITY = {"id_region", "id_ends_000", "spouse_sex", "name_characters"}
_TRIES = 60
_ILL_REASONS = ("因病", "因残")


@dataclass(slots=True)
class Block:
    """户块: the rows of one household; touched = something is planted in it already."""

    home: Household
    start: int
    stop: int
    touched: bool = False
    odd: bool = False
    """Something in it is doubtful without any clerk's help: planting more would hide one doubt."""
    shut: bool = False
    """Some row will be refused or meet another name: keep it out of the department sheets."""


@dataclass
class Sheet:
    """表: rows of text under a layout; `file` is relative to the city's folder."""

    file: str
    name: str
    layout: Layout
    today: Today
    numbers: Numbers
    rows: list[list[str]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    errors: list[Error] = field(default_factory=list)
    groups: int = 0

    def add(self, home: Household) -> Block:
        """Append a household, and record what is odd about it without any clerk's help."""
        start = len(self.rows)
        self.rows.extend(self.layout.rows(home))
        if self.has("year"):
            for row in self.rows[start:]:
                row[self.layout.places["year"]] = str(self.today.period)
        block = Block(home, start, len(self.rows))
        self.blocks.append(block)
        for kind, place, name in self._odd(home):
            block.odd = True
            self._record(kind, block, start + place, name, self.cell(block, place, name))
        return block

    def has(self, *fields: str) -> bool:
        """Say whether the layout has these columns."""
        return all(name in self.layout.places for name in fields)

    def cell(self, block: Block, place: int, name: str) -> str:
        """Return the text of a member's cell."""
        return self.rows[block.start + place][self.layout.places[name]]

    def group(self) -> str:
        """Return a new name that ties records together."""
        self.groups += 1
        return f"{self.file}#{self.groups}"

    def plant(
        self, kind: str, block: Block, place: int, name: str, text: str, *, group: str = ""
    ) -> bool:
        """Write the wrong text into one member's cell and record it."""
        column = self.layout.places[name]
        original = self.rows[block.start + place][column]
        self.rows[block.start + place][column] = text
        self._record(kind, block, block.start + place, name, original, group=group)
        self._touch(kind, block)
        return True

    def spread(self, kind: str, block: Block, name: str, text: str, *, group: str = "") -> bool:
        """Write the wrong text into the cell of every member and record it once."""
        column = self.layout.places[name]
        original = self.rows[block.start][column]
        for row in self.rows[block.start : block.stop]:
            row[column] = text
        self._record(kind, block, block.start, name, original, group=group, wide=True)
        self._touch(kind, block)
        return True

    def partners(self, block: Block, dice: Dice) -> Iterator[Block]:
        """Yield other untouched households, at random."""
        for _ in range(_TRIES):
            other = dice.choice(self.blocks)
            if other is not block and free(other):
                yield other

    def _touch(self, kind: str, block: Block) -> None:
        block.touched = True
        severity = CATALOGUE[kind].severity
        block.shut = block.shut or severity == "must_fix" or kind in _IDENTITY

    def _record(
        self,
        kind: str,
        block: Block,
        row: int,
        name: str,
        original: str,
        *,
        group: str = "",
        wide: bool = False,
    ) -> None:
        column = self.layout.places[name]
        whole = wide or CATALOGUE[kind].scope == "household"
        self.errors.append(
            Error(
                file=self.file,
                sheet=self.name,
                row=row + FIRST_ROW,
                first_row=(block.start if whole else row) + FIRST_ROW,
                last_row=(block.stop - 1 if whole else row) + FIRST_ROW,
                column=self.layout.columns[column][1],
                kind=kind,
                original=original,
                written=self.rows[row][column],
                household=block.home.number,
                group=group,
            )
        )

    def _odd(self, home: Household) -> Iterator[tuple[str, int, str]]:
        """Yield what a checker rightly doubts although it is the truth."""
        if home.income_fen is None and self.has("income"):
            yield "income_missing", 0, "income"
        if home.water_hard == home.water_safe == "是" and self.has("water_hard"):
            yield "water_contradiction", 0, "water_hard"
        for place, person in enumerate(home.members):
            yield from ((kind, place, name) for kind, name in self._odd_person(person))

    def _odd_person(self, person: Person) -> Iterator[tuple[str, str]]:
        if not person.has_papers:
            yield "id_placeholder", "number"
        disability = person.disability
        if disability is not None and not disability.in_number:
            yield "disability_no_certificate", "health"
        if not person.labour:
            yield "labour_missing", "labour"
        if not person.health:
            yield "health_missing", "health"
        yield from self._odd_cover(person)
        if not person.schooling and not person.education:
            yield "schooling_neither", "education"
        if (
            person.education
            and not person.schooling
            and person.has_papers
            and self.today.age(person) in lives.COMPULSORY
            and not (person.absence and self.has("absence"))
        ):
            yield "schooling_out_of_school", "schooling"

    def _odd_cover(self, person: Person) -> Iterator[tuple[str, str]]:
        if person.absence in _ILL_REASONS and self.has("absence") and person.health == ("健康",):
            yield "absence_reason_healthy", "absence"
        if person.medical == "无" and self.has("resident_medical", "employee_medical"):
            yield "insurance_none", "employee_medical"
        if person.insurance == "否":
            yield "serious_insurance_none", "insurance"


def free(block: Block) -> bool:
    """Say whether something may still be planted here."""
    return not (block.touched or block.odd or block.home.case)


def plain(person: Person) -> bool:
    """Say whether nothing about the person is odd already, and the number has 18 digits."""
    return person.has_papers and person.disability is None and not person.absence


def harmless(sheet: Sheet, block: Block, place: int, name: str, text: str) -> bool:
    """Write the same content in another spelling."""
    return sheet.plant(HARMLESS, block, place, name, text)
