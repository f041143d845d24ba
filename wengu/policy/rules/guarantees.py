"""二（六）三保障: schooling (2.6.2) and housing (2.6.9)."""

from typing import Any

from wengu.policy.pack import EFFECTIVE, pack
from wengu.policy.readings import reading_text
from wengu.rules import decide, need, otherwise, when
from wengu.rules.branches import Decision


@pack.clause(
    "2.6.2", rule="schooling-gap", subject="person", term="疑似失学辍学",
    term_en="Out of school", quote="对建档立卡家庭适龄学生就读、资助等情况再排查，"
    "不让一个低收入家庭的孩子因贫失学辍学",
    effective=EFFECTIVE, measures=("教育扶贫政策", "就读、资助等情况再排查"),
    reading=reading_text("schooling-gap"),
    cases="""
    with household.registered=1 schooling=非在校 absence_reason=厌学 education=小学
    with chronic=0 serious_illness=0 disabled=0
    with P.compulsory_age_from=6 P.compulsory_age_to=15
    as_of       household.registered birth       schooling education absence_reason chronic disabled | branch
    2020-07-01  1                    2014-07-02  非在校    小学      厌学           0       0        | outside
    2020-07-01  1                    2014-07-01  非在校    小学      厌学           0       0        | gap
    2020-07-01  1                    2010-01-01  非在校    小学      厌学           0       0        | gap
    2020-07-01  1                    2004-07-02  非在校    小学      厌学           0       0        | gap
    2020-07-01  1                    2004-07-01  非在校    小学      厌学           0       0        | outside
    2020-07-01  1                    2010-01-01  小学      ?         -              0       0        | in-school
    2020-07-01  1                    2005-01-01  非在校    初中      厌学           0       0        | finished
    2020-07-01  1                    2005-01-01  非在校    高中      ?              ?       ?        | finished   # nobody asks why
    2020-07-01  1                    2006-07-01  非在校    初中      厌学           0       0        | finished   # 14: began a year early
    2020-07-01  1                    2006-07-02  非在校    初中      厌学           0       0        | gap        # 13: a stage left, not ended
    2020-07-01  1                    2010-01-01  非在校    ?         厌学           0       0        | gap        # too young to have finished
    2020-07-01  1                    2005-01-01  非在校    ?         厌学           0       0        | unknown(education)
    2020-07-01  1                    2010-01-01  非在校    小学      因病           1       0        | excused
    2020-07-01  1                    2010-01-01  非在校    小学      因病           0       0        | gap        # illness without evidence
    2020-07-01  1                    2010-01-01  非在校    小学      因残           0       1        | excused
    2020-07-01  1                    2010-01-01  非在校    小学      因残           0       0        | gap
    2020-07-01  0                    2010-01-01  非在校    小学      厌学           0       0        | outside
    2020-07-01  1                    2010-01-01  非在校    小学      ?              1       0        | unknown(absence_reason)
    2020-07-01  1                    2010-01-01  ?         小学      厌学           0       0        | unknown(schooling)
    2020-07-01  1                    ?           非在校    小学      厌学           0       0        | unknown(birth)
    """,
)  # fmt: skip
def schooling_gap(p: Any, P: Any) -> Decision:
    registered = need(p.household.registered)
    return decide(
        when((~registered | ~p.of_school_age).or_(False), "outside", False,
             "不是建档立卡家庭的适龄学生", term_en="not of compulsory age in a registered household",
             default=True),
        when((~p.not_in_school).or_(False), "in-school", False, "在校就读", term_en="in school"),
        when((registered & p.finished_school).or_(False), "finished", False, "已完成义务教育",
             term_en="has finished compulsory schooling"),
        when(~(registered & p.out_of_school), "excused", False, "因病、因残不能就读，有据",
             term_en="kept away by illness or disability, with evidence"),
        otherwise("gap", True, "适龄而不在校，应劝返", term_en="of age and not in school"),
    )  # fmt: skip


@pack.clause(
    "2.6.9", rule="housing-gap", subject="household", term="住房不安全",
    term_en="Housing not safe",
    quote="加大建档立卡低收入农户、低保户、农村分散供养特困人员和贫困残疾人家庭等四类重点对象"
    "住房条件的排查和改造力度，确保四类重点对象有效解决住房安全问题",
    effective=EFFECTIVE, measures=("危房改造政策", "排查和改造"),
    reading=reading_text("housing-gap"),
    cases="""
    with registered=0 dibao=0 destitute=0 income_heads=1 income_fen=9000.00 house_dangerous=0
    with members.disabled=0 P.low_income_line=6000.00 P.marginal_multiple=150%
    as_of       registered dibao destitute income_fen members.disabled house_grade house_dangerous | branch
    2020-07-01  1          0     0         20000.00   0                D级         0               | rebuild
    2020-07-01  1          0     0         20000.00   0                C级         0               | reinforce
    2020-07-01  1          0     0         20000.00   0                B级         0               | safe
    2020-07-01  1          0     0         20000.00   0                ?           1               | appraise
    2020-07-01  1          0     0         20000.00   0                ?           0               | safe
    2020-07-01  1          0     0         20000.00   0                B级         1               | appraise
    2020-07-01  0          1     0         20000.00   0                D级         1               | rebuild
    2020-07-01  0          0     1         20000.00   0                D级         1               | rebuild
    2020-07-01  0          0     0         8999.99    1                D级         1               | rebuild
    2020-07-01  0          0     0         9000.00    1                D级         1               | outside
    2020-07-01  0          0     0         8999.99    0                D级         1               | outside
    2020-07-01  1          0     0         20000.00   0                ?           ?               | unknown(house_grade,house_dangerous)
    2020-07-01  0          0     0         8999.99    0,1              D级         1               | rebuild
    2020-07-01  0          0     0         ?          1                D级         1               | unknown(income_fen)
    2020-07-01  ?          0     0         8999.99    1                D级         1               | rebuild
    2020-07-01  ?          0     0         20000.00   0                D级         1               | unknown(registered)
    """,
)  # fmt: skip
def housing_gap(h: Any, P: Any) -> Decision:
    return decide(
        when((~h.key_group).or_(False), "outside", False, "不属四类重点对象",
             term_en="in none of the four key groups", default=True),
        when(~(h.key_group & h.in_danger), "safe", False, "住房安全", term_en="house is safe"),
        when((need(h.house_grade) == "D级").or_(False), "rebuild", True, "D级危房，应重建",
             term_en="grade D: rebuild"),
        when((need(h.house_grade) == "C级").or_(False), "reinforce", True, "C级危房，应加固",
             term_en="grade C: reinforce"),
        otherwise("appraise", True, "登记为危房，应鉴定等级", term_en="listed as dangerous: appraise"),
    )  # fmt: skip
