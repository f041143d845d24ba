"""审查页的内容: a batch as its clerk sees it: reasons beside the sheet itself."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from wengu.accounts.permissions import Permission
from wengu.intake import queries
from wengu.intake.models import Batch, BatchState, Doubt, Row, RowState
from wengu.intake.spec import MUST_FIX, Head, letter
from wengu.kernel import mask
from wengu.registry.imports import reasons
from wengu.registry.imports.doors import door_of
from wengu.registry.imports.specs import find
from wengu.web import screens, wording
from wengu.web.access import Request
from wengu.web.frame import crumbs, link
from wengu.web.shapes import Action, Confirmation, Figure, Link, Notice, Pager

Mask = Callable[[str], str]
ROWS: Final = 10
ALWAYS: Final = ("name", "id_number", "relation")
SECRET: Final[Mapping[str, Mask]] = {
    "id_number": mask.id_number,
    "phone": mask.phone,
    "head_phone": mask.phone,
}
_ID_LENGTH: Final = 15
REVERSE_COUNTED_FROM: Final = 100
STATES: Final = {
    "new": RowState.NEW,
    "changed": RowState.CHANGED,
    "unchanged": RowState.UNCHANGED,
    "must_fix": RowState.MUST_FIX,
    "please_check": RowState.PLEASE_CHECK,
}


class Page:
    """一页审查: which rows are asked for, and everything around them."""

    def __init__(self, request: Request, batch: Batch, *, code: str, state: str, page: int) -> None:
        self.request, self.batch = request, batch
        self.code, self.state, self.page = code, state, page
        self.heads = queries.heads(batch)
        self.head = next(iter(self.heads.values()))
        self.tallies = queries.tallies(batch)
        self.english = wording.english()

    def shape(self) -> screens.Review:
        """Return what the template shows."""
        batch, rows = self.batch, self._rows()
        total = rows.count()
        pages = max(1, -(-total // ROWS))
        page = min(self.page, pages)
        shown = list(rows[(page - 1) * ROWS : page * ROWS])
        columns = self._columns(shown)
        return screens.Review(
            title=_("导入审查：%(name)s") % {"name": batch.document.name},
            crumbs=crumbs(self.request.scope, batch.region, url=lambda code: link("batches")),
            meta=self._meta(),
            actions=self._actions(),
            figures=self._figures(),
            notice=self._notice(),
            reasons=self._reasons(),
            letters=tuple(letter(index) for index in columns),
            header_row=self.head.row,
            headers=tuple(self.head.headers[index] for index in columns),
            rows=tuple(self._row(row, columns) for row in shown),
            shown=len(shown),
            total=total,
            pager=self._pager(page, pages, total, len(shown)),
            only_must_url=self._url(state="must_fix") if not self.state and not self.code else "",
            undo=self._undo(),
        )

    def _rows(self) -> QuerySet[Row]:
        rows = Row.objects.filter(batch=self.batch).order_by("sheet", "number")
        if self.code:
            where = queries.open_doubts(self.batch).filter(code=self.code)
            return rows.filter(number__in=where.values("number"))
        if self.state == "all":
            return rows
        if self.state:
            return rows.filter(state=STATES[self.state])
        return rows.filter(state__in=queries.WAITING)

    def _url(self, **changes: object) -> str:
        query = {"code": self.code, "state": self.state} | changes
        kept = {name: value for name, value in query.items() if value}
        return f"{reverse('batch', args=[self.batch.pk])}?{urlencode(kept)}"

    def _meta(self) -> tuple[str, ...]:
        batch = self.batch
        known = len(self.head.fields)
        parts = [
            _("第 %(n)s 批，%(state)s") % {"n": batch.pk, "state": batch.get_state_display()},
            f"{find(batch.spec).title} {batch.layout}",
            _("%(who)s %(day)s 上传") % {"who": batch.by, "day": wording.day(batch.created.date())},
            _("第 %(row)s 行识别为表头，认出 %(known)s 列")
            % {"row": self.head.row, "known": known},
            _("事实日期 %(day)s") % {"day": wording.day(batch.dated)},
        ]
        return tuple([*parts, batch.message] if batch.message else parts)

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
        counts = self.batch.counts
        waiting = counts["must_fix"] + counts["please_check"]
        words = {"ready": wording.count(counts["ready"]), "waiting": wording.count(waiting)}
        if self.batch.state == BatchState.APPLIED:
            words["ready"] = wording.count(counts["applied"])
            return Notice(
                _("已入库 %(ready)s 行，%(waiting)s 行留在这里等您改。改好的工作簿再传一次，"
                  "已入库的行不会重复。") % words, kind="good",
            )  # fmt: skip
        return Notice(
            _("入库只写 %(ready)s 行，%(waiting)s 行留在这里等您改，不影响别的行。"
              "同一户有一处疑点，全户一起等。") % words
        )  # fmt: skip

    def _actions(self) -> tuple[Action, ...]:
        batch, allows = self.batch, self.request.scope.allows
        found: list[Action] = []
        if self.tallies and allows(Permission.BATCHES_UPLOAD):
            url = reverse("batch-doubts", args=[batch.pk])
            found.append(Action(_("下载疑点工作簿（原版式）"), url, desk_only=True))
        ready = batch.counts["ready"]
        if ready and allows(Permission.BATCHES_APPLY) and batch.state != BatchState.REVERSED:
            label = _("先入库 %(n)s 行") % {"n": wording.count(ready)}
            url = reverse("batch-apply", args=[batch.pk])
            found.append(Action(label, url, kind="primary", method="post"))
        return tuple(found)

    def _undo(self) -> Confirmation | None:
        batch = self.batch
        if batch.state != BatchState.APPLIED:
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
            action=_("撤销 %(rows)s 行") % {"rows": wording.count(rows)},
            cancel=_("不撤销"),
            url=reverse("batch-reverse", args=[batch.pk]),
            count=rows if rows > REVERSE_COUNTED_FROM else 0,
        )  # fmt: skip

    def _reasons(self) -> tuple[screens.Reason, ...]:
        total = sum(tally.rows for tally in self.tallies)
        every = screens.Reason(
            _("全部疑点"), "", total, self._url(code="", state=""), current=not self.code
        )
        return (
            every,
            *(
                screens.Reason(
                    _title(tally.code, english=self.english),
                    "、".join(tally.letters) or _("整行"),
                    tally.rows,
                    self._url(code=tally.code, state=""),
                    must=tally.severity == MUST_FIX,
                    current=tally.code == self.code,
                )
                for tally in self.tallies
            ),
        )

    def _columns(self, rows: Iterable[Row]) -> list[int]:
        """Return the columns that a doubt on this page is about, beside name, number, relation."""
        fields = self.head.fields
        chosen = {fields[name] for name in ALWAYS if name in fields}
        letters = {letter(index): index for index in range(len(self.head.headers))}
        self.doubts: dict[tuple[int, int], list[Doubt]] = {}
        numbers = [row.number for row in rows]
        for doubt in queries.open_doubts(self.batch).filter(number__in=numbers):
            self.doubts.setdefault((doubt.sheet, doubt.number), []).append(doubt)
            chosen |= {letters[one] for one in doubt.columns if one in letters}
        return sorted(chosen)

    def _row(self, row: Row, columns: list[int]) -> screens.SheetRow:
        doubts = self.doubts.get((row.sheet, row.number), [])
        marked = {
            one: "must" if doubt.severity == MUST_FIX else "check"
            for doubt in doubts
            for one in doubt.columns
        }
        written = queries.cells(row)
        secret = {
            index: hide for name, hide in SECRET.items()
            if (index := self.head.fields.get(name)) is not None
        }  # fmt: skip
        cells = tuple(
            screens.SheetCell(
                _shown(written[index], secret.get(index)), marked.get(letter(index), "")
            )
            for index in columns
        )
        return screens.SheetRow(
            row.number, cells, (*(self._doubt(one) for one in doubts), *self._changes(row))
        )

    def _doubt(self, doubt: Doubt) -> screens.Doubt:
        said = reasons.words(doubt.code, doubt.detail, english=self.english)
        where = "、".join(f"{one}{doubt.number}" for one in doubt.columns) or str(doubt.number)
        remedies = []
        if self.request.scope.allows(Permission.BATCHES_UPLOAD):
            url = reverse("doubt", args=[self.batch.pk, doubt.pk])
            remedies.append(Link(_("改这一格"), url) if doubt.columns else Link(_("处理"), url))
        must = doubt.severity == MUST_FIX
        stop = "" if self.english else "。"
        return screens.Doubt(must, where, f"{said.reason}{stop}{said.remedy}", tuple(remedies))

    def _changes(self, row: Row) -> Iterable[screens.Doubt]:
        """Say what a changed row would write, cell by cell."""
        if row.state != RowState.CHANGED or row.applied:
            return
        for cell in queries.diff(row=row, door=door_of(self.batch)):
            hide = SECRET.get(_field(self.head, cell.letter))
            old, new = (
                _("待核") if value is None else _shown(str(value), hide)
                for value in (cell.old, cell.new)
            )
            where = f"{cell.letter}{row.number} {cell.header}"
            yield screens.Doubt(must=False, address=where, why=f"{old} → {new}")

    def _pager(self, page: int, pages: int, total: int, shown: int) -> Pager:
        first = (page - 1) * ROWS + 1 if shown else 0
        return Pager(
            first, first + shown - 1 if shown else 0, total, page, pages,
            previous_url=self._url(page=page - 1) if page > 1 else "",
            next_url=self._url(page=page + 1) if page < pages else "",
            url=reverse("batch", args=[self.batch.pk]),
            kept=tuple(
                pair for pair in (("code", self.code), ("state", self.state)) if pair[1]
            ),
        )  # fmt: skip


def _field(head: Head, column: str) -> str:
    return next((name for name in head.fields if head.letter(name) == column), "")


def _title(code: str, *, english: bool) -> str:
    """Return a reason without the figures of a single row: up to its first comma or colon."""
    said = reasons.sentence(code, {}, english=english)
    for mark in ("：", "，", ": ", ";"):
        said = said.split(mark)[0]
    return said


def _shown(text: str, hide: Mask | None) -> str:
    """Hide an identity or telephone number; a figure that Excel cut short identifies nobody."""
    if hide is None or (hide is mask.id_number and len(text) < _ID_LENGTH and "E+" in text):
        return text
    return hide(text)
