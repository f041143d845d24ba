"""权限: what each post may do, and which facts a department needs. What is not listed is denied."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from wengu.accounts.models import Department, Role


class Permission(StrEnum):
    """权限: noun and verb."""

    HOUSEHOLDS_READ = "households.read"
    HOUSEHOLDS_WRITE = "households.write"
    HOUSEHOLDS_EXPORT = "households.export"
    # The whole identity number, telephone or account, each time with a purpose.
    IDENTITY_REVEAL = "identity.reveal"
    VILLAGES_READ = "villages.read"
    DECISIONS_READ = "decisions.read"
    RUNS_READ = "runs.read"
    RUNS_START = "runs.start"
    BATCHES_READ = "batches.read"
    BATCHES_UPLOAD = "batches.upload"
    BATCHES_APPLY = "batches.apply"
    BATCHES_REVERSE = "batches.reverse"
    FIGURES_READ = "figures.read"
    POLICY_READ = "policy.read"
    PARAMETERS_PROPOSE = "parameters.propose"
    PARAMETERS_APPROVE = "parameters.approve"
    JOBS_READ = "jobs.read"
    JOBS_STOP = "jobs.stop"
    REGIONS_READ = "regions.read"
    REGIONS_LOAD = "regions.load"
    SETTINGS_READ = "settings.read"
    DAY_ADVANCE = "day.advance"
    USERS_READ = "users.read"
    USERS_WRITE = "users.write"
    EVENTS_READ = "events.read"


class Facts(StrEnum):
    """事实类别: the groups in which facts of households and persons are shown or withheld."""

    STATUS = "status"
    INCOME = "income"
    SCHOOLING = "schooling"
    HEALTH = "health"
    DISABILITY = "disability"
    LABOUR = "labour"
    MEDICAL_INSURANCE = "medical_insurance"
    PENSION_INSURANCE = "pension_insurance"
    HOUSING = "housing"
    WATER = "water"
    BENEFITS = "benefits"


ALL_FACTS: Final = frozenset(Facts)

_LOOK = {
    Permission.HOUSEHOLDS_READ,
    Permission.VILLAGES_READ,
    Permission.DECISIONS_READ,
    Permission.FIGURES_READ,
    Permission.POLICY_READ,
    Permission.REGIONS_READ,
}
_VILLAGE = {*_LOOK, Permission.HOUSEHOLDS_WRITE}
_BATCHES = {
    Permission.BATCHES_READ,
    Permission.BATCHES_UPLOAD,
    Permission.BATCHES_APPLY,
    Permission.BATCHES_REVERSE,
}
_TOWN = {*_VILLAGE, *_BATCHES, Permission.HOUSEHOLDS_EXPORT, Permission.IDENTITY_REVEAL}
_COUNTY = {
    *_TOWN,
    Permission.RUNS_READ,
    Permission.RUNS_START,
    Permission.PARAMETERS_PROPOSE,
    Permission.PARAMETERS_APPROVE,
}

PERMISSIONS: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.VILLAGE_CADRE: frozenset(_VILLAGE),
    Role.TOWN_CLERK: frozenset(_TOWN),
    Role.COUNTY_CIVIL_AFFAIRS: frozenset(_COUNTY),
    Role.COUNTY_REVITALISATION: frozenset(_COUNTY),
    Role.CITY_CIVIL_AFFAIRS: frozenset(_COUNTY),
    Role.CITY_REVITALISATION: frozenset(_COUNTY),
    # Reads what its duty needs (DEPARTMENT_FACTS); changes nothing.
    Role.DEPARTMENT: frozenset(_LOOK),
    # Figures and the lists behind them.
    Role.LEADER: frozenset({*_LOOK, Permission.RUNS_READ}),
    # Sees how everything came about; changes nothing, reveals nothing.
    Role.INSPECTOR: frozenset({*_LOOK, Permission.RUNS_READ, Permission.BATCHES_READ}),
    # The three administrators are kept apart; none of them sees a household.
    Role.SYSTEM_ADMINISTRATOR: frozenset(
        {
            Permission.JOBS_READ,
            Permission.JOBS_STOP,
            Permission.REGIONS_READ,
            Permission.REGIONS_LOAD,
            Permission.SETTINGS_READ,
            Permission.DAY_ADVANCE,
            Permission.POLICY_READ,
        }
    ),
    Role.SECURITY_ADMINISTRATOR: frozenset(
        {
            Permission.USERS_READ,
            Permission.USERS_WRITE,
            Permission.REGIONS_READ,
            Permission.POLICY_READ,
        }
    ),
    Role.AUDIT_ADMINISTRATOR: frozenset({Permission.EVENTS_READ, Permission.POLICY_READ}),
}

_BASIC = {Facts.STATUS}
DEPARTMENT_FACTS: Final[Mapping[Department, frozenset[Facts]]] = {
    Department.EDUCATION: frozenset({*_BASIC, Facts.SCHOOLING}),
    Department.HEALTH: frozenset({*_BASIC, Facts.HEALTH, Facts.DISABILITY}),
    Department.MEDICAL_INSURANCE: frozenset({*_BASIC, Facts.HEALTH, Facts.MEDICAL_INSURANCE}),
    Department.HUMAN_RESOURCES: frozenset({*_BASIC, Facts.LABOUR, Facts.PENSION_INSURANCE}),
    Department.HOUSING: frozenset({*_BASIC, Facts.HOUSING}),
    Department.WATER: frozenset({*_BASIC, Facts.WATER}),
    Department.DISABLED_PERSONS: frozenset({*_BASIC, Facts.DISABILITY}),
    Department.FINANCE: frozenset({*_BASIC, Facts.BENEFITS}),
}

_NOTHING_SENSITIVE = ALL_FACTS - {Facts.HEALTH, Facts.DISABILITY}
ROLE_FACTS: Final[Mapping[Role, frozenset[Facts]]] = {
    Role.VILLAGE_CADRE: ALL_FACTS,
    Role.TOWN_CLERK: ALL_FACTS,
    Role.COUNTY_CIVIL_AFFAIRS: ALL_FACTS,
    Role.COUNTY_REVITALISATION: ALL_FACTS,
    Role.CITY_CIVIL_AFFAIRS: ALL_FACTS,
    Role.CITY_REVITALISATION: ALL_FACTS,
    Role.LEADER: _NOTHING_SENSITIVE,
    Role.INSPECTOR: ALL_FACTS,
}

# The columns of the registry by group; a column that is not listed is seen only by those who
# see every group.
COLUMNS: Final[Mapping[str, Facts]] = {
    **dict.fromkeys(
        ("registered", "standard", "kind", "exit_status", "exit_year", "monitored", "risk_cleared",
         "main_cause", "disaster_on", "nation"),
        Facts.STATUS,
    ),
    **dict.fromkeys(("income", "income_per_head_fen", "amount_fen"), Facts.INCOME),
    **dict.fromkeys(("education", "schooling", "absence_reason"), Facts.SCHOOLING),
    **dict.fromkeys(
        ("chronic", "serious_illness", "bills", "hospital", "diagnosis", "admitted", "discharged",
         "total_fen", "basic_fen", "serious_fen", "self_pay_fen", "listed_on"),
        Facts.HEALTH,
    ),
    **dict.fromkeys(("disabled", "disability"), Facts.DISABILITY),
    **dict.fromkeys(("labour", "work_place", "work_months"), Facts.LABOUR),
    **dict.fromkeys(
        ("medical_insurance", "serious_illness_insurance"), Facts.MEDICAL_INSURANCE
    ),
    "pension_insurance": Facts.PENSION_INSURANCE,
    **dict.fromkeys(("house_dangerous", "house_grade"), Facts.HOUSING),
    **dict.fromkeys(("safe_water", "water_difficulty"), Facts.WATER),
    **dict.fromkeys(
        ("dibao", "urban_dibao", "destitute", "grade", "monthly_fen", "benefits", "whole", "urban",
         "started", "grace_since", "grace_stated"),
        Facts.BENEFITS,
    ),
}  # fmt: skip


def facts_of(role: Role, department: str) -> frozenset[Facts]:
    """Return the groups of facts that a post sees; none where nothing is listed."""
    if role == Role.DEPARTMENT:
        return DEPARTMENT_FACTS.get(Department(department), frozenset())
    return ROLE_FACTS.get(role, frozenset())
