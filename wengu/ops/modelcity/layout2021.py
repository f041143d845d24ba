"""2021 年人员表: the person table of the national system with its 47 columns."""

from wengu.kernel.idcard import DISABILITY_TYPES
from wengu.ops.modelcity.layouts import INSURANCES, Fill, Layout, Line, certificate, yes

_LONGEST_HEAD_NUMBER = 18


def _always(text: str) -> Fill:
    return lambda line: text


def _certificate_kind(line: Line) -> str:
    if not line.person.has_papers:
        return "其他"
    long = len(certificate(line.person)) > _LONGEST_HEAD_NUMBER
    return "残疾人证" if long else "居民身份证"


def _supported(kind: str) -> Fill:
    def fill(line: Line) -> str:
        support = line.home.support
        return yes(flag=support is not None and support.kind == kind)

    return fill


def _disability_kind(line: Line) -> str:
    disability = line.person.disability
    known = disability is not None and disability.in_number
    return DISABILITY_TYPES[disability.kind] if disability and known else ""


def _disability_year(line: Line) -> str:
    disability = line.person.disability
    return f"{disability.issued:%Y}" if disability and disability.in_number else ""


EXPORT_2021 = Layout(
    "2021",
    "家庭成员信息",
    (
        ("province", "省", _always("江苏省")),
        ("city", "市", _always("连云港市")),
        ("county", "县", lambda line: line.home.village.county),
        ("town", "乡", lambda line: line.home.village.town),
        ("village", "村", lambda line: line.home.village.everyday),
        ("household", "户编号", lambda line: line.home.number),
        ("person", "人口编号", lambda line: line.home.person_number(line.place)),
        ("name", "姓名", lambda line: line.person.name),
        ("sex", "性别", lambda line: line.person.sex),
        ("birth", "出生日期", lambda line: f"{line.person.birth:%Y%m%d}"),
        ("certificate_kind", "证件类型", _certificate_kind),
        ("number", "证件号码", lambda line: certificate(line.person)),
        ("nation", "民族", lambda line: line.person.nation),
        ("phone", "户联系电话", lambda line: line.home.phone),
        ("own_phone", "成员联系电话", lambda line: line.home.phone if line.place == 0 else ""),
        ("year", "年度", _always("")),  # the year of the data, which the sheet knows
        ("relation", "与户主关系", lambda line: line.person.relation),
        ("education", "文化程度", lambda line: line.person.education),
        ("schooling", "在校生状况", lambda line: line.person.schooling),
        ("labour", "劳动技能", lambda line: line.person.labour),
        ("months", "务工时间（月）", lambda line: _number(line.person.months)),
        ("health", "健康状况", lambda line: ",".join(line.person.health)),
        ("party", "政治面貌", lambda line: line.person.party),
        ("employer", "务工企业名称", _always("")),
        ("on_dibao", "是否享受低保", _supported("农村低保")),
        ("employee_pension", "是否参加城镇职工基本养老保险", INSURANCES["employee_pension"]),
        ("insurance", "是否参加大病保险", lambda line: line.person.insurance),
        (
            "resident_medical",
            "是否参加新型农村合作医疗（城乡居民基本医疗保险）",
            INSURANCES["resident_medical"],
        ),
        ("resident_pension", "是否参加城乡居民基本养老保险", INSURANCES["resident_pension"]),
        ("absence", "失学或辍学原因", lambda line: line.person.absence),
        (
            "mandarin",
            "是否会讲普通话",
            lambda line: yes(flag=line.person.education != "文盲或半文盲"),
        ),
        ("commercial", "是否参加商业补充医疗保险", _always("否")),
        ("abroad", "是否国外务工", _always("否")),
        ("trade", "产业分类", _always("")),
        (
            "serious_aid",
            "是否接受大病医疗救助",
            lambda line: yes(flag="患有大病" in line.person.health),
        ),
        ("other_aid", "是否接受其他健康扶贫", _always("否")),
        ("post", "公益性岗位类型", _always("")),
        ("post_months", "公益性岗位(月数)", _always("")),
        ("channel", "就业渠道", _always("")),
        ("disability_kind", "残疾类别", _disability_kind),
        ("work_place", "务工所在地", lambda line: line.person.work_place),
        ("head_name", "户主姓名", lambda line: line.home.head.name),
        ("head_number", "户主证件号码", lambda line: certificate(line.home.head)),
        ("employee_medical", "是否参加城镇职工基本医疗保险", INSURANCES["employee_medical"]),
        ("destitute", "是否特困供养人员", _supported("农村特困供养")),
        ("disability_year", "残疾证办证年度", _disability_year),
        ("standard", "识别标准", _always("省定标准")),
    ),
)


def _number(months: int | None) -> str:
    return "" if months is None else str(months)
