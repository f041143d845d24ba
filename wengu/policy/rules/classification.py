"""二（一）分类帮扶: the four classes of households (2.1.4 to 2.1.7), three of villages (2.1.9).

The four rules are rungs of one ladder (adr/0006): every household is in at most one class.
A reason is given where it is certain (`.or_(False)`); the last one before the class is the whole
condition, so that a missing fact leaves a class open only where it could change it.
"""

from typing import Any

from wengu.policy.pack import EFFECTIVE, MONITORED, pack
from wengu.policy.readings import reading_text
from wengu.rules import BP, decide, need, otherwise, when
from wengu.rules.branches import Branch, Decision


def _not_registered(h: Any) -> Branch:
    return when(
        (~need(h.registered)).or_(False), "not-registered", False, "不是建档立卡户",
        term_en="not a registered household", default=True,
    )  # fmt: skip


def exited(h: Any) -> Any:
    """Return whether the household counts as out of poverty; 预脱贫 and 返贫 do not."""
    return need(h.exit_status) == "已脱贫"


def _rungs_above(h: Any) -> tuple[Branch, ...]:
    """Return the rungs that come before the two classes of households that exited."""
    return (
        _not_registered(h),
        when(h.safety_net.or_(False), "safety-net", False, "属兜底脱贫人口",
             term_en="carried by the safety net"),
        when((~exited(h)).or_(False), "not-exited", False, "尚未脱贫",
             term_en="has not exited poverty"),
    )  # fmt: skip


_LADDER = """
    with registered=1 dibao=0 destitute=0 exit_status=已脱贫 income_heads=1 safe_water=1
    with water_difficulty=0 house_grade=A级 house_dangerous=0 members.birth=1980-01-01
    with members.labour=普通劳动力 members.schooling=非在校 members.medical_insurance=1
    with members.absence_reason=厌学 members.chronic=0 members.serious_illness=0 members.disabled=0
    with P.low_income_line=6000.00 P.marginal_multiple=150%
    with P.compulsory_age_from=6 P.compulsory_age_to=15
"""


@pack.clause(
    "2.1.4", rule="high-quality-exit", subject="household", term="高质量已脱贫户",
    term_en="Exited with high quality",
    quote="对高质量已脱贫人口，继续落实产业扶贫、金融扶贫等帮扶政策", effective=EFFECTIVE,
    measures=("产业扶贫、金融扶贫等帮扶政策", "增强化解扶贫小额信贷还贷风险能力",
              "培育成致富带头人或新型职业农民"),
    reading=reading_text("high-quality-exit"),
    cases=_LADDER + """
    as_of       registered exit_status dibao income_fen safe_water | branch
    2020-07-01  1          已脱贫      0     9000.00    1          | high-quality
    2020-07-01  1          已脱贫      0     9000.01    1          | high-quality
    2020-07-01  1          已脱贫      0     8999.99    1          | marginal
    2020-07-01  1          已脱贫      0     9000.00    0          | marginal
    2020-07-01  1          已脱贫      1     9000.00    1          | safety-net
    2020-07-01  1          预脱贫      0     9000.00    1          | not-exited
    2020-07-01  1          返贫        0     9000.00    1          | not-exited
    2020-07-01  0          已脱贫      0     9000.00    1          | not-registered
    2020-07-01  1          已脱贫      0     ?          1          | unknown(income_fen)
    2020-07-01  1          已脱贫      0     ?          0          | marginal
    2020-07-01  1          已脱贫      ?     9000.00    1          | unknown(dibao)
    2020-07-01  ?          已脱贫      0     9000.00    1          | unknown(registered)
    """,
)  # fmt: skip
def high_quality_exit(h: Any, P: Any) -> Decision:
    return decide(
        *_rungs_above(h),
        when(~(need(h.registered) & ~h.safety_net & exited(h) & ~h.marginal), "marginal", False,
             "属低收入边缘人口", term_en="of the low-income marginal population"),
        otherwise("high-quality", True, "已脱贫，收入稳定，三保障和饮水无缺口",
                  term_en="exited, income above the line, nothing lacking"),
    )  # fmt: skip


