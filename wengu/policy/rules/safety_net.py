"""二（四）兜底帮扶: gradual exit and single-person cover (2.4.3), the two alerts (2.4.5)."""

from typing import Any

from wengu.policy.pack import EFFECTIVE, pack
from wengu.policy.readings import reading_text
from wengu.rules import decide, otherwise, when
from wengu.rules.branches import Decision


@pack.clause(
    "2.4.3", rule="gradual-exit", subject="household", term="渐退期", term_en="Gradual exit",
    quote="现有农村低保户中的建档立卡低收入家庭，年人均收入超过低保最低标准但在2倍以内的，"
    "给予不超过2年的渐退期",
    effective=EFFECTIVE, measures=("渐退期",), reading=reading_text("gradual-exit"),
    cases="""
    with registered=1 dibao=1 income_heads=1
    with P.dibao_standard=610.00 P.gradual_exit_multiple=200% P.gradual_exit_months=24
    as_of       registered dibao grace_since income_fen urban_dibao | branch
    2020-10-31  1          1     -           7319.99    ?           | keep
    2020-10-31  1          1     -           7320.00    ?           | keep      # equal is not "over"
    2020-10-31  1          1     -           7320.01    ?           | start
    2020-10-31  1          1     -           14640.00   ?           | start     # 2 times is within 2 times
    2020-10-31  1          1     -           14640.01   ?           | exit
    2020-10-30  1          1     2018-10-31  14640.00   ?           | grace     # last day of the 24 months
    2020-10-31  1          1     2018-10-31  14640.00   ?           | expired   # on that day it is over
    2020-11-01  1          1     2018-10-31  14640.00   ?           | expired
    2020-10-31  1          1     2018-10-31  7320.00    ?           | keep
    2020-10-31  0          1     -           8000.00    ?           | outside
    2020-10-31  1          0     -           8000.00    ?           | outside
    2020-10-31  ?          0     -           8000.00    ?           | outside
    2020-10-31  1          1     -           ?          ?           | unknown(income_fen)
    2020-10-31  ?          1     -           8000.00    ?           | unknown(registered)
    2020-10-31  1          ?     -           8000.00    ?           | unknown(dibao)
    2020-10-31  1          1     -           7320.01    0           | start
    2020-10-31  1          1     -           7320.01    1           | outside   # 农村低保户: urban dibao is another
    2020-10-30  1          1     2018-10-31  14640.00   1           | outside
    """,
)  # fmt: skip
def gradual_exit(h: Any, P: Any) -> Decision:
    return decide(
        when((~h.dibao_and_registered).or_(False), "outside", False,
             "不是现有农村低保户中的建档立卡户", term_en="not both in rural dibao and registered",
             default=True),
        when((~h.above_standard).or_(False), "keep", False, "收入未超过低保标准，低保不变",
             term_en="income not above the standard: dibao stays as it is"),
        when(h.above_ceiling.or_(False), "exit", False,
             "收入超过渐退上限，不予渐退", term_en="income above the ceiling: no gradual exit"),
        when(~h.in_gradual_exit, "expired", False, "渐退期已满，退出低保",
             term_en="gradual exit is over: leaves"),
        when(~h.grace_since.is_known(), "start", True, "收入超过标准但在2倍以内，开始渐退期",
             term_en="above the standard, within 2 times: gradual exit begins"),
        otherwise("grace", True, "渐退期内，继续享受低保",
                  term_en="within the gradual exit: keeps its dibao"),
    )  # fmt: skip


