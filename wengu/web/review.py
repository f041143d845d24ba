"""审查页的内容: a batch as its clerk sees it: reasons beside the sheet itself."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wengu.accounts import queries as accounts
from wengu.accounts.permissions import Permission
from wengu.audit import clock
from wengu.intake import queries, skips, unread
from wengu.intake.models import Batch, BatchState, Doubt, Row, RowState
from wengu.intake.spec import MUST_FIX, Head, letter
from wengu.kernel import mask
from wengu.registry.imports import reasons
from wengu.registry.imports.doors import door_of
from wengu.registry.imports.specs import in_fen
from wengu.web import labels, screens, wording
from wengu.web.access import Request
from wengu.web.frame import crumbs, link
from wengu.web.paging import Asked
from wengu.web.shapes import Action, Confirmation, Figure, Link, Nothing, Notice

Mask = Callable[[str], str]
ALWAYS: Final = ("name", "id_number", "relation")
SECRET: Final[Mapping[str, Mask]] = {
    "id_number": mask.id_number,
    "phone": mask.phone,
    "head_phone": mask.phone,
}
_ID_LENGTH: Final = 15
REVERSE_COUNTED_FROM: Final = 100
# Only these batches may be mended and brought in.
OPEN: Final = (BatchState.CHECKED, BatchState.APPLIED)
TOGETHER, ALL = "together", "all"
LISTS: Final = (ALL, TOGETHER, *RowState.values)


class Page:
    """一页审查: which rows are asked for, and everything around them."""

    def __init__(self, request: Request, batch: Batch, *, code: str, state: str) -> None:
        self.request, self.batch = request, batch
        self.code, self.state = code, state
        self.pages = Asked(request.GET, reverse("batch", args=[batch.pk]))
        self.open = batch.state in OPEN
        self.heads, self.door = queries.heads(batch), door_of(batch)
        self.tallies = queries.tallies(batch)
        self.english = wording.english()

    def shape(self) -> screens.Review:
        """Return what the template shows."""
        batch, rows = self.batch, self._rows()
        self.doubtful = queries.doubtful(batch).count()
        total = rows.count()
        first = (self.pages.page(total) - 1) * self.pages.size
        shown = list(rows[first : first + self.pages.size])
        self._read(shown)
        return screens.Review(
            title=_("导入审查：%(name)s") % {"name": batch.document.name},
            crumbs=crumbs(self.request.scope, batch.region, url=lambda code: link("batches")),
            meta=self._meta(),
            actions=self._actions(),
            figures=self._figures(),
            notice=self._notice(),
            reasons=self._reasons(),
            sheets=tuple(
                self._sheet(self.heads[sheet], tuple(rows))
                for sheet, rows in groupby(shown, key=lambda row: row.sheet)
            ),
            shown=len(shown),
            total=total,
            pager=self.pages.pager(total, len(shown), self._url),
            only_must_url=self._url(state="must_fix") if not self.state and not self.code else "",
            undo=self._undo(),
            nothing=None if shown else self._nothing(),
            release=self._release(),
            waiting=batch.counts["must_fix"] + batch.counts["please_check"],
        )

    def _rows(self) -> QuerySet[Row]:
        if self.code:
            return queries.doubtful(self.batch, self.code)
        if self.state == ALL:
            return queries.rows(self.batch)
        if self.state == TOGETHER:
            return queries.together(self.batch)
        if self.state:
            return queries.rows(self.batch).filter(state=self.state)
        return queries.doubtful(self.batch)

    def _nothing(self) -> Nothing:
        every = Link(_("看全部 %(n)s 行") % {"n": wording.count(self.batch.counts["rows"])},
                     self._url(state=ALL, code=""))  # fmt: skip
        if not (self.code or self.state):
            return Nothing(_("没有疑点了。"), "", (every,))
        return Nothing(_("这里没有行。"), _("您限定了原因或状态。"), (every,))

    def _release(self) -> screens.Release | None:
        """Return the form that confirms all doubts of the chosen reason; only what may be."""
        tally = next((one for one in self.tallies if one.code == self.code), None)
        if tally is None or tally.severity == MUST_FIX or not self._may_settle():
            return None
        words = {"n": wording.count(tally.rows)}
        return screens.Release(
            url=reverse("batch-release", args=[self.batch.pk]),
            code=self.code,
            summary=_("这 %(n)s 行都核对无误，一起放行") % words,
            consequence=_("放行后，没有别的疑点的行就可以入库；理由和您的姓名记在每一处。"),
            action=ngettext("确认放行 %(n)s 行", "确认放行 %(n)s 行", tally.rows) % words,
        )

    def _may_settle(self) -> bool:
        return self.open and self.request.scope.allows(Permission.BATCHES_UPLOAD)

    def _url(self, **changes: object) -> str:
        size = self.request.GET.get("size", "")
        query = {"code": self.code, "state": self.state, "size": size} | changes
        return link("batch", self.batch.pk, **query)

    def _meta(self) -> tuple[str, ...]:
        batch = self.batch
        sheet = labels.word(labels.SHEETS, batch.spec)
        who = labels.who(batch.by, accounts.names([batch.by]))
        state = labels.word(labels.BATCH_STATES, batch.state)
        parts = [
            _("第 %(n)s 批，%(state)s") % {"n": batch.pk, "state": state},
            f"{sheet} {batch.layout}",
            _("%(who)s %(day)s 上传")
            % {"who": who, "day": wording.day(clock.local(batch.created).date())},
            *(self._header_words(head) for head in self.heads.values()),
            *self._skipped(),
            _("事实日期 %(day)s") % {"day": wording.day(batch.dated)},
        ]
        outcome = queries.outcome(batch)
        return tuple([*parts, outcome] if outcome else parts)

    def _header_words(self, head: Head) -> str:
        used = set(head.fields.values())
        unused = unread.columns([head], self.door.spec)
        words: dict[str, object] = {"row": head.row, "known": len(used)}
        if unused:
            named = wording.listed(one.header for one in unused)
            words |= {"n": len(unused), "named": named}
            said = (
                _("第 %(row)s 行识别为表头，%(known)s 列对上，%(n)s 列没有用到（%(named)s）")
                % words
            )
        else:
            said = _("第 %(row)s 行识别为表头，%(known)s 列全部对上") % words
        return said if len(self.heads) == 1 else f"{head.name}{_('：')}{said}"

    def _skipped(self) -> tuple[str, ...]:
        """Say which rows are no data, such as 合计."""
        rows = sum(len(sheet.get("skipped", ())) for sheet in self.batch.sheets)
        words = ngettext("跳过合计、空行 %(n)s 行", "跳过合计、空行 %(n)s 行", rows)
        return (words % {"n": rows},) if rows else ()

    def _figures(self) -> tuple[Figure, ...]:
        counts = self.batch.counts
        row = _("行")
        plain = (
            (_("共读入"), "rows", "all"), (_("新增"), "new", "new"),
            (_("有变化"), "changed", "changed"), (_("与台账相同"), "unchanged", "unchanged"),
        )  # fmt: skip
        return (
            *(
                Figure(label, counts[name], row, self._url(state=state, code=""))
                for label, name, state in plain
            ),
            Figure(_("必须改，暂不入库"), counts["must_fix"], row,
                   self._url(state="must_fix", code=""), "red"),
            Figure(_("请核对，暂不入库"), counts["please_check"], row,
                   self._url(state="please_check", code=""), "amber"),
        )  # fmt: skip

    def _notice(self) -> Notice:
        """Say what the batch would write, and what of the file was not read.

        Columns that resemble no field are named above, beside the header.
        """
        plain = self._written()
        sheets = [
            _("工作表“%(name)s”没有读：%(why)s。") % {"name": one.name, "why": one.said}
            for one in skips.of_batch(self.batch)
        ]
        columns = unread.columns(self.heads.values(), self.door.spec)
        said = [*sheets, *(ended(one.said) for one in columns if one.said)]
        if not said:
            return plain
        return Notice("".join((*said, plain.text)), kind="warn", lead=plain.lead)

    def _written(self) -> Notice:
        counts = self.batch.counts
        waiting = counts["must_fix"] + counts["please_check"]
        words = {"ready": wording.count(counts["ready"]), "waiting": wording.count(waiting)}
        if self.batch.state == BatchState.REVERSED and self.batch.outcome:
            return Notice(
                _("%(kept)s。其余已撤销。后来的变更撤销以后，这一批还可以再撤销一次。")
                % {"kept": queries.outcome(self.batch)}, kind="warn",
            )  # fmt: skip
        if self.batch.state == BatchState.REVERSED:
            return Notice(_("这一批已整批撤销，只供查看。改好后请重新导入。"), kind="warn")
        if self.batch.state == BatchState.APPLIED:
            words["ready"] = wording.count(counts["applied"])
            if not waiting:
                return Notice(_("已入库 %(ready)s 行，没有行在等。") % words, kind="good")
            return Notice(
                _("已入库 %(ready)s 行，%(waiting)s 行留在这里等您改。改好的工作簿再传一次，"
                  "已入库的行不会重复。") % words, kind="good",
            )  # fmt: skip
        if not waiting:
            return Notice(_("%(ready)s 行都可以入库，没有行要等。") % words)
        return Notice(
            _("入库只写 %(ready)s 行，%(waiting)s 行留在这里等您改，不影响别的行。"
              "同一户有一处疑点，全户一起等。") % words
        )  # fmt: skip

    def _actions(self) -> tuple[Action, ...]:
        batch, allows = self.batch, self.request.scope.allows
        found: list[Action] = []
        if self.doubtful and self._may_settle():
            url = reverse("batch-doubts", args=[batch.pk])
            found.append(Action(_("下载疑点工作簿（原版式）"), url, desk_only=True))
        ready = batch.counts["ready"]
        if ready and allows(Permission.BATCHES_APPLY) and self.open:
            words = ngettext("入库 %(n)s 行", "入库 %(n)s 行", ready)
            if self.doubtful:
                words = ngettext("先入库 %(n)s 行", "先入库 %(n)s 行", ready)
            label = words % {"n": wording.count(ready)}
            url = reverse("batch-apply", args=[batch.pk])
            found.append(Action(label, url, kind="primary", method="post"))
        return tuple(found)

    def _undo(self) -> Confirmation | None:
        batch = self.batch
        left = batch.state == BatchState.REVERSED and queries.reversible(batch)
        if batch.state != BatchState.APPLIED and not left:
            return None
        if not self.request.scope.allows(Permission.BATCHES_REVERSE):
            return None
        rows = batch.counts["applied"]
        return Confirmation(
            summary=_("撤销整批"),
            question=_("撤销第 %(n)s 批导入？") % {"n": batch.pk},
            consequence=_("这一批写入的 %(rows)s 行全部撤回，台账恢复成入库以前；"
                          "入库后又变更过的不撤，会列出名单。撤销后可重新导入。")
            % {"rows": wording.count(rows)},
            action=ngettext("撤销 %(rows)s 行", "撤销 %(rows)s 行", rows)
            % {"rows": wording.count(rows)},
            cancel=_("不撤销"),
            url=reverse("batch-reverse", args=[batch.pk]),
            count=rows if rows > REVERSE_COUNTED_FROM else 0,
        )  # fmt: skip

    def _reasons(self) -> tuple[screens.Reason, ...]:
        waiting = self.batch.counts["must_fix"] + self.batch.counts["please_check"]
        every = screens.Reason(
            _("全部疑点"), "", self.doubtful, self._url(code="", state=""),
            current=not (self.code or self.state),
        )  # fmt: skip
        others = screens.Reason(
            _("同户有疑点，一起等"), "", max(waiting - self.doubtful, 0),
            self._url(code="", state=TOGETHER), current=self.state == TOGETHER,
        )  # fmt: skip
        listed = tuple(
            screens.Reason(
                reasons.title(tally.code, english=self.english),
                wording.listed(tally.letters) or _("整行"),
                tally.rows,
                self._url(code=tally.code, state=""),
                must=tally.severity == MUST_FIX,
                current=tally.code == self.code,
            )
            for tally in self.tallies
        )
        return (every, *listed, *((others,) if others.rows else ()))

    def _read(self, rows: Sequence[Row]) -> None:
        """Read the doubts of the rows on this page, and what its changed rows would write."""
        self.doubts: dict[tuple[int, int], list[Doubt]] = {}
        numbers = [row.number for row in rows]
        for doubt in queries.open_doubts(self.batch).filter(number__in=numbers):
            self.doubts.setdefault((doubt.sheet, doubt.number), []).append(doubt)
        changed = [row for row in rows if row.state == RowState.CHANGED and not row.applied]
        self.changes = (
            queries.diffs(batch=self.batch, stored=changed, door=self.door) if changed else {}
        )

    def _sheet(self, head: Head, rows: Sequence[Row]) -> screens.Sheet:
        """Return the rows of one sheet below that sheet's own header."""
        columns = self._columns(head, rows)
        return screens.Sheet(
            name=head.name if len(self.heads) > 1 else "",
            letters=tuple(letter(index) for index in columns),
            header_row=head.row,
            headers=tuple(head.headers[index] for index in columns),
            rows=tuple(self._row(row, head, columns) for row in rows),
        )

    def _columns(self, head: Head, rows: Sequence[Row]) -> list[int]:
        """Return the columns that a doubt on this page is about, and those that every page has."""
        chosen = {head.fields[name] for name in ALWAYS if name in head.fields}
        letters = {letter(index): index for index in range(len(head.headers))}
        for row in rows:
            where = row.sheet, row.number
            named = {one for doubt in self.doubts.get(where, ()) for one in doubt.columns}
            named |= {cell.letter for cell in self.changes.get(where, ())}
            chosen |= {letters[one] for one in named if one in letters}
        return sorted(chosen)

    def _row(self, row: Row, head: Head, columns: list[int]) -> screens.SheetRow:
        doubts = self.doubts.get((row.sheet, row.number), [])
        marked = {
            one: "must" if doubt.severity == MUST_FIX else "check"
            for doubt in doubts
            for one in doubt.columns
        }
        written = queries.cells(row)
        secret = secrets(head)
        cells = tuple(
            screens.SheetCell(
                shown(written[index], secret.get(index)), marked.get(letter(index), "")
            )
            for index in columns
        )
        return screens.SheetRow(
            row.number, cells, (*(self._doubt(one) for one in doubts), *self._changes(row))
        )

    def _doubt(self, doubt: Doubt) -> screens.Doubt:
        said = reasons.words(doubt.code, doubt.detail, english=self.english)
        cells = [f"{one}{doubt.number}" for one in doubt.columns]
        where = wording.listed(cells) or str(doubt.number)
        remedies = []
        if self._may_settle():
            url = reverse("doubt", args=[self.batch.pk, doubt.pk])
            if doubt.columns:
                remedies.append(Link(_("改这一格"), url))
            if doubt.severity != MUST_FIX:
                remedies.append(Link(_("核对无误，说明理由"), f"{url}#waive"))
        must = doubt.severity == MUST_FIX
        return screens.Doubt(must, where, f"{ended(said.reason)}{said.remedy}", tuple(remedies))

    def _changes(self, row: Row) -> Iterable[screens.Doubt]:
        """Say what a changed row would write, cell by cell."""
        for cell in self.changes.get((row.sheet, row.number), ()):
            hide = SECRET.get(cell.field)
            old, new = (self._value(cell.field, value, hide) for value in (cell.old, cell.new))
            where = f"{cell.letter}{row.number} {cell.header}"
            yield screens.Doubt(must=False, address=where, why="", old=old, new=new)

    def _value(self, column: str, value: object, hide: Mask | None) -> str:
        """Write a fact as the sheet writes it."""
        if value is None:
            return _("待核")
        if isinstance(value, bool):
            return _("是") if value else _("否")
        if isinstance(value, int) and in_fen(self.batch.spec, column):
            return wording.yuan(value)
        return shown(str(value), hide)


def ended(sentence: str) -> str:
    """Return a sentence with its stop, ready for the next one; a question has its own mark."""
    if sentence.endswith(("？", "?")):
        return sentence if sentence.endswith("？") else f"{sentence} "
    return f"{sentence}{_('。')}"


def secrets(head: Head) -> dict[int, Mask]:
    """Return which columns hold numbers that identify somebody, and how each is hidden."""
    return {
        index: hide for name, hide in SECRET.items() if (index := head.fields.get(name)) is not None
    }


def shown(text: str, hide: Mask | None) -> str:
    """Hide an identity or telephone number; a figure that Excel cut short identifies nobody."""
    if hide is None or (hide is mask.id_number and len(text) < _ID_LENGTH and "E+" in text):
        return text
    return hide(text)
