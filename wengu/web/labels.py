"""译名: what states, kinds and posts are called on pages, in the language of the reader."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from wengu import mechanism
from wengu.accounts.models import Department, Role
from wengu.intake.models import BatchState, RowState
from wengu.jobs.models import JobState

Words = Mapping[str, str | Promise]

BATCH_STATES: Final[Words] = {
    BatchState.RECEIVED: gettext_lazy("已收到"),
    BatchState.CHECKED: gettext_lazy("待审查"),
    BatchState.APPLYING: gettext_lazy("正在入库"),
    BatchState.APPLIED: gettext_lazy("已入库"),
    BatchState.REVERSING: gettext_lazy("正在撤销"),
    BatchState.REVERSED: gettext_lazy("已撤销"),
    BatchState.REFUSED: gettext_lazy("整表退回"),
}
ROW_STATES: Final[Words] = {
    RowState.NEW: gettext_lazy("新增"),
    RowState.CHANGED: gettext_lazy("有变化"),
    RowState.UNCHANGED: gettext_lazy("与台账相同"),
    RowState.MUST_FIX: gettext_lazy("必须改"),
    RowState.PLEASE_CHECK: gettext_lazy("请核对"),
}
SHEETS: Final[Words] = {
    "roster": gettext_lazy("建档立卡（脱贫）人口花名册"),
    "village": gettext_lazy("村信息表"),
    "dibao": gettext_lazy("低保在册人员名册"),
    "hospital": gettext_lazy("医保住院费用表"),
    "disability": gettext_lazy("残疾人证持证名册"),
}
JOB_KINDS: Final[Words] = {
    mechanism.CHECK: gettext_lazy("检查表格"),
    mechanism.APPLY: gettext_lazy("入库"),
    mechanism.REVERSE: gettext_lazy("撤销整批"),
    mechanism.DAY: gettext_lazy("认定运行"),
}
JOB_STATES: Final[Words] = {
    JobState.WAITING: gettext_lazy("排队"),
    JobState.RUNNING: gettext_lazy("进行中"),
    JobState.DONE: gettext_lazy("已完成"),
    JobState.FAILED: gettext_lazy("出错"),
    JobState.CANCELLED: gettext_lazy("已停止"),
}
ROLES: Final[Words] = {
    Role.VILLAGE_CADRE: gettext_lazy("村干部"),
    Role.TOWN_CLERK: gettext_lazy("镇经办"),
    Role.COUNTY_CIVIL_AFFAIRS: gettext_lazy("县民政局经办"),
    Role.COUNTY_REVITALISATION: gettext_lazy("县农业农村局经办"),
    Role.CITY_CIVIL_AFFAIRS: gettext_lazy("市民政局经办"),
    Role.CITY_REVITALISATION: gettext_lazy("市农业农村局经办"),
    Role.DEPARTMENT: gettext_lazy("部门经办"),
    Role.LEADER: gettext_lazy("领导"),
    Role.INSPECTOR: gettext_lazy("纪检监督"),
    Role.SYSTEM_ADMINISTRATOR: gettext_lazy("系统管理员"),
    Role.SECURITY_ADMINISTRATOR: gettext_lazy("安全管理员"),
    Role.AUDIT_ADMINISTRATOR: gettext_lazy("审计管理员"),
}
DEPARTMENTS: Final[Words] = {
    Department.EDUCATION: gettext_lazy("教育局"),
    Department.HEALTH: gettext_lazy("卫生健康委"),
    Department.MEDICAL_INSURANCE: gettext_lazy("医疗保障局"),
    Department.HUMAN_RESOURCES: gettext_lazy("人力资源和社会保障局"),
    Department.HOUSING: gettext_lazy("住房和城乡建设局"),
    Department.WATER: gettext_lazy("水利局"),
    Department.DISABLED_PERSONS: gettext_lazy("残疾人联合会"),
    Department.FINANCE: gettext_lazy("财政局"),
}
ACTS: Final[Words] = {
    "accounts.sign_in": gettext_lazy("登录"),
    "accounts.sign_in_failed": gettext_lazy("登录没有通过"),
    "accounts.change_password": gettext_lazy("改密码"),
    "accounts.set_second_factor": gettext_lazy("绑定验证器"),
    "accounts.enrol": gettext_lazy("新增用户"),
    "accounts.enrol_demo": gettext_lazy("建立演示账号"),
    "accounts.assign": gettext_lazy("换岗"),
    "accounts.end": gettext_lazy("结束岗位"),
    "accounts.close": gettext_lazy("停用账号"),
    "accounts.reopen": gettext_lazy("恢复账号"),
    "accounts.look": gettext_lazy("改字号或密度"),
    "accounts.reset": gettext_lazy("重置密码和动态口令"),
    "documents.store": gettext_lazy("存入文件"),
    "intake.receive": gettext_lazy("收到工作簿"),
    "intake._settle": gettext_lazy("检查完毕"),
    "intake._refuse": gettext_lazy("整表退回"),
    "intake.review": gettext_lazy("查看导入审查"),
    "intake.doubts": gettext_lazy("下载疑点工作簿"),
    "intake.mend": gettext_lazy("改一格"),
    "intake.waive": gettext_lazy("确认放行一处疑点"),
    "intake.waive_all": gettext_lazy("确认放行一类疑点"),
    "intake.apply_piece": gettext_lazy("入库一段"),
    "intake.finish": gettext_lazy("入库完毕"),
    "intake._reversing": gettext_lazy("开始撤销整批"),
    "intake.reverse_piece": gettext_lazy("撤销一段"),
    "intake._reversed": gettext_lazy("撤销完毕"),
    "jobs.enqueue": gettext_lazy("发起任务"),
    "jobs.stop": gettext_lazy("停止任务"),
    "jobs.retry": gettext_lazy("接着办任务"),
    "decisions.begin": gettext_lazy("认定开始"),
    "decisions.finish": gettext_lazy("认定完毕"),
    "decisions.abandon": gettext_lazy("认定中止"),
    "decisions.export": gettext_lazy("导出认定差异"),
    "registry.read_household": gettext_lazy("查看户档"),
    "registry.reveal": gettext_lazy("查看完整号码"),
    "registry.export": gettext_lazy("导出名单"),
    "governance.set_business_date": gettext_lazy("设定业务日期"),
    "governance.propose": gettext_lazy("拟定参数"),
    "governance.adopt": gettext_lazy("核定参数"),
    "governance.withdraw": gettext_lazy("收回参数"),
    "governance.advance": gettext_lazy("推进业务日期"),
    "regions.load": gettext_lazy("装载区划"),
    "audit.keep_verification": gettext_lazy("核验审计记录"),
}


# What an event is about, by the kind of its row.
SUBJECTS: Final[Words] = {
    "accounts.user": gettext_lazy("用户 %(n)s"),
    "audit.verification": gettext_lazy("核验 %(n)s"),
    "accounts.post": gettext_lazy("岗位 %(n)s"),
    "decisions.run": gettext_lazy("认定运行 %(n)s"),
    "documents.document": gettext_lazy("附件 %(n)s"),
    "governance.businessdate": gettext_lazy("业务日期 %(n)s"),
    "governance.parameterrow": gettext_lazy("参数值 %(n)s"),
    "intake.batch": gettext_lazy("导入批次 %(n)s"),
    "intake.doubt": gettext_lazy("疑点 %(n)s"),
    "intake.row": gettext_lazy("导入的行 %(n)s"),
    "jobs.job": gettext_lazy("任务 %(n)s"),
    "regions.edition": gettext_lazy("区划版本 %(n)s"),
    "registry.household": gettext_lazy("户 %(n)s"),
    "registry.person": gettext_lazy("人 %(n)s"),
}
# Those who act without being a person.
PROCESSES: Final[Words] = {
    "system:demo": gettext_lazy("系统（建立演示）"),
    "system:scheduler": gettext_lazy("系统（按时）"),
}


def who(username: str, names: Mapping[str, str]) -> str:
    """Return what somebody who acted is called: a person, a process, else the name itself."""
    return names.get(username) or word(PROCESSES, username)


def subject(label: str) -> str:
    """Return 导入批次 19 of intake.batch:19."""
    kind, _colon, key = label.partition(":")
    return str(SUBJECTS[kind]) % {"n": key} if kind in SUBJECTS else label


def word(words: Words, key: str) -> str:
    """Return the name of a thing; the key itself where it has none."""
    return str(words.get(key, key))
