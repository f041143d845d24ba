"""差异页: two runs compared: rule × direction × cause, then the list old → new.

The numbers by direction are counted at once. A cause means deciding again, so that only the rows
shown get theirs with the page; the matrix fetches its own a moment later.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from wengu.accounts.permissions import Permission
from wengu.accounts.scope import Scope
from wengu.decisions import differences, movements
from wengu.decisions.differences import CAUSES, Difference
from wengu.decisions.models import Run
from wengu.decisions.movements import DOUBTED, Moved
from wengu.policy.rules import pack
from wengu.rules import Rule
from wengu.web import indicators, wording
from wengu.web.difference_rows import Names, row
from wengu.web.frame import crumbs, link
from wengu.web.screens import Difference as Page
from wengu.web.screens import Movement
from wengu.web.shapes import (
    Action,
    Choice,
    Column,
    Field,
    Figure,
    Notice,
    Pager,
    Row,
    Search,
    Table,
)

MOVES: Final = ("entered", "left", DOUBTED, "changed")
ROWS: Final = 20
# So many causes are sought with the page itself; up to the second number a moment later.
AT_ONCE, MOST_CAUSES = 20, 3_000
_KEPT: Final = 8
_kept: dict[tuple[object, ...], tuple[Difference, ...]] = {}


@dataclass(frozen=True, slots=True)
class Asked:
    """所问: the two runs and the filters of the address, already checked."""

    before: Run
    after: Run
    scope: Scope
    region: str
    rule: str = ""
    cause: str = ""
    move: str = ""
    page: int = 1

    def url(self, **changed: object) -> str:
        """Return the address of this page with some of its parts changed."""
        parts: dict[str, object] = {
            "a": self.before.pk, "b": self.after.pk, "region": self.region, "rule": self.rule,
            "cause": self.cause, "move": self.move,
        }  # fmt: skip
        return link("runs-diff", **{**parts, **changed})


def cause_words() -> dict[str, str]:
    """Return what the causes are called."""
    return {"fact": _("事实"), "policy": _("政策"), "clock": _("时间")}


def move_words() -> dict[str, str]:
    """Return what the directions are called."""
    return {
        "entered": _("进入"), "left": _("离开"), DOUBTED: _("转待核"), "changed": _("内容变化"),
    }  # fmt: skip


class Compared:
    """比较: what moved in scope, and the causes of as many as are wanted."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        rows = movements.changed(
            before=asked.before, after=asked.after, viewer=asked.scope, region=asked.region
        )
        if asked.rule:
            rows = rows.filter(rule=asked.rule)
        self.spans = rows.count()
        # Of these rules the post is given numbers and no names.
        self.hidden = {
            rule.name
            for rule in pack.rules
            if indicators.hides(asked.scope, rule.subject, rule.name)
        }
        self.too_many = self.spans > movements.MOST_SPANS
        self.moved: list[Moved] = [] if self.too_many else self._moved()

    def _moved(self) -> list[Moved]:
        asked = self.asked
        return movements.moved(
            before=asked.before, after=asked.after, viewer=asked.scope,
            region=asked.region, rule=asked.rule,
        )  # fmt: skip

    @property
    def may_explain(self) -> bool:
        """Whether there are few enough changes to seek every cause."""
        return not self.too_many and len(self.moved) <= MOST_CAUSES

    def all(self) -> tuple[Difference, ...]:
        """Return every difference with its causes; kept, since finished runs never change."""
        asked = self.asked
        key = (asked.before.pk, asked.after.pk, asked.scope.ranges, asked.region, asked.rule)
        found = _kept.get(key)
        if found is None:
            found = self.explained(self.moved)
            while len(_kept) >= _KEPT:
                _kept.pop(next(iter(_kept)))
            _kept[key] = found
        return found

    def explained(self, some: Sequence[Moved]) -> tuple[Difference, ...]:
        """Return some of the differences with their causes."""
        asked = self.asked
        found = differences.diff(
            before=asked.before, after=asked.after, viewer=asked.scope, some=some
        )
        return found.differences

    def every(self) -> tuple[Difference, ...]:
        """Return all that passes the filters, for a workbook; too many are refused by narrowing."""
        if not self.may_explain:
            return ()
        cause, move = self.asked.cause, self.asked.move
        shown = [one for one in self.all() if one.rule not in self.hidden]
        wanted = [one for one in shown if not cause or cause in one.causes]
        return tuple(one for one in wanted if not move or one.move == move)

    def listed(self) -> tuple[int, tuple[Difference, ...]]:
        """Return how many differences pass the filters, and those of the page asked for."""
        first = (self.asked.page - 1) * ROWS
        if self.asked.cause:
            found = self.every()
            return len(found), found[first : first + ROWS]
        move = self.asked.move
        shown = [one for one in self.moved if one.rule not in self.hidden]
        some = [one for one in shown if not move or one.move == move]
        return len(some), self.explained(some[first : first + ROWS])


