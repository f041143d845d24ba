"""list pages over 450,000 persons: server time beside the bare SQL of the same rows.

A page is asked for as its view is called: scope, queries, shapes and template, without the network;
each time as for the first time, its rows counted anew.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from benchmarks import city
from benchmarks.harness import Result, measure

PAGES = {
    "households": "/households/",
    "households-page-400": "/households/?page=400",
    "households-by-class": "/households/?rule=low-income-marginal&verdict=true",
    "households-by-initials": "/households/?q=wjg",
    "households-of-a-county": "/households/?region=320723000000&sort=-income",
    "households-by-class-and-income":
        "/households/?rule=low-income-marginal&verdict=true&income_from=3000&sort=-income&page=40",
    "households-by-two-decisions":
        "/households/?class=low-income-marginal&rule=near-poverty&verdict=true",
    "households-by-income-page-3000": "/households/?sort=-income&page=3000",
    "persons-by-rule": "/persons/?rule=single-person-cover&verdict=true",
    "villages": "/villages/",
    "desk": "/",
    "overview": "/overview/",
    "overview-of-a-county": "/overview/?region=320723000000",
}  # fmt: skip
_SCOPE = "FROM registry_household WHERE village_id >= '3207' AND village_id < '3208'"
BARE = (
    f"SELECT count(*) {_SCOPE}",
    f"SELECT * {_SCOPE} ORDER BY village_id, number LIMIT 20",
)


def divisions() -> None:
    """Give the made-up codes of the city an edition, with towns and names."""
    from wengu.regions.models import Division, Edition, Level, Region  # noqa: PLC0415
    from wengu.regions.queries import forget  # noqa: PLC0415

    codes = set(Region.objects.values_list("code", flat=True))
    towns = sorted({f"{code[:9]}000" for code in codes if code[6:] != "000000"})
    Region.objects.bulk_create(
        [Region(code=code, level=Level.TOWN) for code in towns], ignore_conflicts=True
    )
    edition, _ = Edition.objects.get_or_create(
        on=city.DAY, city_id="320700000000", defaults={"source": "模拟"}
    )
    parents = {2: "", 4: "0000", 6: "000000", 9: "000"}
    rows = []
    for code in sorted(codes | set(towns)):
        digits = next(n for n in (4, 6, 9, 12) if not code[n:].strip("0"))
        above = {4: 2, 6: 4, 9: 6, 12: 9}[digits]
        parent = code[:above].ljust(12, "0") if parents[above] else None
        rows.append(Division(edition=edition, region_id=code, name=f"模拟{code}", parent_id=parent))
    Division.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
    forget()


def pages(size: str) -> Iterator[Result]:
    """Measure each list page as a city officer, after a run."""
    from django.db import connection  # noqa: PLC0415 - settings come first
    from django.test import RequestFactory  # noqa: PLC0415
    from django.urls import resolve  # noqa: PLC0415

    from wengu.accounts import queries  # noqa: PLC0415
    from wengu.accounts.models import Post, Role, User  # noqa: PLC0415
    from wengu.ops.preparing import prepare  # noqa: PLC0415
    from wengu.web import household_list  # noqa: PLC0415 - settings come first

    prepare(by="benchmark")
    divisions()
    user, _ = User.objects.get_or_create(username="benchmark", defaults={"name": "基准"})
    Post.objects.get_or_create(
        user=user,
        until=None,
        defaults={
            "role": Role.CITY_REVITALISATION,
            "region_id": "320700000000",
            "office": "市农业农村局",
            "since": city.DAY,
        },
    )

    def bare() -> None:
        with connection.cursor() as cursor:
            for query in BARE:
                cursor.execute(query)
                cursor.fetchall()

    def ask(address: str) -> Any:
        household_list.forget()
        request: Any = RequestFactory().get(address)
        request.user, request.session, request.number = user, {}, "BENCH"
        request.on = city.DAY
        request.scope = queries.scope(user, city.DAY)
        request.htmx = False
        found = resolve(request.path)
        answer = found.func(request, *found.args, **found.kwargs)
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code}")
        return answer

    for name, address in PAGES.items():
        yield measure(
            f"page-{name}-{size}",
            partial(ask, address),
            baseline=("bare SQL: count and 20 rows", bare),
            runs=7,
            unit="ms",
        )
