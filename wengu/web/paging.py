"""翻页: which villages a page stands in, so that no page walks over all rows before it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from django.db.models import Model
from django.http import QueryDict

from wengu.web.shapes import Link, Pager

M = TypeVar("M", bound=Model)
SIZES: Final = (20, 50, 100)
_MOST_DIGITS: Final = 7


@dataclass(frozen=True, slots=True)
class Window:
    """窗: the rows of a page lie in these villages, from `skip` on in their order."""

    villages: tuple[str, ...]
    skip: int


def window(counts: Mapping[str, int], first: int, size: int) -> Window:
    """Return where rows first … first + size lie, by the number of rows of each village."""
    villages: list[str] = []
    passed = skip = 0
    for village in sorted(counts):
        begins, passed = passed, passed + counts[village]
        if passed <= first or passed == begins:
            continue
        if begins >= first + size:
            break
        if not villages:
            skip = first - begins
        villages.append(village)
    return Window(tuple(villages), skip)


def whole_rows(model: type[M], keys: Iterable[int]) -> list[M]:
    """Return rows by their keys, in that order: a list is sorted by keys, a page read whole."""
    order = list(keys)
    # mypy cannot see that every concrete model has the default manager.
    found = model._default_manager.in_bulk(order)
    return [found[key] for key in order]


@dataclass(frozen=True)
class Asked:
    """所问之页: page and size out of the address; anything else counts as the first page."""

    query: QueryDict
    url: str
    kept: tuple[tuple[str, str], ...] = field(default=())

    @property
    def size(self) -> int:
        """Rows of a page."""
        text = self.query.get("size", "")
        return int(text) if text in {str(size) for size in SIZES} else SIZES[0]

    def page(self, total: int) -> int:
        """Return the page asked for, at most the last."""
        text = self.query.get("page", "")
        wanted = int(text) if text.isascii() and text.isdigit() and len(text) < _MOST_DIGITS else 1
        return min(max(wanted, 1), self.pages(total))

    def pages(self, total: int) -> int:
        """Return how many pages there are, at least one."""
        return max(-(-total // self.size), 1)

    def pager(self, total: int, shown: int, address: Callable[..., str]) -> Pager:
        """Return the pager; `address(page=…)` makes the address of another page."""
        page, pages = self.page(total), self.pages(total)
        first = (page - 1) * self.size
        sizes = tuple(
            Link(str(size), "" if size == self.size else address(size=size, page=""))
            for size in SIZES
        )
        return Pager(
            first=first + 1 if shown else 0,
            last=first + shown,
            total=total,
            page=page,
            pages=pages,
            sizes=sizes,
            previous_url=address(page=page - 1) if page > 1 else "",
            next_url=address(page=page + 1) if page < pages else "",
            url=self.url,
            kept=tuple((k, str(v)) for k, v in self.query.items() if k != "page" and v),
        )