@pack.clause(
    "2.1.5", rule="low-income-marginal", subject="household", term="低收入边缘户",
    term_en="Low-income marginal",
    quote="对低收入边缘人口，扶持发展产业项目，开展劳动技能培训，解决就业问题",
    effective=EFFECTIVE, measures=("扶持发展产业项目", "劳动技能培训", "解决就业问题"),
    reading=reading_text("low-income-marginal"),
    cases=_LADDER + """
    as_of       registered exit_status destitute income_fen house_grade members.medical_insurance members.birth | branch
    2020-07-01  1          已脱贫      0         8999.99    A级         1                         1980-01-01    | low-income
    2020-07-01  1          已脱贫      0         9000.00    A级         1                         1980-01-01    | high-quality
    2020-07-01  1          已脱贫      0         9000.01    A级         1                         1980-01-01    | high-quality
    2020-07-01  1          已脱贫      0         9000.00    C级         1                         1980-01-01    | gap
    2020-07-01  1          已脱贫      0         9000.00    A级         0                         1980-01-01    | gap
    2020-07-01  1          已脱贫      0         ?          A级         0                         1980-01-01    | gap
    2020-07-01  1          已脱贫      0         9000.00    A级         0,1                       1980-01-01    | gap
    2020-07-01  1          已脱贫      0         9000.00    A级         1                         1980-01-01,2010-01-01 | gap
    2020-07-01  1          已脱贫      1         8999.99    A级         1                         1980-01-01    | safety-net
    2020-07-01  0          已脱贫      0         8999.99    A级         1                         1980-01-01    | not-registered
    2020-07-01  1          未脱贫      0         8999.99    A级         1                         1980-01-01    | not-exited
    2020-07-01  1          已脱贫      ?         ?          A级         1                         1980-01-01    | unknown(destitute,income_fen)
    2020-07-01  1          已脱贫      0         9000.00    A级         ?                         1980-01-01    | unknown(members.medical_insurance,members.serious_illness_insurance)
    2020-07-01  1          ?           0         8999.99    A级         1                         1980-01-01    | unknown(exit_status)
    """,
)  # fmt: skip
def low_income_marginal(h: Any, P: Any) -> Decision:
    return decide(
        *_rungs_above(h),
        when(~(need(h.registered) & ~h.safety_net & exited(h) & h.marginal), "high-quality", False,
             "属高质量已脱贫人口", term_en="exited with high quality"),
        when(h.below_marginal_line.or_(False), "low-income", True,
             "已脱贫，收入低于边缘线", term_en="exited, income below the marginal line"),
        otherwise("gap", True, "已脱贫，三保障或饮水有缺口",
                  term_en="exited, a guarantee or water is lacking"),
    )  # fmt: skip


@pack.clause(
    "2.1.6", rule="safety-net-exit", subject="household", term="兜底脱贫户",
    term_en="Carried by the safety net",
    quote="对兜底脱贫人口，按照有关社会保障政策，继续给予兜底救助", effective=EFFECTIVE,
    measures=("兜底救助",), reading=reading_text("safety-net-exit"),
    cases=_LADDER + """
    as_of       registered dibao destitute members.destitute members.labour | branch
    2020-07-01  1          1     0         0                 普通劳动力     | dibao
    2020-07-01  1          0     1         1                 普通劳动力     | destitute
    2020-07-01  1          0     1         ?                 普通劳动力     | destitute  # said of the household
    2020-07-01  1          ?     1         1                 普通劳动力     | destitute
    2020-07-01  1          0     1         1,0               无劳动力,普通劳动力 | self-reliant  # one is, the others are not
    2020-07-01  1          0     1         1,0               无劳动力,无劳动力   | no-labour
    2020-07-01  1          0     1         1,?               无劳动力,普通劳动力 | destitute
    2020-07-01  1          0     0         0                 无劳动力       | no-labour
    2020-07-01  1          ?     0         0                 丧失劳动力     | no-labour
    2020-07-01  1          0     0         0                 弱劳动力或半劳动力 | self-reliant
    2020-07-01  0          1     0         0                 普通劳动力     | not-registered
    2020-07-01  1          0     0         0,0               无劳动力,技能劳动力 | self-reliant
    2020-07-01  1          0     0         0                 ?              | unknown(members.labour)
    2020-07-01  1          ?     0         0                 普通劳动力     | unknown(dibao)
    2020-07-01  1          0     ?         1                 普通劳动力     | unknown(destitute)
    """,
)  # fmt: skip
def safety_net_exit(h: Any, P: Any) -> Decision:
    return decide(
        _not_registered(h),
        when(~(need(h.registered) & h.safety_net), "self-reliant", False,
             "有劳动力，未纳入低保、特困", term_en="able to work, in neither scheme"),
        when(need(h.dibao).or_(False), "dibao", True, "低保户", term_en="in dibao"),
        when(h.all_destitute.or_(False), "destitute", True, "特困供养户",
             term_en="in destitute support"),
        otherwise("no-labour", True, "家中无劳动力", term_en="nobody able to work"),
    )  # fmt: skip