def page(compared: Compared, *, causes: bool) -> Page:
    """Return what the template shows; `causes` fills the matrix now instead of a moment later."""
    asked = compared.asked
    causes = compared.may_explain and (causes or len(compared.moved) <= AT_ONCE)
    wanted = not asked.cause or compared.may_explain
    total, rows = compared.listed() if wanted else (0, ())
    may_export = asked.scope.allows(Permission.HOUSEHOLDS_EXPORT) and compared.may_explain
    export = Action(_("导出名单"), asked.url(export="xlsx"), desk_only=True)
    return Page(
        title=_("认定运行差异：第 %(a)s 次 → 第 %(b)s 次")
        % {"a": asked.before.pk, "b": asked.after.pk},
        crumbs=crumbs(asked.scope, asked.region, url=lambda code: asked.url(region=code)),
        meta=f"{_stated(asked.before)} → {_stated(asked.after)}",
        actions=(Action(_("换两次比"), link("runs")), *((export,) if may_export else ())),
        notice=_notice(compared, causes=causes),
        unit=_("户、人、村"),
        movements=_matrix(compared, causes=causes),
        filters=_listed_words(compared, total),
        table=_table(asked, rows),
        pager=_pager(asked, total),
        search=_search(asked),
        causes_url="" if causes or not compared.may_explain else asked.url(causes=1),
    )


def _listed_words(compared: Compared, total: int) -> tuple[str, ...]:
    unnamed = sum(one.rule in compared.hidden for one in compared.moved)
    words = (_("共 %(n)s 处") % {"n": wording.count(total)},)
    if not unnamed:
        return words
    more = _("另有 %(n)s 处按您的岗位只给数字，不列名单")
    return (*words, more % {"n": wording.count(unnamed)})


def _stated(run: Run) -> str:
    return _("%(day)s（快照 %(digest)s，政策 %(version)s）") % {
        "day": wording.day(run.on),
        "digest": run.snapshot[:8],
        "version": run.policy_version,
    }


def _notice(compared: Compared, *, causes: bool) -> Notice:
    asked = compared.asked
    if compared.too_many:
        words = _("变动 %(n)s 处，一页看不了：请先选一个镇或一条规则。")
        return Notice(words % {"n": wording.count(compared.spans)}, "warn")
    if asked.cause and not compared.may_explain:
        words = _("变动 %(n)s 处，逐处找原因太久：请先选一个镇或一条规则。")
        return Notice(words % {"n": wording.count(len(compared.moved))}, "warn")
    same = asked.before.policy_hash == asked.after.policy_hash
    policy = _("规则和参数表没有变。") if same else _("规则或参数表变了。")
    moves = Counter(one.move for one in compared.moved)
    numbers = _("%(moved)s 处进出，%(doubted)s 处转为待核，另有 %(changed)s 处只变内容。") % {
        "moved": wording.count(moves["entered"] + moves["left"]),
        "doubted": wording.count(moves[DOUBTED]),
        "changed": wording.count(moves["changed"]),
    }
    return Notice(policy + numbers + (_by_cause(compared) if causes else ""))


def _by_cause(compared: Compared) -> str:
    found = Counter(cause for one in compared.all() for cause in one.causes)
    parts = [f"{words} {wording.count(found[key])}" for key, words in cause_words().items()]
    return _("按原因：%(parts)s（一处可有几个原因）。") % {"parts": _("，").join(parts)}


