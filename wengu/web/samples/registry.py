"""台账样张: the list of a town's households."""

from datetime import date

from wengu.web.samples import surround
from wengu.web.screens import ColumnChoice, Listing
from wengu.web.shapes import (
    Absent,
    Action,
    Cell,
    Choice,
    Column,
    Field,
    Link,
    Mark,
    Masked,
    Money,
    Nothing,
    Pager,
    Row,
    Search,
    Status,
    Urgency,
)

_STEADY, _ALERT, _ACTING, _OPEN = (
    Status("green", "稳定"), Status("amber", "预警"), Status("red", "处置中"), Status("open", "待核")
)  # fmt: skip
_NONE = Absent()
_ONE_OPEN = Mark("unknown", "待核 1 条")

# Number, head, village, people, class, fen per head, decisions, risk, last visit.
_ROWS: tuple[tuple[str, str, str, int, str, int | None, Cell, Status, Cell], ...] = (
    ("2000035", "赵甲一", "河东村", 3, "低收入边缘", 726000, Mark("true", "近贫预警"), _ALERT, "06-28"),
    ("2000211", "周戊五", "河东村", 4, "非建档立卡边缘", None, _ONE_OPEN, _OPEN, "04-18"),
    ("2010184", "钱乙二", "小园村", 2, "兜底脱贫", 684050, Mark("true", "渐退期"), _STEADY, "06-26"),
    ("2020319", "朱庚八", "方徐村", 1, "兜底脱贫", 508800, Mark("true", "低保续保"), _STEADY, "06-30"),
    ("2030116", "陈癸十", "郑庄村", 3, "低收入边缘", 726000, Mark("true", "渐退期"), _STEADY, "06-12"),
    ("2040170", "杨己七", "王圩村", 5, "低收入边缘", 631000, Mark("true", "近贫预警"), _ALERT, "06-18"),
    ("2050197", "尤壬十", "山西村", 3, "高质量脱贫", 1248000, _NONE, _STEADY, "06-17"),
    ("2060089", "郑庚七", "山前村", 4, "高质量脱贫", 1890000, _NONE, _STEADY, "05-30"),
    ("2060387", "冯壬九", "山前村", 1, "兜底脱贫", 576000, Mark("true", "低保续保"), _STEADY, "06-17"),
    ("2070333", "孙丙三", "任庄村", 5, "低收入边缘", 931533, Mark("true", "单人保 1 人"), _STEADY, "06-30"),
    ("2080137", "李丁四", "披甲墩村", 3, "低收入边缘", 864000,
     (Mark("true", "渐退期"), Mark("unknown", "待核 2 条")), _OPEN, "06-28"),
    ("2090360", "吴己六", "刘庄村", 3, "低收入边缘", 840000, Mark("true", "骤贫处置"), _ACTING, "06-18"),
    ("2100238", "王辛八", "张湾村", 2, "兜底脱贫", 512000, Mark("true", "低保续保"), _STEADY, "06-21"),
    ("2110143", "蒋丙四", "官路口村", 4, "低收入边缘", 1264000, _NONE, _STEADY, "05-30"),
    ("2150048", "秦辛九", "向阳村", 4, "高质量脱贫", 1627550, _NONE, _STEADY, "06-21"),
    ("2150346", "许癸一", "向阳村", 2, "低收入边缘", 1108000, _NONE, _STEADY, "06-28"),
    ("2160292", "沈丁五", "彭洼村", 3, "高质量脱贫", 2140000, _NONE, _STEADY, "06-29"),
    ("2180021", "韩戊六", "港西村", 2, "低收入边缘", None, _ONE_OPEN, _OPEN, "06-12"),
    ("2190265", "褚甲二", "七里松村", 4, "高质量脱贫", 1432067, _NONE, _STEADY, "98 天前"),
    ("2200414", "卫乙三", "川星村", 2, "兜底脱贫", 1098000, Mark("true", "渐退期"), _STEADY, "06-26"),
)  # fmt: skip

