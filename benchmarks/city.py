"""A synthetic city in a database of its own: 模拟数据, made by a seeded generator, in columns.

It is written straight into the tables: what is measured begins where the registry is full.
"""

import datetime
import os
import random
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import django

DAY = datetime.date(2020, 7, 1)
LABOUR = ("普通劳动力", "普通劳动力", "技能劳动力", "弱劳动力或半劳动力", "无劳动力")
SCHOOLING = ("小学", "七年级", "八年级", "普通高中一年级", "非在校")
EXITS = ("已脱贫",) * 30 + ("未脱贫",) * 9 + (None,)
WATCHED = ("无",) * 38 + ("脱贫不稳定户", None)
GRADES = ("A级",) * 24 + ("B级",) * 12 + ("C级", "C级", "D级", None)
CAUSES = ("因病", "因残", "因学", "缺技术", "缺劳力")


def open_home(home: Path) -> None:
    """Point the product at a folder of its own, and make its tables."""
    os.environ["WENGU_HOME"] = str(home)
    os.environ["WENGU_DEMO"] = "1"
    os.environ["DJANGO_SETTINGS_MODULE"] = "wengu.settings"
    home.mkdir(parents=True, exist_ok=True)
    from django.core.management import call_command  # noqa: PLC0415 - settings come first

    django.setup()
    from django.conf import settings  # noqa: PLC0415 - after set-up

    from wengu.vault.keys import make_key_file  # noqa: PLC0415 - after set-up

    if not settings.KEY_FILE.exists():
        make_key_file(settings.KEY_FILE, demo=True)
    call_command("migrate", verbosity=0)


def villages(dice: random.Random, number: int) -> list[str]:
    """Return made-up village codes spread over the eight counties of a city."""
    counties = ("320703", "320706", "320707", "320722", "320723", "320724", "320771", "320772")
    per = number // len(counties)
    return sorted(
        f"{county}{1 + i // 20:03d}{200 + i % 20:03d}" for county in counties for i in range(per)
    )


def fill(*, households: int, seed: int = 1) -> None:
    """Write regions, households, persons and their statements, three persons to a house."""
    dice = random.Random(seed)
    codes = villages(dice, 1_600)
    counties = sorted({code[:6] for code in codes})
    towns = sorted({f"{code[:9]}000" for code in codes})
    _insert(
        "regions_region",
        ("code", "level"),
        [("320700000000", "city")]
        + [(f"{code}000000", "county") for code in counties]
        + [(code, "town") for code in towns]
        + [(code, "village") for code in codes],
    )
    _insert(
        "registry_change", ("id", "at", "by", "what"), [(1, "2020-07-01 00:00:00", "模拟", "模拟")]
    )
    _insert("registry_villagefacts", _VILLAGE, _village_rows(dice, codes))
    _insert("registry_listing", (*_SAID, "kind", "town_id"), _listings(towns))
    homes = sorted(dice.choice(codes) for _ in range(households))
    _insert("registry_household", _HOUSEHOLD, _household_rows(homes))
    _insert("registry_householdplace", _PLACE, _places(homes))
    _insert("registry_householdfacts", _HOUSEHOLD_FACTS, _household_facts(dice, households))
    _insert("registry_income", _INCOME, _incomes(dice, households))
    persons = households * 3
    people = list(_person_rows(dice, persons))
    _insert("registry_person", _PERSON, people)
    _insert("registry_personidentity", _IDENTITY, _identities(people))
    _insert("registry_membership", _MEMBER, _member_rows(persons))
    _insert("registry_personfacts", _PERSON_FACTS, _person_facts(dice, persons))
    _insert("registry_bill", _BILL, _bills(dice, persons))
    _insert("registry_listed", _LISTED, _listed(dice, households))
    _analyse()


_SAID = ("since", "seq", "source", "sheet", "row")
_HOUSEHOLD = ("id", "uid", "number", "village_id", "group_name", "head_name", "head_initials",
              "head_sort", "size", "seq")  # fmt: skip
_HOUSEHOLD_FACTS = (*_SAID, "household_id", "registered", "exit_status", "monitored",
                    "risk_cleared", "destitute", "main_cause", "house_dangerous", "house_grade",
                    "safe_water", "water_difficulty", "disaster_on")  # fmt: skip
_INCOME = (*_SAID, "household_id", "period_since", "period_until", "item", "amount_fen")
_PERSON = ("id", "uid", "name", "initials", "sort", "birth", "sex", "id_kind", "number", "seq",
           "id_index")  # fmt: skip
_PLACE = (*_SAID, "household_id", "uid", "village_id", "group_name")
_IDENTITY = (*_SAID, "person_id", "uid", "name", "birth", "sex", "id_kind", "number")
_MEMBER = (*_SAID, "household_id", "person_id", "relation")
_PERSON_FACTS = (*_SAID, "person_id", "education", "schooling", "chronic", "serious_illness",
                 "disabled", "disability", "labour", "work_months", "medical_insurance",
                 "serious_illness_insurance", "pension_insurance", "destitute")  # fmt: skip
_BILL = (*_SAID, "listed_on", "number", "hospital", "diagnosis", "admitted", "discharged",
         "total_fen", "basic_fen", "serious_fen", "self_pay_fen")  # fmt: skip
_LISTED = (*_SAID, "kind", "number", "whole", "urban", "grade", "grace_since", "grace_stated",
           "disability")  # fmt: skip
_VILLAGE = (*_SAID, "village_id", "status", "collective_income_fen", "income_year", "households",
            "persons", "dangerous_houses", "unsafe_water", "road", "bus", "clinic",
            "doctor", "toilet")  # fmt: skip


