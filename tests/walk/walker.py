"""The walker: every address of the site, as every post, for own, foreign and missing objects.

Nothing is listed by hand. Routes come from the resolver (with the operations of the machine
interface), forms and filters from the pages themselves. What it looks for:

- a view without a policy, a server error;
- a canary of a foreign village, a whole number, or a fact that the post does not need, anywhere in
  the decompressed answer (HTML, JSON, each part of a workbook);
- a foreign object answered otherwise than a missing one;
- an answer that changes when only foreign data changed: a total, an order, a suggestion;
- a foreign row changed, made or removed by a form, also by a form of an own page whose values are
  replaced by foreign ones.
"""

import contextlib
import gzip
import html
import io
import itertools
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, quote, unquote_plus, urlencode, urljoin, urlsplit

from django.apps import apps
from django.db import connection, models, transaction
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from tests.walk import objects
from tests.walk.world import (
    FACT_CANARIES,
    HOME,
    NEXT_DOOR,
    OTHER_COUNTY,
    OTHER_TOWN,
    Actor,
    Place,
    World,
)
from wengu.accounts.permissions import Facts, Permission
from wengu.web.access import operations_of, policy_of

PAGE_BYTES = 5_000_000
_NOISE = re.compile(
    r"""[0-9A-F]{4}-[0-9A-F]{2}\b | csrfmiddlewaretoken"\ value="[^"]*" | "csrf[^"]*"\s*:\s*"[^"]*"
    | nonce="[^"]*" | \d\d:\d\d(:\d\d)?(\.\d+)?""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
# Who watches the jobs or the record sees who acted, wherever that was.
_SEES_WHO_ACTS = {Permission.JOBS_READ, Permission.EVENTS_READ}
_SEES_PEOPLE = {Permission.HOUSEHOLDS_READ, Permission.BATCHES_READ}


@dataclass(frozen=True)
class Route:
    """One address of the site, with the parts that it takes."""

    name: str
    pattern: str
    parts: tuple[tuple[str, str], ...]
    view: Any

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods to try: an operation's own, else reading and sending a form."""
        return tuple(operations_of(self.view)) or ("GET", "POST")

    def given(self, part: str) -> objects.Given:
        """Return what stands for a part; the walk stops with a sentence where nothing does."""
        found = objects.PARTS.get(f"{self.name}.{part}") or objects.PARTS.get(part)
        if found is None:
            raise LookupError(
                f"nothing stands for <{part}> of {self.pattern} ({self.name}): "
                "add it to tests/walk/objects.py"
            )
        return found

    @property
    def is_of_a_place(self) -> bool:
        """Say whether the address names something that belongs to a village."""
        return any(not self.given(name).everywhere for name, _ in self.parts)

    def url(self, place: Place | None) -> str:
        """Return the address for a place; for None, of something that does not exist."""
        url = self.pattern
        for name, converter in self.parts:
            given = self.given(name)
            if place is not None or given.everywhere:
                value = given.value(place)
            else:
                value = given.missing or objects.MISSING.get(converter, "missing-thing")
            url = url.replace(f"<{converter}:{name}>", str(value)).replace(f"<{name}>", str(value))
        return "/" + url


@dataclass(frozen=True)
class Finding:
    """Something that the walker must not see."""

    what: str
    actor: str
    request: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.what}: {self.actor} {self.request} {self.detail}"


@dataclass(frozen=True)
class Answer:
    """An answer with everything in it as text."""

    status: int
    text: str
    raw: str


