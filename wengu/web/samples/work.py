"""工作样张: the desk of a town clerk and the review of an import."""

from datetime import date

from wengu.web.samples import surround
from wengu.web.screens import Desk, Doubt, Reason, Review, Section, SheetCell, SheetRow, Task
from wengu.web.shapes import (
    Absent,
    Action,
    Column,
    Confirmation,
    Figure,
    Link,
    Notice,
    Pager,
    Row,
    Table,
    Text,
    Urgency,
)

_CLAUSE = "/parts/clause/"


def _task(urgency: Urgency, due_text: str, due: str, *rest: str) -> Task:
    title, who, place, why, clause, origin, action = rest
    month, day = map(int, due.split("-"))
    return Task(urgency, due_text, date(2020, month, day), title, "/parts/form/", who, place, why,
                clause, _CLAUSE, origin, action)  # fmt: skip


def _tasks() -> tuple[Task, ...]:
    return (
        _task("red", "逾期 2 个工作日", "06-29", "上门核实", "周戊五", "河东村",
              "线上申报 2 个工作日内上门", "2.4.5", "农户自主申报", "去核实"),
        _task("red", "逾期 1 个工作日", "06-30", "答复异议", "2020 年第 6 批公示", "王圩村",
              "异议 5 个工作日内答复", "3.5", "村内公示", "去答复"),
        _task("amber", "今天 17:30", "07-01", "补医院自付金额", "李丁四", "披甲墩村",
              "缺 1 项事实，近贫预警判不了", "2.4.5", "第 183 次运行", "去补"),
        _task("amber", "剩 1 个工作日", "07-02", "镇初审", "吴己六", "刘庄村",
              "骤贫处置，公示期满无异议", "2.4.5", "医保局住院费用", "去初审"),
        _task("amber", "剩 2 个工作日", "07-03", "镇初审", "孙丙三", "任庄村",
              "单人保申请，肢体二级", "2.4.3", "残联名单", "去初审"),
        _task("amber", "剩 2 个工作日", "07-03", "核对重复身份", "冯壬九、冯壬九", "山前村",
              "同一证件号码在两户", "2.1.3", "导入第 12 批", "去核对"),
        _task("green", "剩 4 个工作日", "07-07", "打印认定表并签字", "陈癸十", "郑庄村",
              "渐退期 2020-07-01 开始", "2.4.3", "第 183 次运行", "去打印"),
        _task("green", "剩 5 个工作日", "07-08", "派走访任务", "褚甲二等 6 户", "七里松村",
              "上季度没有走访记录", "3.1", "走访统计", "去派"),
        _task("green", "剩 8 个工作日", "07-13", "渐退期满前谈话", "卫乙三", "川星村",
              "渐退期 2020-08-01 结束", "2.4.3", "权益日历", "去安排"),
        _task("green", "剩 10 个工作日", "07-15", "季度表核对签字", "二季度兜底帮扶统计表", "伊山镇",
              "42 项，0 项需手工填", "3.4", "季度调度", "去核对"),
    )  # fmt: skip


def _sections() -> tuple[Section, ...]:
    def households(n: int, unit: str = "户") -> Link:
        return Link(f"{n} {unit}", "/parts/list/")

    moved = (
        Row(("近贫预警", households(3), households(1))), Row(("渐退期", households(1), households(1))),
        Row(("单人保", households(2, "人"), Absent())), Row(("待核", households(4), households(1))),
    )  # fmt: skip
    missing = (
        ("2020 年住院自付金额", "县医保局，6 月份表未到", 18), ("残疾类别与等级", "县残联", 8),
        ("2019 年务工收入", "结对干部走访时问", 5),
    )  # fmt: skip
    lacking = tuple(Row((Text(f, below=a), Link(str(n), "/parts/list/"))) for f, a, n in missing)
    return (
        Section("changes", "昨夜的变化", Table("昨夜的变化", (
            Column("认定"), Column("进入", numeric=True), Column("离开", numeric=True)), moved),
            "第 182 → 183 次运行"),
        Section("missing", "待核缺什么", Table("待核缺什么", (
            Column("缺的事实 ・ 该问谁"), Column("户", numeric=True)), lacking), "31 户"),
        Section("notices", "公示中", Table("公示中", (Column("批次"), Column("撤下", numeric=True)), (
            Row((Link("王圩村 2020 年第 6 批", "/parts/", below="3 户，1 条异议"), date(2020, 7, 2))),
            Row((Link("刘庄村 2020 年第 7 批", "/parts/", below="2 户，无异议"), date(2020, 7, 6))),
        )), "2 批"),
    )  # fmt: skip


