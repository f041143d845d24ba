"""The vocabulary: every fact has a term in both languages and somebody who keeps it."""

import datetime
import json

import pytest

from wengu.policy.rules import pack
from wengu.policy.vocabulary import TABLES
from wengu.rules import Pack, Parameters

COLUMNS = [(table, name) for table in TABLES for name in table.columns]


@pytest.mark.parametrize(("table", "name"), COLUMNS, ids=lambda v: getattr(v, "name", v))
def test_a_fact_has_terms_and_a_holder(table, name):
    kind = table.columns[name]
    assert kind.term
    assert kind.term_en.isascii()
    assert kind.holder


def test_only_what_a_bill_always_says_cannot_be_unknown():
    sure = {(t.name, n) for t, n in COLUMNS if not t.columns[n].null}
    assert sure == {("bill", n) for n in ("diagnosis", "admitted", "discharged", "total_fen")}


def test_the_whole_pack_is_read_back_from_its_text_and_asks_the_same():
    again = Pack.of(json.loads(json.dumps(pack.content())))
    assert again.hash() == pack.hash()
    for subject in ("household", "person", "village"):
        day = datetime.date(2020, 7, 1)
        assert again.sql(subject, day, Parameters([])) == pack.sql(subject, day, Parameters([]))
