"""部件样张: one of each component."""

from dataclasses import dataclass

from django.http import HttpRequest

from wengu.web.samples import household, policy, registry, work
from wengu.web.shapes import (
    Choice,
    Failure,
    Field,
    Job,
    Link,
    Masked,
    Notice,
    Nothing,
    Text,
)


@dataclass(frozen=True, slots=True)
class Swatch:
    """色样 with its contrast."""

    style: str
    label: str
    ratio: str


SWATCHES = (
    Swatch("", "墨 正文", "15.9 : 1"), Swatch("wash2", "次墨 说明", "7.6 : 1"),
    Swatch("wash3", "淡墨 提示", "5.4 : 1"), Swatch("tint", "石青 操作", "8.0 : 1"),
    Swatch("act", "反白按钮", "9.3 : 1"), Swatch("bad", "朱 逾期", "6.4 : 1"),
    Swatch("warn", "赭 临期", "6.6 : 1"), Swatch("good", "松 按期", "6.6 : 1"),
)  # fmt: skip


def fields() -> tuple[Field, ...]:
    """记一次走访: one field in error, one that may stay unknown."""
    return (
        Field("at", "走访时间", value="2020-06-30 19:40", hint="可改，晚上、没信号时走访一样算"),
        Field("met", "见到了谁", "checks", hint="可多选", choices=(
            Choice("1", "李丁四（户主）", chosen=True), Choice("2", "李丁五（之子）"),
            Choice("3", "李丁六（之孙女）", chosen=True), Choice("0", "没见到人"))),
        Field("wage", "李丁五本月务工收入（元）", "number", "310000", hint="上月 2,400.00 元，已带出",
              error="310,000.00 元是上月的 129 倍。是 3,100.00 元吗？改好后会自动消掉这条提示；确实如此，请在第 6 项写明。"),
        Field("trouble", "有没有新困难", "checks", hint="有一项就会自动报警，不用另填表", choices=(
            Choice("ill", "生病住院", chosen=True), Choice("hit", "受灾、意外"), Choice("job", "丢了工作"),
            Choice("school", "孩子没上学"), Choice("house", "房子、饮水不安全"), Choice("none", "都没有"))),
        Field("paid", "住院自付金额（元）", "number", hint="正缺这一项，近贫预警等它；不知道可选待核",
              placeholder="照结算单填，例如 3,260.50", unknown="待核，结算单没拿到"),
        Field("note", "情况说明", "area", hint="可不填"),
    )  # fmt: skip


def parts(request: HttpRequest) -> dict[str, object]:
    """Return the context of parts/parts.html."""
    ask = "仍不行请把编号告诉县系统管理员。"
    return {
        "swatches": SWATCHES,
        "masked": Masked("320723", reveal_url="/parts/", left_today=27, purposes=("入户核实", "核对身份")),
        "nothing": registry.listing(empty=True).nothing or Nothing(""),
        "failure": Failure("名单没有取到，您填的条件还在。", "7F3A-21", "/parts/", ask),
        "job": Job("入库 第 13 批", 14_000, 21_262, "行", 6, "/parts/"),
        "confirm": work.undo(opened=True),
        "notices": (
            Notice("", "good", "已派 3 户走访任务给 何甲三，07-08 前。",
                   (Link("撤回", "/parts/"), Link("看任务", "/parts/desk/")), live=True),
            Notice("公示已到 7 天，系统今晚 24:00 自动撤下。", "warn"),
            Notice("灌云县低保标准有拟定值，2020-10-01 起。"),
        ),
        "columns": registry.listing().all_columns,
        "figures": work.desk().figures,
        "facts": household.facts(),
        "explanation": household.explanation(),
        "events": household.timeline(),
        "chart": policy.chart(),
        "chart_table": policy.chart_table(),
        "map": policy.city_map(),
        "fields": fields()[:3],
        "pager": registry.listing().pager,
        "changes": policy.difference().table.rows[1].cells[4],
        "dibao": Text("500.00 元/月"),
        "host": request.get_host(),
    }  # fmt: skip
