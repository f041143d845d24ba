"""规则包: the pack of this document, and the derived facts its clauses share.

A fact here is one reading used by several clauses, so that two clauses cannot read it differently.
"""

from typing import Any

from wengu.policy.parameters.definitions import rule_parameters
from wengu.policy.vocabulary import TABLES
from wengu.rules import AS_OF, BP, Pack, age, need, within_months

VERSION = "2020.1"
EFFECTIVE = ("2020-01-01", None)
"""施行: the document is undated and speaks of the year 2020 (adr/0002)."""

ABLE = ("普通劳动力", "技能劳动力", "弱劳动力或半劳动力")
NOT_IN_SCHOOL = ("非在校", "学龄前儿童")
MONITORED = ("脱贫不稳定户", "边缘易致贫户", "突发严重困难户")
DANGEROUS = ("C级", "D级")
FINISHED = ("初中", "高中", "大专", "大专及以上", "本科及以上")
"""已完成义务教育: education completed at the end of junior high school, or above it."""

pack = Pack("wengu-2020", VERSION, tables=TABLES, parameters=rule_parameters())


def annual_standard(h: Any, P: Any) -> Any:
    """Return the annual dibao standard of as many heads as share the income."""
    return P.dibao_standard * 12 * need(h.income_heads)


def below_line(h: Any, P: Any, multiple: Any) -> Any:
    """Return whether income per head is below this multiple of the low-income line."""
    return need(h.income_fen) * BP < P.low_income_line * multiple * need(h.income_heads)


def own_payments(h: Any, months: Any) -> Any:
    """Return what the family paid itself for stays that ended within so many months."""
    return need(
        h.members.sum(
            lambda p: need(
                p.bills.sum(
                    lambda b: b.own_payment,
                    where=lambda b: within_months(b.discharged, months) & (b.discharged <= AS_OF),
                )
            )
        )
    )


@pack.fact("bill", term="实际自付", term_en="paid by the family after all payments")
def own_payment(b: Any, P: Any) -> Any:
    return b.self_pay_fen.or_(b.total_fen - need(b.basic_fen) - need(b.serious_fen))


@pack.fact("person", term="义务教育适龄", term_en="of compulsory school age")
def of_school_age(p: Any, P: Any) -> Any:
    years = age(need(p.birth))
    return (years >= P.compulsory_age_from) & (years <= P.compulsory_age_to)


@pack.fact("person", term="不在校", term_en="not in school")
def not_in_school(p: Any, P: Any) -> Any:
    return need(p.schooling).in_(NOT_IN_SCHOOL)


@pack.fact("person", term="有据的因病因残不能就读", term_en="kept from school, with evidence")
def excused(p: Any, P: Any) -> Any:
    ill = (need(p.absence_reason) == "因病") & (need(p.chronic) | need(p.serious_illness))
    return ill | ((need(p.absence_reason) == "因残") & need(p.disabled))


@pack.fact("person", term="已完成义务教育", term_en="has finished compulsory schooling")
def finished_school(p: Any, P: Any) -> Any:
    # Whoever began early ends a year early; below that age the word is of a stage left, not ended.
    old_enough = age(need(p.birth)) >= P.compulsory_age_to - 1
    return old_enough & need(p.education).in_(FINISHED)


@pack.fact("person", term="失学辍学", term_en="out of school")
def out_of_school(p: Any, P: Any) -> Any:
    return p.of_school_age & p.not_in_school & ~p.finished_school & ~p.excused


@pack.fact("person", term="已参加基本医疗保险", term_en="in basic medical insurance")
def medically_insured(p: Any, P: Any) -> Any:
    # Serious-illness insurance comes with the basic one: sheets that state only it state both.
    implied = ~p.medical_insurance.is_known() & need(p.serious_illness_insurance)
    return need(p.medical_insurance) | implied


@pack.fact("person", term="重残", term_en="severely disabled")
def severely_disabled(p: Any, P: Any) -> Any:
    code = need(p.disability)
    # A person recorded as not disabled needs no certificate to be not severely disabled.
    stated = p.disability.is_known() | need(p.disabled)
    return (code != "无") & code.in_(P.severe_disabilities) & stated


@pack.fact("household", term="住院名册晚于基准日", term_en="hospital list later than the day")
def bills_open(h: Any, P: Any) -> Any:
    # Never true, but unknown until the county's list has arrived: more bills may then turn up.
    return need(h.bills_listed_on) > AS_OF


@pack.fact("person", term="重病", term_en="seriously ill")
def seriously_ill(p: Any, P: Any) -> Any:
    listed = p.bills.any(lambda b: b.diagnosis.in_(P.serious_diseases))
    return need(p.serious_illness) | listed | p.household.bills_open


@pack.fact("person", term="重残或重病", term_en="severely disabled or seriously ill")
def hard_hit(p: Any, P: Any) -> Any:
    return p.severely_disabled | p.seriously_ill


@pack.fact("person", term="享受特困供养", term_en="in destitute support")
def in_destitute_support(p: Any, P: Any) -> Any:
    # Of whom nothing is said is as the household.
    as_household = need(p.household.destitute) & p.destitute.or_(True)
    return p.destitute.or_(False) | as_household


@pack.fact("household", term="全户特困供养", term_en="wholly in destitute support")
def all_destitute(h: Any, P: Any) -> Any:
    # A member of whom nothing is said is as the household: rosters say it of the household alone.
    return need(h.destitute) & h.members.every(lambda m: m.destitute.or_(True))


@pack.fact("household", term="已纳入低保或特困", term_en="in dibao or destitute support")
def covered(h: Any, P: Any) -> Any:
    return need(h.dibao) | h.all_destitute


