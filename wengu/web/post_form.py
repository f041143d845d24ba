"""岗位表单: a role, a region, an office and a day: for a new user, and for a new post."""

from django.utils.translation import gettext as _

from wengu.accounts.actions import Assignment
from wengu.accounts.models import Department, Role
from wengu.kernel.regioncode import RegionCode
from wengu.web import labels
from wengu.web.access import Request
from wengu.web.batches import day_of
from wengu.web.shapes import Choice, Field


def fields(request: Request, errors: dict[str, str]) -> tuple[Field, ...]:
    """Return the fields of the form, with what was typed and what is wrong."""
    given = request.POST
    roles = tuple(
        Choice(role.value, labels.word(labels.ROLES, role), chosen=given.get("role") == role.value)
        for role in Role
    )
    departments = (
        Choice("", _("不属部门")),
        *(
            Choice(
                one.value,
                labels.word(labels.DEPARTMENTS, one),
                chosen=given.get("department") == one.value,
            )
            for one in Department
        ),
    )
    return (
        Field("role", _("角色"), "select", choices=roles, error=errors.get("role", "")),
        Field("department", _("所属部门"), "select", choices=departments,
              error=errors.get("department", ""), hint=_("部门经办才选")),
        Field("region", _("区划代码"), value=given.get("region", str(request.scope.region or "")),
              error=errors.get("region", ""), hint=_("县 6 位、镇 9 位、村 12 位，在“行政区划”查")),
        Field("office", _("工作单位"), value=given.get("office", ""), required=True,
              error=errors.get("office", "")),
        Field("since", _("任职自"), "date", given.get("since", request.on.isoformat()),
              error=errors.get("since", "")),
    )  # fmt: skip


def read(request: Request, errors: dict[str, str]) -> Assignment | None:
    """Read the form; None where something on it must be mended first."""
    given = request.POST
    if given.get("role") not in Role.values:
        errors["role"] = _("请选角色")
    try:
        region = RegionCode(given.get("region", "").strip())
    except ValueError:
        errors["region"] = _("区划代码是 4、6、9 或 12 位数字")
    since = day_of(given.get("since", ""))
    if since is None:
        errors["since"] = _("请填日期，如 2020-07-01")
    if not given.get("office", "").strip():
        errors["office"] = _("请填单位名称")
    if given.get("role") == Role.DEPARTMENT and given.get("department") not in Department.values:
        errors["department"] = _("部门经办要选部门")
    if given.get("role") != Role.DEPARTMENT and given.get("department"):
        errors["department"] = _("只有部门经办才选部门")
    if errors or since is None:
        return None
    return Assignment(
        role=Role(given["role"]),
        region=region,
        office=given["office"].strip(),
        since=since,
        department=given.get("department", ""),
    )