def desk() -> Desk:
    """伊山镇 on 2020-07-01."""
    return Desk(
        title="今天要办 17 件，2 件已逾期", crumbs=(surround.CITY, surround.COUNTY, Link("伊山镇")),
        meta=("星期三", "2020-07-01", "伊山镇 21 个村 13 个社区"),
        actions=(Action("新增一户", "/parts/form/", desk_only=True), Action("导入工作簿", "/parts/review/", desk_only=True),
                 Action("派走访任务", "/parts/form/", kind="primary")),
        figures=(
            Figure("逾期", 2, "件", "?due=red", "red"),
            Figure("2 个工作日内到期", 4, "件", "?due=amber", "amber"),
            Figure("待核：缺事实，判不了", 31, "户", "/parts/list/"),
            Figure("昨夜认定有变化", 13, "户", "/parts/diff/"),
            Figure("在册 4,012 人", 1284, "户", "/parts/list/"),
        ),
        orders=(Link("按期限排"), Link("按村排", "?by=village"), Link("只看逾期", "?due=red")),
        tasks=_tasks(), total=17, all_url="?all=1", sections=_sections(),
    )  # fmt: skip


_HEADERS = ("姓名", "证件号码", "人数", "与户主关系", "民族", "文化程度", "在校生状况", "健康状况", "劳动技能")
_ID = "320723············"


def _sheet_row(number: int, name: str, cells: str, doubts: str, doubt: Doubt) -> SheetRow:
    """`cells` are the texts after the name, `doubts` one letter for each cell: . m c."""
    texts = (name, *cells.split("|"))
    kinds = {".": "", "m": "must", "c": "check"}
    marked = tuple(SheetCell(t, kinds[d]) for t, d in zip(texts, doubts, strict=True))
    return SheetRow(number, marked, (doubt,))


def _fix(*words: str) -> tuple[Link, ...]:
    return tuple(Link(word, f"?fix={i}") for i, word in enumerate(words))


def _sheet() -> tuple[SheetRow, ...]:
    return (
        _sheet_row(4127, "周戊五", f"{_ID}|4|户主|汉族|小学||健康|普通劳动力", ".m.......",
                   Doubt(True, "H4127 证件号码", "校验位不符：前 17 位算出末位应为 6，表里是 3。请照身份证原件改；若系统里就是占位号，改选“无有效证件”。",
                         _fix("改这一格", "标为无有效证件"))),
        _sheet_row(4128, "钱乙二", "3.20723E+17|2|户主|汉族|初中||长期慢性病|弱劳动力或半劳动力", ".m.......",
                   Doubt(True, "H4128 证件号码", "Excel 把 18 位号码存成了数字，后 3 位已丢失，系统不猜。请从原系统重新导出为文本。", _fix("改这一格"))),
        _sheet_row(4135, "孙丙三", f"{_ID}|5|户主|汉族|文盲或半文盲||残疾|丧失劳动力", ".m.......",
                   Doubt(True, "H4135 证件号码", "同一号码已在王圩村 3207231002040088 户（配偶），2019-11-06 起。是迁入还是重复？",
                         _fix("按迁入办", "退回村里核"))),
        _sheet_row(4160, "吴己六", f"{_ID}|3|户主|汉族|高中|普通高中二年级|健康|普通劳动力", ".....cc..",
                   Doubt(False, "L4160、M4160", "文化程度与在校生状况只应填一个。本户主 46 岁，在校生状况可能填错。",
                         _fix("清空 M4160", "两格都对，说明理由"))),
        _sheet_row(4171, "冯壬九", f"{_ID}|1|户主|汉族|小学||健康|丧失劳动力", ".......cc",
                   Doubt(False, "N4171、O4171", "健康却丧失劳动力。67 岁可改为“弱劳动力或半劳动力”，或补残疾、疾病情况。",
                         _fix("改这一格", "豁免，附证明"))),
        _sheet_row(4202, "沈丁五", f"{_ID}|2|之子|汉族|初中||健康|普通劳动力", "...m.....",
                   Doubt(True, "J4202 与户主关系", "这一户 2 人都不是户主。请指定户主；原户主 2020-04-30 已登记死亡。",
                         _fix("指定沈丁五为户主", "退回村里核"))),
        _sheet_row(4233, "秦辛九", f"{_ID}|4|之女|汉族|||健康|无劳动力", "......c..",
                   Doubt(False, "M4233", "11 岁，没有在校生状况，也没有未上学原因。可能失学，会转二（六）2 核查。",
                         _fix("改这一格", "确认未上学，转核查"))),
    )  # fmt: skip


