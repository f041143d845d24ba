"""The vocabulary: every fact has a term in both languages and somebody who keeps it."""

import pytest

from wengu.policy.vocabulary import TABLES

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
