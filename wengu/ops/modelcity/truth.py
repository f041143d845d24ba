"""真值: what is true in the model city and what was planted in its files, as JSON lines."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from wengu.ops.modelcity.departments import wan
from wengu.ops.modelcity.dirt import HARMLESS, Error
from wengu.ops.modelcity.hamlets import VillageFacts
from wengu.ops.modelcity.layouts import certificate
from wengu.ops.modelcity.people import Bill, Disability, Person, Support, Watch
from wengu.ops.modelcity.sheets import FIRST_ROW, Block, Sheet

_NAMES = ("households", "persons", "villages", "errors")
_FLAGS = {"是": True, "否": False, "": None}


@dataclass
class Truth:
    """真值: where the city lies and how large it came out."""

    folder: Path
    on: date
    dated: date
    households: int = 0
    persons: int = 0
    errors: int = 0
    files: list[str] = field(default_factory=list)
    """Relative to the folder, rosters before what refers to them."""
    kinds: dict[str, int] = field(default_factory=dict)

    def read(self, name: str) -> Iterator[dict[str, Any]]:
        """Yield the records of "households", "persons", "villages" or "errors"."""
        with (self.folder / "truth" / f"{name}.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)


class TruthWriter:
    """真值簿: appends the truth town by town; closes with a summary."""

    def __init__(self, truth: Truth) -> None:
        self.truth = truth
        self._files: dict[str, TextIO] = {}

    def __enter__(self) -> Self:
        folder = self.truth.folder / "truth"
        folder.mkdir(parents=True, exist_ok=True)
        for name in _NAMES:
            self._files[name] = (folder / f"{name}.jsonl").open("w", encoding="utf-8")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for text in self._files.values():
            text.close()
        if kind is None:
            self._summary()

    def _put(self, name: str, record: dict[str, Any]) -> None:
        self._files[name].write(json.dumps(record, ensure_ascii=False, default=str) + "\n")

    def sheet(self, sheet: Sheet) -> None:
        """Write the households, persons and errors of one roster."""
        wrong = {error.household for error in sheet.errors if error.kind != HARMLESS}
        for block in sheet.blocks:
            self._put("households", _household(sheet, block, clean=block.home.number not in wrong))
            for place, person in enumerate(block.home.members):
                self._put("persons", _person(block, place, person))
            self.truth.households += 1
            self.truth.persons += len(block.home.members)
        self.errors(sheet.errors)

    def errors(self, errors: list[Error]) -> None:
        """Write planted errors and count them by kind."""
        for error in errors:
            self._put("errors", {**error._asdict(), "severity": error.severity})
            self.truth.errors += error.kind != HARMLESS
            self.truth.kinds[error.kind] = self.truth.kinds.get(error.kind, 0) + 1

    def village(self, facts: VillageFacts) -> None:
        """Write the facts of one village."""
        self._put(
            "villages",
            {
                "code": facts.village.code,
                "name": facts.village.name,
                "everyday": facts.village.everyday,
                "status": facts.status,
                "income_fen": facts.income_fen,
                "income_wan": None if facts.income_fen is None else wan(facts.income_fen),
                "households": facts.households,
                "persons": facts.persons,
                "danger": facts.tally.danger,
                "unsafe_water": facts.tally.unsafe,
                "hard_road": _FLAGS[facts.hard_road],
                "bus": _FLAGS[facts.bus],
                "clinics": facts.clinics,
                "doctors": facts.doctors,
                "toilets": facts.toilets,
                "waste_points": facts.waste_points,
            },
        )

    def _summary(self) -> None:
        truth = self.truth
        summary = {
            "label": "模拟数据",
            "on": truth.on,
            "dated": truth.dated,
            "households": truth.households,
            "persons": truth.persons,
            "errors": truth.errors,
            "kinds": dict(sorted(truth.kinds.items())),
            "files": truth.files,
        }
        text = json.dumps(summary, ensure_ascii=False, indent=1, default=str)
        (truth.folder / "truth" / "city.json").write_text(text + "\n", encoding="utf-8")


def _household(sheet: Sheet, block: Block, *, clean: bool) -> dict[str, Any]:
    home = block.home
    return {
        "number": home.number,
        "file": sheet.file,
        "first_row": block.start + FIRST_ROW,
        "last_row": block.stop - 1 + FIRST_ROW,
        "clean": clean,
        "in_departments": not block.shut,
        "case": home.case,
        "village_code": home.village.code,
        "hamlet": home.hamlet,
        "phone": home.phone,
        "registered": home.registered,
        "identified": home.identified,
        "status": home.status or None,
        "exit_year": home.exit_year,
        "kind": home.kind,
        "cause": home.cause or None,
        "danger": _FLAGS[home.danger],
        "house_grade": home.house_grade or None,
        "disaster_on": home.disaster_on,
        "water_safe": _FLAGS[home.water_safe],
        "water_hard": _FLAGS[home.water_hard],
        "income_fen": home.income_fen,
        "support": _support(home.support),
        "watch": _watch(home.watch),
        "members": len(home.members),
    }


def _support(support: Support | None) -> dict[str, Any] | None:
    if support is None:
        return None
    return {
        "kind": support.kind,
        "grade": support.grade,
        "each_fen": support.each_fen,
        "since": support.since,
        "grace_since": support.grace_since,
    }


def _watch(watch: Watch | None) -> dict[str, Any] | None:
    if watch is None:
        return None
    return {"kind": watch.kind, "since": watch.since, "cleared": watch.cleared}


def _disability(disability: Disability | None) -> dict[str, Any] | None:
    if disability is None:
        return None
    return {
        "kind": disability.kind,
        "grade": disability.grade,
        "issued": disability.issued,
        "in_number": disability.in_number,
        "in_roster": disability.in_roster,
    }


def _bill(bill: Bill) -> dict[str, Any]:
    return {
        "admitted": bill.admitted,
        "discharged": bill.discharged,
        "disease": bill.disease,
        "hospital": bill.hospital,
        "total_fen": bill.total_fen,
        "basic_fen": bill.basic_fen,
        "serious_fen": bill.serious_fen,
        "self_fen": bill.self_fen,
    }


def _person(block: Block, place: int, person: Person) -> dict[str, Any]:
    return {
        "household": block.home.number,
        "number": block.home.person_number(place),
        "row": block.start + place + FIRST_ROW,
        "identity": person.number if person.has_papers else None,
        "certificate": certificate(person),
        "name": person.name,
        "sex": person.sex,
        "birth": person.birth,
        "relation": person.relation,
        "nation": person.nation,
        "education": person.education or None,
        "schooling": person.schooling or None,
        "absence": person.absence or None,
        "health": list(person.health),
        "disability": _disability(person.disability),
        "labour": person.labour or None,
        "work_place": person.work_place or None,
        "months": person.months,
        "insurance": _FLAGS[person.insurance],
        "medical": person.medical or None,
        "pension": person.pension or None,
        "bills": [_bill(bill) for bill in person.bills],
    }