def _reasons() -> tuple[Reason, ...]:
    reasons = (
        ("证件号码校验位不符", "H", 72, True), ("同一证件号码在两户", "H", 18, True),
        ("身份证号被存成数字", "H", 21, True), ("人均纯收入不是数", "Z", 9, True),
        ("没有户主或有两个户主", "J", 14, True), ("与户主关系和性别矛盾", "J", 11, False),
        ("文化程度与在校生状况同时填", "L", 38, False), ("适龄未在校，没有原因", "M", 6, False),
        ("健康但丧失劳动力", "O", 29, False),
    )  # fmt: skip
    return (
        Reason("全部疑点", "", 218, "", current=True),
        *(Reason(label, col, n, f"?reason={i}", must) for i, (label, col, n, must) in enumerate(reasons)),
    )  # fmt: skip


def undo(*, opened: bool = False) -> Confirmation:
    """撤销整批."""
    return Confirmation(
        "撤销整批", "撤销第 13 批导入？",
        "会删去 312 行新增，1,846 行恢复成原值；其中 4 户已据此开了办件，办件保留并标“依据已撤”。撤销后可重新导入。",
        "撤销 2,158 行", "不撤销", "/parts/", count=2158, opened=opened,
    )  # fmt: skip


def review() -> Review:
    """第 13 批."""
    return Review(
        title="导入审查：脱贫人口信息_20200630（灌云县）.xlsx", crumbs=(surround.CITY, Link("灌云县")),
        meta=("第 13 批", "金癸十 2020-07-01 08:42 上传", "第 3 行识别为表头，37 列全部对上", "末行“合计”已跳过", "读取 3.1 秒"),
        actions=(Action("下载疑点工作簿（原版式）", "?doubts=xlsx", desk_only=True),
                 Action("先入库 21,262 行", "/parts/", kind="primary", method="post")),
        figures=(
            Figure("共读入", 21480, "行", "?all=1"), Figure("新增", 312, "行", "?new=1"),
            Figure("有变化", 1846, "行", "?changed=1"), Figure("与台账相同", 19104, "行", "?same=1"),
            Figure("必须改，暂不入库", 134, "行", "?must=1", "red"),
            Figure("请核对，暂不入库", 84, "行", "?check=1", "amber"),
        ),
        notice=Notice("入库只写 21,262 行，218 行留在这里等您改，不影响别的行。改好的工作簿再传一次，已入库的行不会重复。入库后 30 日内可整批撤销。"),
        reasons=_reasons(), letters=tuple("GHIJKLMNO"), header_row=3, headers=_HEADERS, rows=_sheet(),
        shown=7, total=218, pager=Pager(1, 7, 218, 1, 32, next_url="?page=2", url="/parts/review/"),
        only_must_url="?must=1", undo=undo(),
    )  # fmt: skip