@pack.clause(
    "2.4.3", rule="single-person-cover", subject="person", term="单人保",
    term_en="Single-person cover",
    quote="人均收入低于低保标准2倍的重残、重病人员，实施“单人保”", effective=EFFECTIVE,
    measures=("“单人保”",), reading=reading_text("single-person-cover"),
    cases="""
    with household.registered=0 household.dibao=0 household.income_heads=1 serious_illness=0
    with P.dibao_standard=610.00 P.gradual_exit_multiple=200% P.gradual_exit_months=24
    with P.single_person_multiple=200% P.severe_disabilities=41,42,53
    as_of      household.income_fen household.dibao household.registered household.destitute destitute disability serious_illness household.bills_listed_on household.urban_dibao | branch
    2020-07-01 14639.99             0               0                    0                   0         41         0               2020-07-01                ?                     | cover
    2020-07-01 14640.00             0               0                    0                   0         41         0               2020-07-01                ?                     | income   # at 2 times it is not below
    2020-07-01 14640.01             0               0                    0                   0         41         0               2020-07-01                ?                     | income
    2020-07-01 14639.99             0               0                    0                   0         无          1               2020-07-01                ?                     | cover
    2020-07-01 14639.99             0               0                    0                   0         43         0               2020-07-01                ?                     | neither
    2020-07-01 14639.99             0               0                    0                   0         53         0               2020-07-01                ?                     | cover
    2020-07-01 7320.00              1               0                    0                   0         41         0               2020-07-01                ?                     | household
    2020-07-01 7320.01              1               0                    0                   0         41         0               2020-07-01                ?                     | cover
    2020-07-01 7320.01              1               1                    0                   0         41         0               2020-07-01                ?                     | grace
    2020-07-01 7320.01              ?               0                    0                   0         41         0               2020-07-01                ?                     | cover
    2020-07-01 ?                    0               0                    0                   0         41         0               2020-07-01                ?                     | unknown(household.income_fen)
    2020-07-01 14639.99             0               0                    0                   0         ?          0               2020-07-01                ?                     | unknown(disability,disabled)
    2020-07-01 14639.99             0               0                    0                   0         ?          1               2020-07-01                ?                     | cover
    2020-07-01 14639.99             0               0                    1                   1         41         0               2020-07-01                ?                     | destitute   # not twice
    2020-07-01 14639.99             0               0                    1                   ?         41         0               2020-07-01                ?                     | destitute   # as the household
    2020-07-01 14639.99             0               0                    1                   0         41         0               2020-07-01                ?                     | cover
    2020-07-01 14639.99             0               0                    0                   1         41         0               2020-07-01                ?                     | destitute
    2020-07-01 14639.99             0               0                    ?                   ?         41         0               2020-07-01                ?                     | unknown(household.destitute)
    2020-07-01 14640.00             0               0                    1                   1         41         0               2020-07-01                ?                     | income
    2020-07-01 14639.99             0               0                    0                   ?         无          0               ?                         ?                     | unknown(household.bills_listed_on)
    2020-07-01 14639.99             0               0                    0                   ?         41         0               ?                         ?                     | cover
    2020-07-01 7320.01              1               1                    0                   0         41         0               2020-07-01                1                     | household   # urban dibao has another standard
    2020-07-01 14639.99             1               0                    0                   0         41         0               2020-07-01                1                     | household
    2020-07-01 14639.99             0               0                    0                   0         41         0               2020-07-01                1                     | cover
    """,
)  # fmt: skip
def single_person_cover(p: Any, P: Any) -> Decision:
    home = p.household
    return decide(
        when((~p.hard_hit).or_(False), "neither", False, "不是重残、重病人员",
             term_en="neither severely disabled nor seriously ill", default=True),
        when((~home.below_single_limit).or_(False), "income", False, "人均收入不低于低保标准2倍",
             term_en="income at or above 2 times the standard"),
        when(p.in_destitute_support.or_(False), "destitute", False, "已享受特困供养，不重复",
             term_en="in destitute support: not twice"),
        when(home.keeps_dibao.or_(False), "household", False, "全户继续享受低保，不重复",
             term_en="the household keeps its dibao: not twice"),
        when(~(p.hard_hit & home.below_single_limit & ~p.in_destitute_support
               & ~home.keeps_dibao & ~home.in_gradual_exit), "grace", False, "全户在渐退期内，期满后再实施单人保",
             term_en="the household is in gradual exit: single-person cover follows it"),
        otherwise("cover", True, "重残或重病，人均收入低于低保标准2倍，实施单人保",
                  term_en="severely disabled or seriously ill, below 2 times the standard"),
    )  # fmt: skip