def _said(row: int, source: str = "4roster") -> tuple[Any, ...]:
    return "2020-07-01", 1, source, 0, row


def _uid(number: int, space: int) -> str:
    return uuid.UUID(int=random.Random(number * 2 + space).getrandbits(128), version=4).hex


def _yes(dice: random.Random, share: float, unknown: float = 0.02) -> int | None:
    chance = dice.random()
    return None if chance < unknown else int(chance < unknown + share)


def _household_rows(homes: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    for i, code in enumerate(homes, 1):
        yield (i, _uid(i, 0), f"H{i:09d}", code, "", "模拟", "MN", "moni", 3, 1)


def _places(homes: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    for i, code in enumerate(homes, 1):
        yield (*_said(i), i, _uid(i, 0), code, "")


def _household_facts(dice: random.Random, number: int) -> Iterator[tuple[Any, ...]]:
    for i in range(1, number + 1):
        yield (
            *_said(i), i, _yes(dice, 0.9, 0.01), dice.choice(EXITS),
            dice.choice(WATCHED), _yes(dice, 0.3), _yes(dice, 0.05),
            dice.choice(CAUSES), _yes(dice, 0.04), dice.choice(GRADES),
            _yes(dice, 0.96), _yes(dice, 0.02), "2020-05-03" if dice.random() < 0.01 else None,
        )  # fmt: skip


def _incomes(dice: random.Random, number: int) -> Iterator[tuple[Any, ...]]:
    for i in range(1, number + 1):
        if dice.random() < 0.97:
            yield (
                *_said(i), i, "2020-01-01", "2021-01-01", "declared_net_per_head",
                int(dice.lognormvariate(13.7, 0.5)),
            )  # fmt: skip


def _person_rows(dice: random.Random, number: int) -> Iterator[tuple[Any, ...]]:
    for i in range(1, number + 1):
        year = 2020 - int(dice.triangular(0, 95, 45))
        birth = f"{year}-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}"
        yield (
            i,
            _uid(i, 1),
            "模拟",
            "MN",
            "moni",
            birth,
            dice.choice("男女"),
            "resident",
            "",
            1,
            _number(i),
        )


def _identities(people: Sequence[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    for key, uid, name, _initials, _sort, birth, sex, kind, number, *_more in people:
        yield (*_said(key), key, uid, name, birth, sex, kind, number)


def _member_rows(number: int) -> Iterator[tuple[Any, ...]]:
    for i in range(1, number + 1):
        home, place = divmod(i - 1, 3)
        yield (*_said(i), home + 1, i, ("户主", "配偶", "之子")[place])


def _person_facts(dice: random.Random, number: int) -> Iterator[tuple[Any, ...]]:
    for i in range(1, number + 1):
        disabled = _yes(dice, 0.06)
        yield (
            *_said(i), i, "初中", dice.choice(SCHOOLING), _yes(dice, 0.15), _yes(dice, 0.04),
            disabled, dice.choice(("41", "42", "13", "64")) if disabled else None,
            dice.choice(LABOUR), dice.randint(0, 12), _yes(dice, 0.98), _yes(dice, 0.97),
            _yes(dice, 0.9), _yes(dice, 0.02),
        )  # fmt: skip


def _bills(dice: random.Random, number: int) -> Iterator[tuple[Any, ...]]:
    for i in range(1, number + 1):
        if dice.random() < 0.1:
            total, known = int(dice.lognormvariate(13.5, 1.0)), dice.random() < 0.7
            yield (
                "2020-05-20", 1, "3department", 0, i, "2020-07-01", _number(i), "县医院", "肺炎",
                "2020-05-10",
                "2020-05-20", total, total * 6 // 10, total // 20,
                total * 3 // 10 if known else None,
            )  # fmt: skip


def _listed(dice: random.Random, households: int) -> Iterator[tuple[Any, ...]]:
    """What the lists of civil affairs and of the federation say, three persons to a house."""
    for i in range(1, households + 1):
        people = range(i * 3 - 2, i * 3 + 1)
        if dice.random() < 0.12:
            leaves = "2019-03-01" if dice.random() < 0.25 else None
            for person in people:
                yield (*_said(i, "3department"), "dibao", _number(person), 1, 0, "B", leaves, 1, "")
        for person in people:
            if dice.random() < 0.06:
                degree = dice.choice(("41", "42", "13", "64"))
                own = ("disability", _number(person), 0, 0, "", None, 0, degree)
                yield (*_said(i, "3department"), *own)


def _number(person: int) -> bytes:
    return person.to_bytes(16, "big")


def _listings(towns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    for kind in ("dibao", "destitute", "hospital", "disability"):
        for town in towns:
            yield (*_said(1, "3department"), kind, town)


def _village_rows(dice: random.Random, codes: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    for i, code in enumerate(codes, 1):
        yield (
            *_said(i), code, dice.choice(("省定", "市定", "无", None)),
            int(dice.lognormvariate(16.7, 0.6)), 2019, 400, 1500, 3, 2, _yes(dice, 0.97),
            _yes(dice, 0.9), 1, dice.choice((0, 1, 2)), 1,
        )  # fmt: skip


def _insert(table: str, names: Sequence[str], rows: Any) -> None:
    from django.db import connection, transaction  # noqa: PLC0415 - settings come first

    places = ", ".join(["%s"] * len(names))
    listed = ", ".join(f'"{name}"' for name in names)
    sql = f"INSERT INTO {table} ({listed}) VALUES ({places})"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(sql, rows)


def _analyse() -> None:
    from django.db import connection  # noqa: PLC0415 - settings come first

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
