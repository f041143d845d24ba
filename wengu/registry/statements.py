"""What a sheet states, as plain values: the one form that import and `wengu decide` both read.

A reader turns rows into these; `registry.actions` makes them dated rows, and `decisions.facts`
makes them facts in memory. None always means: the sheet does not say.
"""

import datetime
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Origin:
    """出处: where on the sheet a statement stands."""

    sheet: int
    row: int


@dataclass(frozen=True)
class PersonStatement:
    """人: one row of a roster. `facts` holds columns of PersonFacts."""

    origin: Origin
    name: str
    id_raw: str  # as written, normalised in width; 18, 20, 22 digits or a 999999 placeholder
    id_kind: str  # registry.models.IdKind
    birth: datetime.date | None
    sex: str  # "男", "女" or ""
    relation: str
    number: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class HouseholdStatement:
    """户: the rows of one household. `facts` holds columns of HouseholdFacts."""

    origin: Origin
    number: str
    village: str  # 12-digit code
    group_name: str
    phone: str
    persons: tuple[PersonStatement, ...]
    facts: dict[str, Any] = field(default_factory=dict)
    # Declared net income per head, in fen; kept for its period, never multiplied back.
    income_per_head_fen: int | None = None


@dataclass(frozen=True)
class DepartureStatement:
    """离户: nobody of a household is left: all have died or moved away, or it was cancelled."""

    number: str
    rows: tuple[Origin, ...]


@dataclass(frozen=True)
class VillageStatement:
    """村: one row of the village sheet. `facts` holds columns of VillageFacts."""

    origin: Origin
    village: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class DibaoStatement:
    """低保: one person of the department's dibao list."""

    origin: Origin
    id_raw: str
    name: str
    whole_household: bool
    grade: str
    monthly_fen: int | None
    since: datetime.date | None
    grace_since: datetime.date | None
    destitute: bool = False  # 特困供养, which civil affairs lists beside dibao
    urban: bool = False  # 城市低保: dibao, but not the rural one
    grace_stated: bool = True  # the sheet has a column for the gradual exit


@dataclass(frozen=True)
class BillStatement:
    """住院: one stay of the medical-insurance sheet."""

    origin: Origin
    id_raw: str
    name: str
    hospital: str
    diagnosis: str
    admitted: datetime.date
    discharged: datetime.date
    total_fen: int
    basic_fen: int | None
    serious_fen: int | None
    self_pay_fen: int | None


@dataclass(frozen=True)
class DisabilityStatement:
    """残疾: one certificate of the disabled persons' federation."""

    origin: Origin
    id_raw: str
    name: str
    disability: str | None  # type digit + grade digit, e.g. "41"
    since: datetime.date | None