@pack.fact("household", term="家中无劳动力", term_en="nobody able to work")
def no_labour(h: Any, P: Any) -> Any:
    return ~h.members.any(lambda p: need(p.labour).in_(ABLE))


@pack.fact("household", term="危房", term_en="dangerous house")
def in_danger(h: Any, P: Any) -> Any:
    graded, listed = need(h.house_grade).in_(DANGEROUS), need(h.house_dangerous)
    # Two records of one thing: either settles it alone, and a danger in either counts.
    return graded.or_(False) | listed.or_(False) | (graded & listed)


@pack.fact("household", term="饮水不安全", term_en="drinking water not safe")
def water_unsafe(h: Any, P: Any) -> Any:
    return ~need(h.safe_water) | need(h.water_difficulty)


@pack.fact("household", term="三保障和饮水有缺口", term_en="a guarantee or water is lacking")
def guarantee_open(h: Any, P: Any) -> Any:
    return (
        h.members.any(lambda p: p.out_of_school)
        | h.members.any(lambda p: ~p.medically_insured)
        | h.in_danger
        | h.water_unsafe
    )


@pack.fact("household", term="预警期内自付", term_en="own payments of the alert period")
def burden_payments(h: Any, P: Any) -> Any:
    return own_payments(h, P.burden_months)


@pack.fact("household", term="观察期内自付", term_en="own payments of the shock window")
def shock_payments(h: Any, P: Any) -> Any:
    return own_payments(h, P.shock_months)


@pack.fact("household", term="收入已近低收入标准", term_en="income near the line")
def income_near_line(h: Any, P: Any) -> Any:
    return below_line(h, P, P.near_poverty_multiple)


@pack.fact("household", term="扣除自付后收入已近低收入标准", term_en="near after own payments")
def near_after_payments(h: Any, P: Any) -> Any:
    heads, size = need(h.income_heads), h.members.count()
    left = need(h.income_fen) * size - h.burden_payments * heads
    near = left * BP < P.low_income_line * P.near_poverty_multiple * heads * size
    return near | h.bills_open


@pack.fact("household", term="近贫", term_en="near poverty")
def near_poverty(h: Any, P: Any) -> Any:
    return (h.income_near_line | h.near_after_payments) & ~h.covered


@pack.fact("household", term="近期受灾", term_en="struck recently")
def struck(h: Any, P: Any) -> Any:
    recent = within_months(need(h.disaster_on), P.shock_months) & (need(h.disaster_on) <= AS_OF)
    return h.disaster_on.is_known() & recent


@pack.fact("household", term="近期自付医疗费过重", term_en="recent own payments too heavy")
def burdened(h: Any, P: Any) -> Any:
    paid = h.shock_payments
    share = need(h.income_fen) * h.members.count() * P.shock_burden_share
    # Who paid nothing is not burdened, even where a year's business ended in a loss.
    return ((paid > 0) & (paid * need(h.income_heads) * BP > share)) | h.bills_open


@pack.fact("household", term="骤贫", term_en="sudden shock")
def shocked(h: Any, P: Any) -> Any:
    return h.struck | h.burdened


@pack.fact("household", term="收入低于边缘线", term_en="below the marginal line")
def below_marginal_line(h: Any, P: Any) -> Any:
    return below_line(h, P, P.marginal_multiple)


@pack.fact("household", term="低收入边缘", term_en="marginal")
def marginal(h: Any, P: Any) -> Any:
    return h.below_marginal_line | h.guarantee_open


@pack.fact("household", term="兜底", term_en="carried by the safety net")
def safety_net(h: Any, P: Any) -> Any:
    return h.covered | h.no_labour


@pack.fact("household", term="收入超过低保标准", term_en="income above the standard")
def above_standard(h: Any, P: Any) -> Any:
    return need(h.income_fen) > annual_standard(h, P)


@pack.fact("household", term="收入超过渐退上限", term_en="income above the gradual-exit ceiling")
def above_ceiling(h: Any, P: Any) -> Any:
    return need(h.income_fen) * BP > annual_standard(h, P) * P.gradual_exit_multiple


@pack.fact("household", term="农村低保户且建档立卡", term_en="in rural dibao and registered")
def dibao_and_registered(h: Any, P: Any) -> Any:
    return need(h.registered) & need(h.dibao) & ~h.urban_dibao.or_(False)


@pack.fact("household", term="处于渐退期", term_en="in gradual exit")
def in_gradual_exit(h: Any, P: Any) -> Any:
    running = within_months(need(h.grace_since), P.gradual_exit_months)
    return (
        h.dibao_and_registered
        & h.above_standard
        & ~h.above_ceiling
        & (~h.grace_since.is_known() | running)
    )


@pack.fact("household", term="全户继续享受低保", term_en="the household keeps its dibao")
def keeps_dibao(h: Any, P: Any) -> Any:
    # Urban dibao has a standard of its own: whoever holds it keeps it, whatever the rural one says.
    return need(h.dibao) & (h.urban_dibao.or_(False) | ~h.above_standard)


@pack.fact("household", term="收入低于单人保上限", term_en="below the single-person limit")
def below_single_limit(h: Any, P: Any) -> Any:
    return need(h.income_fen) * BP < annual_standard(h, P) * P.single_person_multiple


@pack.fact("household", term="贫困残疾人家庭", term_en="a poor family with a disabled member")
def poor_disabled(h: Any, P: Any) -> Any:
    return h.members.any(lambda m: need(m.disabled)) & h.below_marginal_line


@pack.fact("household", term="四类重点对象", term_en="of the four key groups")
def key_group(h: Any, P: Any) -> Any:
    # One member in destitute support is enough here: the clause names the persons.
    return need(h.registered) | need(h.dibao) | need(h.destitute) | h.poor_disabled
