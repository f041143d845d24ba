"""差错: the catalogue of the errors that typical sheets carry, and the record of each planted one.

The import finds them under the same codes. `must_fix`: the row waits (scope household: the whole
household); `please_check`: the row goes in with a doubt.
"""

from typing import Literal, NamedTuple

Severity = Literal["must_fix", "please_check", "none"]
Scope = Literal["cell", "household"]

HARMLESS = "harmless"
"""写法: full-width digits, blanks, thousands separators: normalised in silence, never a doubt."""


class Kind(NamedTuple):
    """差错类型: how bad, how wide, in which column, and what the clerk is told to do."""

    severity: Severity
    scope: Scope
    column: str
    remedy: str


CATALOGUE: dict[str, Kind] = {
    "id_missing": Kind(
        "must_fix",
        "cell",
        "证件号码",
        "请补填证件号码；确无证件的，按系统规则填 999999 开头的占位号。",
    ),
    "id_length": Kind(
        "must_fix", "cell", "证件号码", "请核对身份证或残疾人证原件，补齐位数（18、20 或 22 位）。"
    ),
    "id_checksum": Kind("must_fix", "cell", "证件号码", "请对照证件原件逐位核对，末位校验码不符。"),
    "id_truncated": Kind(
        "must_fix", "cell", "证件号码", "号码被表格软件截断，请把该列设为文本后重新填写。"
    ),
    "id_ends_000": Kind(
        "please_check", "cell", "证件号码", "末三位为 000，可能被表格软件截断，请核对原件。"
    ),
    "id_birth_impossible": Kind(
        "must_fix", "cell", "证件号码", "号码中的出生日期不存在，请核对原件。"
    ),
    "id_region": Kind("please_check", "cell", "证件号码", "号码前六位地区码不存在，请核对原件。"),
    "id_placeholder": Kind(
        "please_check", "cell", "证件号码", "该人无证件，请协助办理户口登记和身份证后更新。"
    ),
    "id_suffix": Kind(
        "please_check", "cell", "证件号码", "残疾人证类别、等级位不合规则，请核对残疾人证。"
    ),
    "id_duplicate_household": Kind(
        "must_fix", "cell", "证件号码", "同户两人证件号码相同，请核对并改正其中一人。"
    ),
    "id_duplicate_elsewhere": Kind(
        "must_fix", "cell", "证件号码", "该号码同时出现在另一户，请核实人员归属后改正。"
    ),
    "id_sex": Kind("please_check", "cell", "性别", "性别与证件号码不符，请核对。"),
    "id_birth": Kind("please_check", "cell", "出生日期", "出生日期与证件号码不符，请核对。"),
    "certificate_kind": Kind(
        "please_check", "cell", "证件类型", "证件类型与号码位数不符，请核对。"
    ),
    "disability_no_certificate": Kind(
        "please_check", "cell", "健康状况", "健康状况为残疾而无残疾人证号，请核对或补填残疾人证号。"
    ),
    "certificate_not_disabled": Kind(
        "please_check", "cell", "健康状况", "持残疾人证而健康状况未填残疾，请核对。"
    ),
    "name_missing": Kind("must_fix", "cell", "姓名", "请补填姓名。"),
    "name_characters": Kind(
        "please_check", "cell", "姓名", "姓名含数字、字母或替代符号，请按户口簿改正。"
    ),
    "household_id_missing": Kind("must_fix", "household", "户编号", "请补填户编号。"),
    "village_unknown": Kind(
        "must_fix", "household", "行政村", "村名不在行政区划中，请核对村名或先登记该村。"
    ),
    "town_unknown": Kind("must_fix", "household", "乡镇", "乡镇名不在行政区划中，请核对。"),
    "household_no_head": Kind(
        "must_fix", "household", "与户主关系", "该户没有户主，请指定一人为户主。"
    ),
    "household_two_heads": Kind(
        "must_fix", "household", "与户主关系", "该户有多名户主，请只保留一名。"
    ),
    "household_two_spouses": Kind(
        "please_check", "household", "与户主关系", "该户有多名配偶，请核对与户主关系。"
    ),
    "relation_unknown": Kind(
        "must_fix", "cell", "与户主关系", "与户主关系不在代码表中，请从下拉选项中选择。"
    ),
    "relation_missing": Kind("must_fix", "cell", "与户主关系", "请补填与户主关系。"),
    "relation_sex": Kind(
        "please_check", "cell", "与户主关系", "与户主关系与证件号码的性别不符，请核对。"
    ),
    "spouse_sex": Kind(
        "please_check", "household", "与户主关系", "户主与配偶性别相同，请核对证件号码或关系。"
    ),
    "relation_age": Kind(
        "please_check", "cell", "与户主关系", "与户主的年龄差不合常理，请核对关系或证件号码。"
    ),
    "members_count": Kind(
        "please_check", "household", "人数", "人数与实际人员行数不一致，请核对。"
    ),
    "members_not_number": Kind("must_fix", "household", "人数", "人数应为正整数。"),
    "household_values_differ": Kind(
        "please_check", "household", "", "同户各行该列不一致，请统一。"
    ),
    "phone_missing": Kind(
        "please_check",
        "household",
        "联系电话",
        "请补填户主联系电话；确无电话的填亲属或村干部电话。",
    ),
    "phone_length": Kind(
        "please_check", "household", "联系电话", "联系电话应为 11 位手机号，请核对。"
    ),
    "phone_shared": Kind("please_check", "household", "联系电话", "该电话与其他户相同，请核对。"),
    "schooling_both": Kind(
        "please_check", "cell", "在校生状况", "在校生不填文化程度，请只保留一项。"
    ),
    "schooling_neither": Kind(
        "please_check", "cell", "文化程度", "文化程度与在校生状况均为空，请补填一项。"
    ),
    "schooling_out_of_school": Kind(
        "please_check",
        "cell",
        "在校生状况",
        "义务教育阶段年龄未在校，请核实并填写未上学原因、组织劝返。",
    ),
    "schooling_stage_age": Kind(
        "please_check", "cell", "在校生状况", "在校阶段与年龄不符，请核对。"
    ),
    "education_age": Kind("please_check", "cell", "文化程度", "文化程度与年龄不符，请核对。"),
    "labour_healthy_none": Kind(
        "please_check", "cell", "劳动技能", "劳动年龄内身体健康且不在校，劳动技能请核对。"
    ),
    "labour_healthy_lost": Kind(
        "please_check", "cell", "劳动技能", "健康人员不应为丧失劳动力，请核对健康状况或劳动技能。"
    ),
    "labour_child": Kind("please_check", "cell", "劳动技能", "未满 16 周岁应为无劳动力，请核对。"),
    "labour_severe_disability": Kind(
        "please_check", "cell", "劳动技能", "一、二级肢体残疾人员的劳动技能请核对。"
    ),
    "labour_missing": Kind("please_check", "cell", "劳动技能", "请补填劳动技能。"),
    "health_missing": Kind("please_check", "cell", "健康状况", "请补填健康状况。"),
    "work_without_labour": Kind(
        "please_check", "cell", "务工时间", "无劳动能力人员有务工时间，请核对。"
    ),
    "student_working": Kind("please_check", "cell", "务工时间", "在校生有务工时间，请核对。"),
    "work_place_months": Kind(
        "please_check", "cell", "务工时间", "务工状况与务工时间不一致，请核对。"
    ),
    "months_range": Kind("must_fix", "cell", "务工时间", "务工时间应为 0 至 12 的整月数。"),
    "insurance_both": Kind(
        "please_check",
        "cell",
        "是否参加城镇职工基本医疗保险",
        "居民医保与职工医保只能参加一种，请核对。",
    ),
    "absence_reason_healthy": Kind(
        "please_check", "cell", "失学或辍学原因", "因病或因残失学而健康状况为健康，请核对。"
    ),
    "water_contradiction": Kind(
        "please_check", "household", "饮水困难", "饮水安全与饮水困难都为是，请核对。"
    ),
    "insurance_none": Kind(
        "please_check",
        "cell",
        "是否参加城镇职工基本医疗保险",
        "居民医保与职工医保都没有参加，请核对并动员参保。",
    ),
    "serious_insurance_none": Kind(
        "please_check", "cell", "参加大病医疗", "没有参加大病保险，请与医保名册核对。"
    ),
    "yesno_invalid": Kind("must_fix", "cell", "", "该列只能填“是”或“否”。"),
    "choice_unknown": Kind("must_fix", "cell", "", "所填内容不在代码表中，请从下拉选项中选择。"),
    "income_missing": Kind("please_check", "household", "人均纯收入", "请补填人均纯收入。"),
    "income_not_number": Kind(
        "must_fix", "household", "人均纯收入", "人均纯收入应为数字（元），请改正。"
    ),
    "income_negative": Kind(
        "please_check", "household", "人均纯收入", "人均纯收入为负数，请核对生产经营支出。"
    ),
    "income_implausible": Kind(
        "please_check", "household", "人均纯收入", "人均纯收入明显过低或过高，请核对单位和小数点。"
    ),
    "exit_year_invalid": Kind(
        "must_fix", "household", "脱贫年度", "脱贫年度应为 2014 年以来的年份。"
    ),
    "exit_year_missing": Kind("please_check", "household", "脱贫年度", "已脱贫户请补填脱贫年度。"),
    "exit_year_unexpected": Kind(
        "please_check", "household", "脱贫年度", "未脱贫户不应有脱贫年度，请核对。"
    ),
    "cause_illness_nobody": Kind(
        "please_check", "household", "主要致贫原因", "致贫原因为因病但家中无病人，请核对。"
    ),
    "cause_disability_nobody": Kind(
        "please_check", "household", "主要致贫原因", "致贫原因为因残但家中无残疾人，请核对。"
    ),
    "cause_schooling_nobody": Kind(
        "please_check", "household", "主要致贫原因", "致贫原因为因学但家中无在校生，请核对。"
    ),
    "cause_labour_enough": Kind(
        "please_check",
        "household",
        "主要致贫原因",
        "致贫原因为缺劳力但半数以上成员有劳动力，请核对。",
    ),
    "date_invalid": Kind("must_fix", "cell", "", "日期不存在或晚于填报日，请改正。"),
    "date_order": Kind("please_check", "cell", "", "结束日期早于开始日期，请核对。"),
    "risk_missing": Kind(
        "please_check", "household", "风险识别时间", "监测对象请补填风险识别时间。"
    ),
    "amount_not_number": Kind("must_fix", "cell", "", "金额应为数字，请改正。"),
    "amount_negative": Kind("please_check", "cell", "", "金额为负数，请核对。"),
    "amount_missing": Kind("please_check", "cell", "", "请补填金额。"),
    "amount_sum": Kind("please_check", "cell", "自付金额", "总费用与补偿、自付之和不符，请核对。"),
    "row_duplicate": Kind(
        "please_check", "cell", "证件号码/身份证号", "该行与上文重复，请删除其一。"
    ),
    "person_unknown": Kind(
        "please_check", "cell", "身份证号", "台账中没有此人，请核对号码或确认是否已迁出。"
    ),
    "name_mismatch": Kind("please_check", "cell", "姓名", "姓名与台账不符，请核对。"),
    "village_counts": Kind("please_check", "cell", "危房户数", "分项户数大于总户数，请核对。"),
    "village_passed_lacks": Kind(
        "please_check", "cell", "是否出列", "已出列而集体经济收入、道路等为无，请核对。"
    ),
    "village_status": Kind(
        "must_fix", "cell", "经济薄弱村类型", "经济薄弱村类型只能填“省定”“市定”或留空。"
    ),
    HARMLESS: Kind("none", "cell", "", ""),
}
"""差错目录: column empty = several columns; see the remedy."""


TRUE_TO_LIFE = (
    "income_missing", "disability_no_certificate", "id_placeholder", "labour_missing",
    "health_missing", "schooling_neither", "schooling_out_of_school", "insurance_none",
    "serious_insurance_none", "water_contradiction", "absence_reason_healthy",
    "village_passed_lacks",
)  # fmt: skip
"""属实疑点: doubts that the city's own people give cause for; all others come from clerks."""


class Error(NamedTuple):
    """植入差错: one planted error. `row` is the cell; naming it anywhere in first..last is right.

    `group` ties cells together that make one finding (both rows of a duplicate, or two cells that
    contradict each other). original == written where life itself is odd.
    """

    file: str
    sheet: str
    row: int
    first_row: int
    last_row: int
    column: str
    kind: str
    original: str
    written: str
    household: str
    group: str = ""

    @property
    def severity(self) -> Severity:
        """How bad this kind is."""
        return CATALOGUE[self.kind].severity