def _matrix(compared: Compared, *, causes: bool) -> tuple[Movement, ...]:
    totals = Counter((one.rule, one.move) for one in compared.moved)
    by_cause: Mapping[tuple[str, str, str], int] = (
        Counter((d.rule, d.move, cause) for d in compared.all() for cause in d.causes)
        if causes
        else {}
    )
    moved = {one.rule for one in compared.moved}
    known = [rule for rule in pack.rules if rule.name in moved]
    rules = sorted(known, key=_place_in_document)

    def url(rule: str, move: str, cause: str) -> str:
        if rule in compared.hidden:
            return ""
        return compared.asked.url(rule=rule, move=move, cause=cause) + "#results"

    def figures(rule: str, move: str) -> tuple[Figure, ...]:
        whole = Figure("", totals[rule, move], "", url(rule, move, ""))
        if not causes:
            return (whole,)
        return (
            whole,
            *(
                Figure("", by_cause.get((rule, move, cause), 0), "", url(rule, move, cause))
                for cause in CAUSES
            ),
        )  # fmt: skip

    return tuple(
        Movement(
            rule=indicators.counted_in(rule),
            clause=rule.clause,
            clause_url=link("clause", rule.clause),
            entered=figures(rule.name, "entered"),
            left=figures(rule.name, "left"),
            doubted=figures(rule.name, DOUBTED)[0],
            changed=figures(rule.name, "changed")[0],
        )
        for rule in rules
    )


def _place_in_document(rule: Rule) -> list[int]:
    return [int(part) for part in rule.clause.split(".")]


def _table(asked: Asked, found: Sequence[Difference]) -> Table:
    columns = (
        Column(_("户、人、村")), Column(_("规则")),
        Column(_("原来 → 现在")),
        Column(_("原因")), Column(_("变的是什么")), Column(_("来源")), Column(_("日期")),
    )  # fmt: skip
    names = Names.of(found, asked.scope)
    rows: tuple[Row, ...] = tuple(row(one, names, asked.scope) for one in found)
    return Table(_("名单"), columns, rows, records=True)


def _pager(asked: Asked, total: int) -> Pager:
    pages = max(-(-total // ROWS), 1)
    page = min(asked.page, pages)
    first = (page - 1) * ROWS
    kept = (
        ("a", str(asked.before.pk)), ("b", str(asked.after.pk)), ("region", asked.region),
        ("rule", asked.rule), ("cause", asked.cause), ("move", asked.move),
    )  # fmt: skip
    return Pager(
        first=min(first + 1, total),
        last=min(first + ROWS, total),
        total=total,
        page=page,
        pages=pages,
        previous_url=asked.url(page=page - 1) if page > 1 else "",
        next_url=asked.url(page=page + 1) if page < pages else "",
        url=link("runs-diff"),
        kept=tuple((name, value) for name, value in kept if value),
    )


def _search(asked: Asked) -> Search:
    def choices(words: Mapping[str, str], chosen: str) -> tuple[Choice, ...]:
        first = Choice("", _("全部"), chosen=not chosen)
        rest = (Choice(key, text, chosen=key == chosen) for key, text in words.items())
        return (first, *rest)

    known = sorted(pack.in_force(asked.after.on), key=_place_in_document)
    rules = {rule.name: indicators.term(rule) for rule in known}
    return Search(
        url=link("runs-diff"),
        fields=(
            Field("region", _("区划"), "select", asked.region, _regions(asked)),
            Field("rule", _("规则"), "select", asked.rule, choices(rules, asked.rule)),
            Field("move", _("进出"), "select", asked.move, choices(move_words(), asked.move)),
            Field("cause", _("原因"), "select", asked.cause, choices(cause_words(), asked.cause)),
        ),
        kept=(("a", str(asked.before.pk)), ("b", str(asked.after.pk))),
    )


def _regions(asked: Asked) -> tuple[Choice, ...]:
    """Return the region itself and those below it, with the way back up to the viewer's own."""
    return tuple(
        Choice(code, name, chosen=code == asked.region)
        for code, name in indicators.around(asked.region, asked.scope)
    )