class _Page(HTMLParser):
    """Links and forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[tuple[str, str, dict[str, str]]] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        for name in ("href", "hx-get", "data-url"):
            if name in given:
                self.links.append(given[name])
        if tag == "form":
            self.forms.append((given.get("action", ""), given.get("method", "get").lower(), {}))
        elif self.forms and given.get("name"):
            self._field(tag, given)
        elif self.forms and tag == "option" and self._select:
            fields = self.forms[-1][2]
            if "selected" in given or not fields[self._select]:
                fields[self._select] = given.get("value", "")

    def _field(self, tag: str, given: dict[str, str]) -> None:
        fields = self.forms[-1][2]
        self._select = given["name"] if tag == "select" else ""
        if tag == "select":
            fields.setdefault(given["name"], "")
        elif given.get("type") in {"radio", "checkbox"}:
            if "checked" in given or given["name"] not in fields:
                fields[given["name"]] = given.get("value", "on")
        elif given.get("type") != "file":
            usual = {"date": "2020-07-02", "number": "1"}.get(given.get("type", ""), "说明")
            fields[given["name"]] = given.get("value") or usual


def routes(urlconf: Any = None) -> list[Route]:
    """Return every address that the resolver knows."""
    return list(_collect(get_resolver(urlconf).url_patterns, "", {}))


def _collect(
    patterns: Iterable[URLPattern | URLResolver], prefix: str, parts: dict[str, str]
) -> Iterator[Route]:
    for entry in patterns:
        text = getattr(entry.pattern, "_route", None)
        if text is None:
            raise LookupError(f"{entry.pattern!r}: the walker reads path(), not re_path()")
        converters = {
            name: re.search(rf"<(?:(\w+):)?{name}>", text)[1] or "str"
            for name in entry.pattern.converters
        }
        below = parts | converters
        if isinstance(entry, URLResolver):
            yield from _collect(entry.url_patterns, prefix + text, below)
        else:
            name = entry.name or prefix + text
            yield Route(name, prefix + text, tuple(below.items()), entry.callback)


@dataclass
class Walker:
    """One walk over the routes of a world."""

    world: World
    walked: list[Route]
    # Who walks; everybody where nobody is named.
    names: tuple[str, ...] = ()
    findings: list[Finding] = field(default_factory=list)
    opened: set[str] = field(default_factory=set)
    requests: int = 0
    queries: dict[str, set[tuple[tuple[str, str], ...]]] = field(default_factory=dict)
    forms: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    seen: dict[tuple[str, str], str] = field(default_factory=dict)
    before: "Tables" = field(default_factory=dict)

    @property
    def actors(self) -> list[Actor]:
        """Those who walk."""
        return [a for a in self.world.actors if not self.names or a.name in self.names]

    def walk(self) -> list[Finding]:
        """Walk everything and return what was found."""
        self.harvest()
        self.read()
        self.send()
        self.read_again()
        return self.findings

    # --- what pages offer -----------------------------------------------------------------

    def harvest(self) -> None:
        """Open every page at home, and note the filters and forms that it offers."""
        for actor, route in itertools.product(self.actors, self.walked):
            if actor.scope is None or "GET" not in route.methods:
                continue
            url = route.url(self.world.place(HOME))
            answer = self.ask(actor, url)
            if answer.status == 200 and "<" in answer.raw[:200]:
                self._note(url, answer.raw)

    def _note(self, base: str, text: str) -> None:
        page = _Page()
        page.feed(text)
        for link in page.links:
            self._note_query(urljoin(base, link))
        for action, method, fields in page.forms:
            target = urljoin(base, action)
            if method == "post":
                route = self._route_at(target)
                kept = self.forms.setdefault(route.name, []) if route is not None else []
                # One form of each set of names: buttons that differ, not pages that repeat it.
                if fields.keys() not in [form.keys() for form in kept]:
                    kept.append(fields)
            else:
                self._note_query(target.split("?")[0] + "?" + urlencode(fields))

    def _note_query(self, url: str) -> None:
        parts = urlsplit(url)
        route = self._route_at(url)
        if route is not None and parts.query:
            query = tuple(parse_qsl(parts.query, keep_blank_values=True))
            kept = self.queries.setdefault(route.name, set())
            # One example of each set of names is enough: values are replaced anyway.
            if {name for name, _ in query} not in [{name for name, _ in k} for k in kept]:
                kept.add(query)

    def _route_at(self, url: str) -> Route | None:
        try:
            match = resolve(urlsplit(url).path)
        except Resolver404:
            return None
        return next((r for r in self.walked if r.view is match.func), None)

    # --- reading --------------------------------------------------------------------------

    def read(self) -> None:
        """Read every page for own, foreign and missing objects, with and without filters."""
        for actor, route in itertools.product(self.actors, self.walked):
            for method in route.methods:
                if policy_of(route.view, method) is None:
                    self.find("no policy", actor, method, route.pattern)
            if "GET" not in route.methods:
                continue
            if not route.is_of_a_place:
                self._read_open(actor, route)
                continue
            for place, partial in itertools.product(self._places(actor), (False, True)):
                self._read_place(actor, route, place, partial)

    def _places(self, actor: Actor) -> list[Place]:
        """The own village, and the nearest and the farthest foreign one."""
        order = [self.world.place(v) for v in (HOME, NEXT_DOOR, OTHER_TOWN, OTHER_COUNTY)]
        foreign = [place for place in order if not actor.covers(place)]
        own = [place for place in order if actor.covers(place)]
        return own[:1] + foreign[:1] + foreign[1:][-1:]

    def _read_open(self, actor: Actor, route: Route) -> None:
        url = route.url(self.world.place(HOME))
        answer = self.read_one(actor, route, url)
        if answer.status in {302, 403}:
            return  # turned away at the door, whatever stands behind the question mark
        self.keep(actor, route, url, answer)
        self.read_one(actor, route, url, partial=True)
        for query in self._filters(actor, route):
            self.keep(actor, route, url + query, self.read_one(actor, route, url + query))

    def keep(self, actor: Actor, route: Route, url: str, answer: Answer) -> None:
        """Keep an answer, to be compared once other people's data have changed."""
        if not {route.name, f"{route.name}@{actor.name}"} & set(objects.VOLATILE):
            self.seen[actor.name, url] = answer.text

    def _filters(self, actor: Actor, route: Route) -> list[str]:
        """Filters that the pages offer, each with its values and with foreign ones."""
        stated = policy_of(route.view)
        if stated is not None and (stated.entrance or stated.public) and actor.scope is not None:
            return []  # who is signed in sees there what everybody sees
        foreign = self.world.place(OTHER_COUNTY)
        found = {
            # The beginning of a name and of a number: the rest must come from nowhere.
            "?" + urlencode({"q": foreign.stem[0]}),
            "?" + urlencode({"q": foreign.household.number[:-1]}),
            "?" + urlencode({"region": foreign.county}),
            "?" + urlencode({"region": foreign.village, "page": 2}),
        }
        for query in self.queries.get(route.name, ()):
            found.add("?" + urlencode(query))
            found.update(self._queries_abroad(query))
        return sorted(found)

    def _queries_abroad(self, query: tuple[tuple[str, str], ...]) -> list[str]:
        """Return a query that a page offers, with everything in it replaced by foreign things."""
        return ["?" + urlencode(values) for values in self._abroad(dict(query))]

    def _abroad(self, fields: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return fields with each value that names something at home naming the same abroad.

        A small number may name several things (a household, a job): each meaning is tried.
        """
        meanings = {name: self._meanings(str(value)) for name, value in fields.items()}
        most = max((len(found) for found in meanings.values()), default=0)
        variants = [
            {
                name: found[min(index, len(found) - 1)] if (found := meanings[name]) else value
                for name, value in fields.items()
            }
            for index in range(most)
        ]
        return [v for n, v in enumerate(variants) if v not in variants[:n]]

    def _meanings(self, value: str) -> list[str]:
        """Return what a value at home may be called abroad; nothing when it names nothing."""
        here, there = self.world.place(HOME), self.world.place(OTHER_COUNTY)
        pairs = [
            (str(given.value(here)), str(given.value(there)))
            for given in objects.PARTS.values()
            if not given.everywhere
        ]
        pairs += [(str(here.town), str(there.town)), (str(here.county), str(there.county))]
        return sorted({abroad for own, abroad in pairs if own == value})

    def _read_place(self, actor: Actor, route: Route, place: Place, partial: bool) -> None:
        url, nowhere = route.url(place), route.url(None)
        answer = self.read_one(actor, route, url, partial=partial)
        if actor.covers(place):
            if not partial:
                self.keep(actor, route, url, answer)
                for query in self.queries.get(route.name, ()):
                    for abroad in self._queries_abroad(query):
                        self.read_one(actor, route, url + abroad)
            return
        missing = self.ask(actor, nowhere, partial=partial)
        if 302 in (answer.status, missing.status) and actor.scope is not None:
            self.find("foreign is redirected", actor, f"GET {url}")
        if (answer.status, self._plain(answer.text, url)) != (
            missing.status,
            self._plain(missing.text, nowhere),
        ):
            detail = f"{answer.status}, missing {missing.status}"
            self.find("foreign differs from missing", actor, f"GET {url}", detail)

    def _plain(self, text: str, url: str) -> str:
        """Drop the address itself, which a page may repeat: where to come back to."""
        for written in (url, quote(url), quote(url, safe="")):
            text = text.replace(written, "@")
        return text

    def read_one(self, actor: Actor, route: Route, url: str, *, partial: bool = False) -> Answer:
        """Ask for one address, as a page or as an update of a part of it, and judge the answer."""
        answer = self.ask(actor, url, partial=partial)
        self.judge(actor, f"GET {url}", answer)
        if answer.status in {200, 405}:
            self.opened.add(route.name)
        return answer

    def read_again(self) -> None:
        """Change the other county only: nothing that others saw may be different."""
        other = self.world.place(OTHER_COUNTY)
        self.world.crowd()
        for actor in self.actors:
            if actor.covers(other):
                continue
            for (name, url), before in self.seen.items():
                if name == actor.name and self.ask(actor, url).text != before:
                    self.find("depends on foreign data", actor, f"GET {url}")

    # --- sending --------------------------------------------------------------------------

    def send(self) -> None:
        """Send every form at home, abroad, and with foreign values; take each back."""
        self.before = _tables()
        for actor, route in itertools.product(self.actors, self.walked):
            for method in route.methods:
                if method in {"GET", "HEAD", "OPTIONS"}:
                    continue
                places = self._places(actor) if route.is_of_a_place else [self.world.place(HOME)]
                for place in places:
                    self._send_place(actor, route, method, place)

    def _send_place(self, actor: Actor, route: Route, method: str, place: Place) -> None:
        url = route.url(place)
        own = not route.is_of_a_place or actor.covers(place)
        for fields in self._sent(route, place):
            for values in [fields, *self._abroad(fields)]:
                with _taken_back() as written:
                    answer = self.ask(actor, url, method, values)
                    changes = list(_changes(self.before, _tables())) if written else []
                if answer.status == 405:
                    return
                request = f"{method} {url} {sorted(values)}"
                sent = " ".join(map(str, values.values()))
                self.judge(actor, request, answer, revealing=own, sent=sent)
                self._judge_changes(actor, request, changes, own=own)

    def _sent(self, route: Route, place: Place) -> list[dict[str, Any]]:
        """What is sent: nothing, what pages offer, and what the builder of the page states."""
        stated = objects.SENT.get(route.name)
        return [{}, *self.forms.get(route.name, []), *([stated(place)] if stated else [])]

    def _judge_changes(
        self,
        actor: Actor,
        request: str,
        changes: list[tuple[str, Any, dict[str, Any]]],
        *,
        own: bool,
    ) -> None:
        for label, pk, row in changes:
            code = _code_of(label, row, self.before)
            foreign = code is not None and (actor.scope is None or not actor.scope.covers(code))
            if actor.scope is not None and _is_own_account(label, row, actor):
                continue  # how pages look to somebody is theirs to say, with or without a post
            if actor.scope is None or foreign or not own:
                self.find("foreign row changed", actor, request, f"{label}:{pk}")
            elif _only_reads(actor):
                self.find("a reader changed a row", actor, request, f"{label}:{pk}")

    # --- judging --------------------------------------------------------------------------

    def ask(
        self,
        actor: Actor,
        url: str,
        method: str = "GET",
        data: dict[str, Any] | None = None,
        *,
        partial: bool = False,
    ) -> Answer:
        """Send one request, as a browser that takes compressed answers."""
        self.requests += 1
        more = {"content_type": "application/json"} if operations_at(url) else {}
        if method == "GET":
            more = {}
        headers = {"Accept-Encoding": "gzip"} | ({"HX-Request": "true"} if partial else {})
        call = getattr(actor.client, method.lower())
        with _kept_session(actor):
            response = call(url, data or None, headers=headers, **more)
        body = b"".join(response) if response.streaming else response.content
        if response.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        if response.get("Location"):
            body += response["Location"].encode()
        raw = _as_text(body)
        return Answer(response.status_code, _NOISE.sub("#", raw), raw)

    def judge(
        self,
        actor: Actor,
        request: str,
        answer: Answer,
        *,
        revealing: bool = False,
        sent: str = "",
    ) -> None:
        """Look for what must not be there."""
        if answer.status >= 500:
            what = "no policy" if answer.raw == "no policy" else "server error"
            self.find(what, actor, request, str(answer.status))
        sees_people = actor.scope is not None and bool(_SEES_PEOPLE & actor.scope.permissions)
        asked = unquote_plus(f"{request} {sent}")
        for place in self.world.places:
            covered = actor.covers(place)
            for canary in place.canaries:
                # A search page may repeat what was typed into it.
                shown = canary in answer.raw and canary not in asked
                if shown and not (covered and sees_people):
                    self.find("foreign canary", actor, request, canary)
            knows_who_acts = actor.scope is not None and (
                covered or bool(_SEES_WHO_ACTS & actor.scope.permissions)
            )
            if place.colleague in answer.raw and not knows_who_acts:
                self.find("foreign colleague", actor, request, place.colleague)
            may_reveal = revealing and covered and actor.scope.allows(Permission.IDENTITY_REVEAL)
            for secret in place.secrets:
                if secret in answer.raw and not may_reveal:
                    self.find("whole number", actor, request, secret)
        self._judge_facts(actor, request, answer)

    def _judge_facts(self, actor: Actor, request: str, answer: Answer) -> None:
        for group, canaries in FACT_CANARIES.items():
            if actor.scope is not None and actor.scope.sees(Facts(group)):
                continue
            for canary in canaries:
                if canary in answer.raw:
                    self.find("fact without need", actor, request, f"{group}: {canary}")

    def find(self, what: str, actor: Actor, request: str, detail: str = "") -> None:
        """Note a finding once."""
        finding = Finding(what, actor.name, request, detail)
        if finding not in self.findings:
            self.findings.append(finding)


def _is_own_account(label: str, row: dict[str, Any], actor: Actor) -> bool:
    return label == "accounts.user" and row["username"] == actor.scope.user


def _only_reads(actor: Actor) -> bool:
    return all(permission.endswith(".read") for permission in actor.scope.permissions)


def operations_at(url: str) -> bool:
    """Say whether an address belongs to the machine interface."""
    try:
        return bool(operations_of(resolve(urlsplit(url).path).func))
    except Resolver404:
        return False


def _as_text(body: bytes) -> str:
    """Return a body as text; of a workbook or archive, every part of it."""
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            # Workbooks carry the time of their making.
            parts = [n for n in archive.namelist() if not n.startswith("docProps/")]
            return "\n".join(_as_text(archive.read(name)) for name in sorted(parts))
    text = body[:PAGE_BYTES].decode("utf-8", errors="replace")
    # What JSON and HTML write with escapes is read as a person would.
    return html.unescape(_ESCAPE.sub(lambda found: chr(int(found[1], 16)), text))


@contextlib.contextmanager
def _kept_session(actor: Actor) -> Iterator[None]:
    """Keep the actor signed in, whatever the answer does to the cookies."""
    cookies = actor.client.cookies.output()
    kept = actor.client.cookies.copy()
    try:
        yield
    finally:
        if actor.client.cookies.output() != cookies:
            actor.client.cookies = type(actor.client.cookies)(
                {name: morsel.value for name, morsel in kept.items()}
            )


@contextlib.contextmanager
def _taken_back() -> Iterator[list[str]]:
    """Undo what a request does; yield the statements that wrote to the product's tables."""
    written: list[str] = []

    def notice(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = _WRITES.match(sql)
        if found and found[2].split("_")[0] in _OURS and found[2] != "audit_event":
            written.append(sql)
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(notice):
        yield written
        transaction.set_rollback(True)


# --- rows ----------------------------------------------------------------------------------

Tables = dict[str, dict[Any, dict[str, Any]]]
_LEFT_OUT = {"audit.event", "regions.region", "regions.division", "regions.edition",
             "regions.succession"}  # fmt: skip
_MODELS = {model._meta.label_lower: model for model in apps.get_models()}
# What has no region of its own belongs where the row that holds it does.
_HELD_BY = {
    "registry.person": ("registry.membership", "person_id"),
    "accounts.user": ("accounts.post", "user_id"),
}
_DEPTH = 3
_OURS = {model._meta.app_label for label, model in _MODELS.items()
         if model.__module__.startswith("wengu.")}  # fmt: skip
_WRITES = re.compile(
    r'\s*(INSERT\s+(?:OR \w+ )?INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)', re.IGNORECASE
)
_CODES = {"village_id", "region_id", "county_id", "village", "region"}


def _tables() -> Tables:
    """Return every row of the product's tables, as stored."""
    found: Tables = {}
    for model in apps.get_models():
        label = model._meta.label_lower
        if not model.__module__.startswith("wengu.") or label in _LEFT_OUT:
            continue
        columns = [f.attname for f in model._meta.concrete_fields if f.attname != "last_login"]
        rows = model._default_manager.values(*columns)
        found[label] = {row[model._meta.pk.attname]: row for row in rows}
    return found


def _changes(before: Tables, after: Tables) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    for label, rows in after.items():
        old = before[label]
        for pk in rows.keys() | old.keys():
            if rows.get(pk) != old.get(pk):
                yield label, pk, rows.get(pk) or old[pk]


def _code_of(label: str, row: dict[str, Any], tables: Tables, depth: int = 0) -> str | None:
    """Return the region that a row belongs to, by its own column or by what it points at."""
    named = [str(row[name]) for name in sorted(_CODES & row.keys()) if row[name]]
    if named:
        return named[0]
    pointed = _pointed(label, row, tables) if depth <= _DEPTH else []
    codes = (_code_of(target, there, tables, depth + 1) for target, there in pointed)
    return next((code for code in codes if code), None)


def _pointed(label: str, row: dict[str, Any], tables: Tables) -> list[tuple[str, dict[str, Any]]]:
    """Return the rows that tell where this one belongs: what it points at, or what holds it."""
    found = []
    for column in _MODELS[label]._meta.concrete_fields:
        if isinstance(column, models.ForeignKey):
            target = column.related_model._meta.label_lower
            there = tables.get(target, {}).get(row[column.attname])
            found += [(target, there)] if there else []
    if label in _HELD_BY:
        holder, key = _HELD_BY[label]
        found += [(holder, held) for held in tables[holder].values() if held[key] == row["id"]]
    return found