_COLUMNS = (
    Column("户编号", sort_url="?sort=-number", sorted="ascending", desk_only=True), Column("户主"),
    Column("证件号码", desk_only=True), Column("村、社区", sort_url="?sort=village"), Column("人口", numeric=True),
    Column("户的类别"), Column("人均年收入（元）", numeric=True, sort_url="?sort=income"),
    Column("现行认定"), Column("风险", sort_url="?sort=risk"), Column("最近走访"), Column("结对干部", desk_only=True),
)  # fmt: skip


def _visited(text: str) -> Cell:
    if text.endswith("前"):
        urgency: Urgency = "amber"
        return Status(urgency, text)
    month, day = map(int, text.split("-"))
    return date(2020, month, day)


def _row(row: tuple[str, str, str, int, str, int | None, Cell, Status, Cell]) -> Row:
    number, head, village, people, kind, fen, decisions, risk, visited = row
    cells = (
        f"320723100{number}", Link(head, "/parts/household/", strong=True), Masked("320723"),
        village, people, kind, Money(fen), decisions, risk, _visited(str(visited)),
        Link("何甲三", "/parts/form/"),
    )  # fmt: skip
    current = head in {"赵甲一", "杨己七", "吴己六"}
    return Row(cells, key=number, label=head, current=current)


def _select(name: str, label: str, *choices: str) -> Field:
    return Field(name, label, "select", choices=tuple(Choice(c, c) for c in choices))


def _search() -> Search:
    return Search(
        "/parts/list/",
        (
            Field("q", "关键字", placeholder="户主、拼音首字母、户编号"),
            _select("village", "村、社区", "全镇 34 个", "河东村", "小园村"),
            _select("class", "户的类别", "全部四类", "高质量脱贫", "低收入边缘"),
            _select("decision", "认定结果", "全部认定", "渐退期", "近贫预警"),
            _select("risk", "风险状态", "不限", "处置中", "预警", "稳定", "待核"),
            _select("cause", "致贫原因", "不限", "因病", "因残"),
            _select("visited", "最近走访", "不限", "30 天内", "超过 90 天"),
        ),
        more=(
            Field("since", "纳入日期起", "date"), Field("until", "纳入日期止", "date"),
            _select("housing", "住房等级", "不限", "C级", "D级"),
        ),
    )  # fmt: skip


def _pager() -> Pager:
    return Pager(
        1, 20, 1284, 1, 65,
        sizes=(Link("20"), Link("50", "?size=50"), Link("100", "?size=100")),
        next_url="?page=2", url="/parts/list/", kept=(("size", "20"),),
    )  # fmt: skip


def listing(*, empty: bool = False) -> Listing:
    """户台账 of a town, or the same list with conditions that nobody meets."""
    more = ("致贫原因", "结对干部", "住房等级", "饮水安全")
    return Listing(
        title="户台账",
        crumbs=(surround.CITY, surround.COUNTY, Link("伊山镇")),
        search=_search(),
        total=0 if empty else 1284,
        unit="户",
        people=0 if empty else 4012,
        unknown=0 if empty else 31,
        unknown_url="?risk=unknown",
        sorted_by="户编号 ↑",
        columns=_COLUMNS,
        rows=() if empty else tuple(_row(row) for row in _ROWS),
        pager=_pager(),
        actions=(
            Action("新增一户", "/parts/form/"),
            Action("导入", "/parts/review/", desk_only=True),
            Action("导出 1,284 户", "?export=xlsx", desk_only=True),
        ),
        batch=(
            Action("导出 3 户", "/parts/", method="post", desk_only=True),
            Action("加入核对名单", "/parts/", method="post", desk_only=True),
            Action("派走访任务", "/parts/", kind="primary", method="post"),
        ),
        select_all_url="?all=1",
        all_columns=(
            *(ColumnChoice(f"c{i}", c.label, chosen=True, locked=i < 2) for i, c in enumerate(_COLUMNS)),
            *(ColumnChoice(f"m{i}", label) for i, label in enumerate(more)),
        ),
        columns_name="households",
        nothing=Nothing(
            "没有符合条件的户。",
            "您限定了“风险状态：处置中”和“河东村”。",
            (Link("去掉河东村，有 3 户", "?risk=red"), Link("重置全部条件", "/parts/list/")),
        ),
    )  # fmt: skip