@pack.clause(
    "2.1.7", rule="unregistered-marginal", subject="household", term="非建档立卡边缘户",
    term_en="Marginal, not registered",
    quote="对非建档立卡边缘人口，因病、因灾等导致生活暂时性困难的，"
    "通过民政临时救助、“防贫保”项目等给予先行救助",
    effective=EFFECTIVE, measures=("民政临时救助", "“防贫保”项目", "先行救助"),
    reading=reading_text("unregistered-marginal"),
    cases="""
    with registered=0 monitored=无 dibao=0 destitute=0 income_heads=1 income_fen=20000.00
    with members.labour=普通劳动力 P.low_income_line=6000.00 P.near_poverty_multiple=150%
    with P.burden_months=12 P.shock_months=6 P.shock_burden_share=50%
    as_of       registered monitored  income_fen disaster_on risk_cleared bills_listed_on | branch
    2020-07-01  0          无         9000.00    -           0            2020-07-01      | steady
    2020-07-01  0          无         8999.99    -           0            2020-07-01      | near
    2020-07-01  0          无         9000.01    -           0            2020-07-01      | steady
    2020-07-01  0          无         20000.00   2020-06-15  0            2020-07-01      | shock
    2020-07-01  0          无         20000.00   2020-01-01  0            2020-07-01      | steady
    2020-07-01  0          边缘易致贫户 20000.00 -           0            2020-07-01      | monitored
    2020-07-01  0          边缘易致贫户 20000.00 -           1            2020-07-01      | steady
    2020-07-01  0          边缘易致贫户 20000.00 -           ?            2020-07-01      | monitored
    2020-07-01  0          边缘易致贫户 ?        -           0            2020-07-01      | monitored
    2020-07-01  0          ?          20000.00   -           0            2020-07-01      | unknown(monitored)
    2020-07-01  0          无         ?          -           0            2020-07-01      | unknown(income_fen)
    2020-07-01  1          边缘易致贫户 8999.99  -           0            2020-07-01      | registered
    2020-07-01  ?          无         8999.99    -           0            2020-07-01      | unknown(registered)
    2020-07-01  0          无         20000.00   -           0             ?               | unknown(bills_listed_on)
    2020-07-01  0          无         20000.00   -           0             2020-06-30      | steady
    """,
)  # fmt: skip
def unregistered_marginal(h: Any, P: Any) -> Decision:
    # An empty record of clearance means that the household is still watched.
    monitored = need(h.monitored).in_(MONITORED) & ~h.risk_cleared.or_(False)
    return decide(
        when(need(h.registered).or_(False), "registered", False, "是建档立卡户",
             term_en="a registered household", default=True),
        when(~(~need(h.registered) & (monitored | h.near_poverty | h.shocked)), "steady", False,
             "未被监测，无近贫、骤贫", term_en="not monitored, neither near poverty nor shocked"),
        when(h.shocked.or_(False), "shock", True, "因病、因灾骤贫",
             term_en="struck by illness or disaster"),
        when(h.near_poverty.or_(False), "near", True, "近贫", term_en="near poverty"),
        otherwise("monitored", True, "已列为监测对象，风险未消除", term_en="monitored, risk not cleared"),
    )  # fmt: skip


_VILLAGE = """
    with P.village_income_line=180000.00 P.village_medium_share=50%
    as_of       collective_income_fen | branch
    2020-07-01  180000.01             | attained
    2020-07-01  180000.00             | attained
    2020-07-01  179999.99             | medium
    2020-07-01  90000.00              | medium
    2020-07-01  90000.01              | medium
    2020-07-01  89999.99              | low
    2020-07-01  ?                     | unknown(collective_income_fen)
"""


def _village(v: Any, P: Any, wanted: str) -> Decision:
    """Return the shared ladder of the three classes; one of them is what the rule is about."""
    income = need(v.collective_income_fen)
    return decide(
        when(income >= P.village_income_line, "attained", wanted == "attained", "收入达标村",
             term_en="income attains the standard"),
        when(income * BP >= P.village_income_line * P.village_medium_share, "medium",
             wanted == "medium", "收入中等村", term_en="medium income"),
        otherwise("low", wanted == "low", "收入偏低村", term_en="lowish income"),
    )  # fmt: skip


@pack.clause(
    "2.1.9", rule="village-attained", subject="village", term="收入达标村",
    term_en="Village income attained", quote="对收入达标村，壮大现有产业规模，规范资产管理，保持稳定增收",
    effective=EFFECTIVE, measures=("壮大现有产业规模", "规范资产管理", "保持稳定增收"),
    reading=reading_text("village-attained"), cases=_VILLAGE,
)  # fmt: skip
def village_attained(v: Any, P: Any) -> Decision:
    return _village(v, P, "attained")


@pack.clause(
    "2.1.9", rule="village-medium", subject="village", term="收入中等村",
    term_en="Village income medium", quote="对收入中等村，加大主导产业培育力度，增强“造血”功能",
    effective=EFFECTIVE, measures=("加大主导产业培育力度", "增强“造血”功能"),
    reading=reading_text("village-medium"), cases=_VILLAGE,
)  # fmt: skip
def village_medium(v: Any, P: Any) -> Decision:
    return _village(v, P, "medium")


@pack.clause(
    "2.1.9", rule="village-low", subject="village", term="收入偏低村",
    term_en="Village income low",
    quote="对收入偏低村，综合采取加强乡村集体公共空间治理、培育新型经营主体、招引产业项目等措施",
    effective=EFFECTIVE,
    measures=("加强乡村集体公共空间治理", "培育新型经营主体", "招引产业项目"),
    reading=reading_text("village-low"), cases=_VILLAGE,
)  # fmt: skip
def village_low(v: Any, P: Any) -> Decision:
    return _village(v, P, "low")