@pack.clause(
    "2.4.5", rule="near-poverty", subject="household", term="近贫预警",
    term_en="Near-poverty alert", quote="探索建立近贫预警、骤贫处置、脱贫保稳工作机制",
    effective=EFFECTIVE, measures=("近贫预警", "脱贫保稳"), reading=reading_text("near-poverty"),
    cases="""
    with dibao=0 destitute=0 income_heads=1 members.labour=普通劳动力 members.bills.total_fen=5000.00
    with members.bills.basic_fen=3000.00 members.bills.serious_fen=1000.00
    with P.low_income_line=6000.00 P.near_poverty_multiple=150% P.burden_months=12
    as_of       income_fen dibao destitute members.bills.discharged members.bills.self_pay_fen bills_listed_on | branch
    2020-07-01  8999.99    0     0         -                        -                          2020-07-01      | low-income
    2020-07-01  9000.00    0     0         -                        -                          2020-07-01      | above
    2020-07-01  9000.01    0     0         -                        -                          2020-07-01      | above
    2020-07-01  10000.00   0     0         2020-06-30               1000.01                    2020-07-01      | burden
    2020-07-01  10000.00   0     0         2020-06-30               1000.00                    2020-07-01      | above
    2020-07-01  10000.00   0     0         2020-06-30               999.99                     2020-07-01      | above
    2020-07-01  9999.99    0     0         2020-06-30               ?                          2020-07-01      | burden    # 5000 less 3000 and 1000
    2020-07-01  10000.00   0     0         2019-07-02               1000.01                    2020-07-01      | burden
    2020-07-01  10000.00   0     0         2020-07-01               1000.01                    2020-07-01      | burden
    2020-07-01  10000.00   0     0         2020-07-02               1000.01                    2020-07-01      | above     # not yet
    2020-07-01  10000.00   0     0         2019-07-01               1000.01                    2020-07-01      | above     # twelve months are full
    2020-07-01  8999.99    1     0         -                        -                          2020-07-01      | covered
    2020-07-01  8999.99    ?     0         -                        -                          2020-07-01      | unknown(dibao)
    2020-07-01  ?          0     1         -                        -                          2020-07-01      | covered
    2020-07-01  ?          0     0         -                        -                          2020-07-01      | unknown(income_fen)
    2020-07-01  10000.00   0     0         2020-06-30               1000.00                     2020-06-30      | above
    2020-07-01  10000.00   0     0         -                        -                           ?               | unknown(bills_listed_on)
    2020-07-01  8999.99    0     0         -                        -                           ?               | low-income
    2020-07-01  10000.00   0     0         2020-06-30               1000.01                     ?               | burden    # more bills only add to it
    """,
)  # fmt: skip
def near_poverty(h: Any, P: Any) -> Decision:
    return decide(
        when(h.covered.or_(False), "covered", False, "已纳入低保或特困，按兜底管理",
             term_en="in dibao or destitute support: carried already"),
        when(~h.near_poverty, "above", False, "扣除自付医疗费后收入仍高于预警线",
             term_en="after own payments still at or above the alert line"),
        when(h.income_near_line.or_(False), "low-income", True, "收入低于预警线",
             term_en="income below the alert line"),
        otherwise("burden", True, "扣除自付医疗费后收入低于预警线",
                  term_en="below the alert line after own payments"),
    )  # fmt: skip


@pack.clause(
    "2.4.5", rule="sudden-shock", subject="household", term="骤贫处置", term_en="Sudden shock",
    quote="在遭遇突发事件、意外伤害、重大疾病等情况时，能够得到最基本的生活保障",
    effective=EFFECTIVE, measures=("骤贫处置", "防贫保"), reading=reading_text("sudden-shock"),
    cases="""
    with income_heads=1 members.labour=普通劳动力 members.bills.total_fen=20000.00 members.bills.basic_fen=5000.00
    with members.bills.serious_fen=0.00 P.shock_months=6 P.shock_burden_share=50%
    as_of       disaster_on income_fen members.bills.discharged members.bills.self_pay_fen bills_listed_on | branch
    2020-07-01  2020-01-02  20000.00   -                        -                          2020-07-01      | disaster
    2020-07-01  2020-01-01  20000.00   -                        -                          2020-07-01      | none      # six months are full on that day
    2020-07-01  2020-07-01  20000.00   -                        -                          2020-07-01      | disaster
    2020-07-01  2020-07-02  20000.00   -                        -                          2020-07-01      | none      # not yet
    2020-07-01  -           20000.00   2020-06-30               10000.00                   2020-07-01      | none      # equal is not "above"
    2020-07-01  -           20000.00   2020-06-30               10000.01                   2020-07-01      | illness
    2020-07-01  -           20000.00   2020-06-30               9999.99                    2020-07-01      | none
    2020-07-01  -           20000.00   2020-06-30               ?                          2020-07-01      | illness   # 20000 less 5000
    2020-07-01  -           20000.00   2020-01-01               10000.01                   2020-07-01      | none
    2020-07-01  -           20000.00   2020-01-02               10000.01                   2020-07-01      | illness
    2020-07-01  -           20000.00   2020-07-01               10000.01                   2020-07-01      | illness
    2020-07-01  -           20000.00   2020-07-02               10000.01                   2020-07-01      | none      # not yet
    2020-07-01  -           ?          -                        -                          2020-07-01      | none      # paid nothing
    2020-07-01  -           -1000.00   -                        -                          2020-07-01      | none
    2020-07-01  2020-06-30  ?          -                        -                          2020-07-01      | disaster
    2020-07-01  -           ?          2020-06-30               10000.01                   2020-07-01      | unknown(income_fen)
    2020-07-01  -           20000.00   2020-06-30               10000.00                    2020-06-30      | none
    2020-07-01  -           20000.00   -                        -                           ?               | unknown(bills_listed_on)
    2020-07-01  -           20000.00   2020-06-30               10000.01                    ?               | illness   # more bills only add to it
    2020-07-01  2020-06-30  20000.00   -                        -                           ?               | disaster
    """,
)  # fmt: skip
def sudden_shock(h: Any, P: Any) -> Decision:
    return decide(
        when(~h.shocked, "none", False, "近期未受灾，自付医疗费不重",
             term_en="not struck recently, own payments not heavy"),
        when(h.struck.or_(False), "disaster", True, "近期受灾", term_en="struck by a disaster"),
        otherwise("illness", True, "近期自付医疗费过重", term_en="own medical payments too heavy"),
    )  # fmt: skip
