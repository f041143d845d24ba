"""Actions: one transaction, one event, no personal data in it."""

import datetime
import uuid

import pytest
from django.db import transaction

from wengu.audit import clock
from wengu.audit.actions import Unsigned, action, note, record_read
from wengu.audit.context import current, during
from wengu.audit.models import Event
from wengu.kernel.regioncode import RegionCode
from wengu.regions.models import Level, Region

pytestmark = [pytest.mark.db, pytest.mark.django_db]
NAME = "卞孝英"


@action(shows=("reason",))
def enrol(
    *, name: str, level: Level, on: datetime.date, reason: str, fails: bool = False, by: str
) -> Region:
    """登记: a stand-in for any action."""
    region = Region.objects.create(code="320700000000", level=level)
    note(rows=3)
    if fails:
        raise ValueError(name)
    return region


@action
def abolish(*, region: Region, codes: list[str], at: RegionCode, uid: uuid.UUID, by: str) -> None:
    """撤销: a stand-in that changes its subject."""
    region.delete()


def test_an_action_leaves_one_event():
    with during(request="R1", purpose="核查"):
        enrol(name=NAME, level=Level.CITY, on=datetime.date(2020, 7, 1), reason="补录", by="zhou")
    event = Event.objects.get()
    assert (event.actor, event.action, event.request, event.purpose) == (
        "zhou",
        "audit.enrol",
        "R1",
        "核查",
    )
    assert event.subject == "regions.region:320700000000"
    assert event.detail == {
        "level": "city",
        "on": "2020-07-01",
        "reason": "补录",
        "rows": 3,
        "result": "regions.region:320700000000",
    }


def test_the_subject_is_named_as_it_was_before_the_action():
    region = Region.objects.create(code="320703000000", level=Level.COUNTY)
    uid = uuid.uuid4()
    abolish(region=region, codes=[NAME], at=RegionCode("3207"), uid=uid, by="zhou")
    event = Event.objects.get()
    assert event.subject == "regions.region:320703000000"
    assert event.detail == {
        "region": "regions.region:320703000000",
        "codes": 1,
        "at": "320700000000",
        "uid": str(uid),
    }


def test_text_is_kept_only_where_the_action_shows_it():
    enrol(name=NAME, level=Level.CITY, on=clock.today(), reason="", by="zhou")
    event = Event.objects.get()
    assert NAME not in str(event.detail)


def test_a_failed_action_leaves_neither_row_nor_event():
    with pytest.raises(ValueError, match=NAME):
        enrol(name=NAME, level=Level.CITY, on=clock.today(), reason="", fails=True, by="zhou")
    assert not Event.objects.exists()
    assert not Region.objects.exists()


def test_the_event_falls_with_the_transaction_around_it():
    with transaction.atomic():
        enrol(name=NAME, level=Level.CITY, on=clock.today(), reason="", by="zhou")
        assert Event.objects.exists()
        transaction.set_rollback(True)
    assert not Event.objects.exists()


@pytest.mark.parametrize("by", ["", "  ", None])
def test_an_unsigned_action_does_nothing(by):
    with pytest.raises(Unsigned):
        enrol(name=NAME, level=Level.CITY, on=clock.today(), reason="", by=by)
    assert not Region.objects.exists()


def test_loose_or_unsigned_functions_are_refused_when_they_are_defined():
    with pytest.raises(TypeError, match="keywords only"):

        @action
        def positional(name: str, *, by: str) -> None: ...

    with pytest.raises(TypeError, match="signed"):

        @action
        def unsigned(*, name: str) -> None: ...

    with pytest.raises(TypeError, match="no argument: other"):

        @action(shows=("other",))
        def wrong(*, by: str) -> None: ...


def test_a_note_outside_an_action_is_refused():
    with pytest.raises(RuntimeError):
        note(rows=1)


def test_nested_actions_keep_their_own_notes():
    @action
    def outer(*, by: str) -> None:
        """外: calls another action."""
        note(outer=1)
        enrol(name=NAME, level=Level.CITY, on=clock.today(), reason="", by=by)

    outer(by="zhou")
    inner, outside = Event.objects.order_by("pk")
    assert "rows" in inner.detail
    assert "outer" not in inner.detail
    assert outside.detail == {"outer": 1}


def test_a_read_is_recorded_with_its_purpose():
    region = Region.objects.create(code="320703000000", level=Level.COUNTY)
    with during(request="R2"):
        record_read(
            by="zhou", action="registry.reveal", subject=region, purpose="核查", facts={"rows": 1}
        )
    event = Event.objects.get()
    assert (event.action, event.subject, event.purpose, event.request, event.detail) == (
        "registry.reveal",
        "regions.region:320703000000",
        "核查",
        "R2",
        {"rows": 1},
    )
    with pytest.raises(ValueError, match=r"app\.verb"):
        record_read(by="zhou", action="看")
    with pytest.raises(Unsigned):
        record_read(by="", action="registry.reveal")


def test_the_context_ends_with_its_block():
    with during(request="R3"):
        assert current().request == "R3"
    assert current().request == ""


def test_the_day_is_the_citys(monkeypatch):
    late = datetime.datetime(2020, 6, 30, 16, 30, tzinfo=datetime.UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: late)
    assert clock.now() == late
    assert clock.today() == datetime.date(2020, 7, 1)
