"""演示账号: known logins of the model city. They refuse to exist outside a demo."""

import base64
import datetime
import hashlib
import time
from dataclasses import dataclass
from typing import Final

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.conf import settings

from wengu.accounts.models import Department, Post, Role, User
from wengu.audit.actions import action
from wengu.kernel.regioncode import Level, RegionCode
from wengu.regions import queries as regions

PASSWORD: Final = "Wengu-demo-2020"  # noqa: S105 (known on purpose; refused outside a demo)
_PERIOD_SECONDS = 30


class NotADemo(RuntimeError):
    """不是演示环境"""


@dataclass(frozen=True, slots=True)
class Login:
    """演示账号: its name, its post, and the level of its region."""

    username: str
    name: str
    role: Role
    level: Level
    office: str
    department: str = ""
    elsewhere: bool = False


LOGINS: Final = (
    Login("village", "孟村安", Role.VILLAGE_CADRE, Level.VILLAGE, "村民委员会"),
    Login("town", "周镇平", Role.TOWN_CLERK, Level.TOWN, "镇民政和社会事业局"),
    Login("county", "金县宁", Role.COUNTY_CIVIL_AFFAIRS, Level.COUNTY, "县民政局"),
    Login("county-rural", "田县丰", Role.COUNTY_REVITALISATION, Level.COUNTY, "县农业农村局"),
    Login("city", "沈市和", Role.CITY_CIVIL_AFFAIRS, Level.CITY, "市民政局"),
    Login("city-rural", "陆市禾", Role.CITY_REVITALISATION, Level.CITY, "市农业农村局"),
    Login("education", "方教育", Role.DEPARTMENT, Level.COUNTY, "县教育局", Department.EDUCATION),
    Login("insurance", "尹医保", Role.DEPARTMENT, Level.COUNTY, "县医疗保障局",
          Department.MEDICAL_INSURANCE),
    Login("disabled", "童残联", Role.DEPARTMENT, Level.COUNTY, "县残疾人联合会",
          Department.DISABLED_PERSONS),
    Login("leader", "路县长", Role.LEADER, Level.COUNTY, "县人民政府"),
    Login("inspector", "康纪检", Role.INSPECTOR, Level.COUNTY, "县纪委监委"),
    Login("system", "石系统", Role.SYSTEM_ADMINISTRATOR, Level.CITY, "市大数据管理局"),
    Login("security", "安权限", Role.SECURITY_ADMINISTRATOR, Level.CITY, "市大数据管理局"),
    Login("audit", "明审计", Role.AUDIT_ADMINISTRATOR, Level.CITY, "市审计局"),
    Login("elsewhere", "邻县文", Role.COUNTY_CIVIL_AFFAIRS, Level.COUNTY, "邻县民政局",
          elsewhere=True),
)  # fmt: skip


@action
def enrol_demo(*, village: RegionCode, since: datetime.date, by: str) -> int:
    """Create the demo's users around a village: its town, its county, its city, another county.

    Return how many were created; those that exist keep what they have.
    """
    _refuse_outside_demo()
    known = set(User.objects.values_list("username", flat=True))
    wanted = [login for login in LOGINS if login.username not in known]
    for login in wanted:
        region = _elsewhere(village, since) if login.elsewhere else village.at(login.level)
        user = User(username=login.username, name=login.name)
        user.set_password(PASSWORD)
        user.save()
        Post.objects.create(
            user=user,
            role=login.role,
            region_id=region,
            office=login.office,
            department=login.department,
            since=since,
        )
        TOTP.activate(user, secret_of(login.username))
    return len(wanted)


def secret_of(username: str) -> str:
    """Return the TOTP secret of a demo user."""
    _refuse_outside_demo()
    digest = hashlib.sha256(f"wengu demo {username}".encode()).digest()
    return base64.b32encode(digest[:20]).decode("ascii")


def code_of(username: str) -> str:
    """Return the six digits that a demo user types now; NotADemo outside a demo."""
    secret = secret_of(username)
    if not Authenticator.objects.filter(
        user__username=username, type=Authenticator.Type.TOTP
    ).exists():
        raise LookupError(
            f"没有演示账号 {username}：可用的有 {'、'.join(x.username for x in LOGINS)}"
        )
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // _PERIOD_SECONDS)))


def _refuse_outside_demo() -> None:
    if not settings.DEMO:
        raise NotADemo("演示账号只能用于演示环境（WENGU_DEMO=1）")


def _elsewhere(village: RegionCode, on: datetime.date) -> RegionCode:
    """Return another county of the same city, for the login that must see nothing of this one."""
    own = village.at(Level.COUNTY)
    counties = [p.code for p in regions.children(village.at(Level.CITY), on) if p.code != own]
    if not counties:
        raise LookupError(f"{on} 的区划中没有另一个县：请先装载区划")
    return counties[0]
