"""The vocabulary: every fact has a term in both languages and somebody who keeps it."""

import datetime
import json

import pytest

from wengu.policy.rules import pack
from wengu.policy.vocabulary import TABLES
from wengu.rules import Pack, Parameters
from wengu.rules import nodes as n
from wengu.rules.words import Words

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


def test_the_rows_of_the_document_s_rules_are_told_plainly():
    names = {True: set(), False: set()}

    def gather(node):
        if isinstance(node, n.Aggregate):
            for english, found in names.items():
                found.add(Words(pack.vocabulary, english=english).name(node))
        opened = pack.vocabulary.opened(node)
        for below in [opened] if opened is not node else n.children(node):
            gather(below)

    for rule in pack.rules:
        for branch in rule.branches:
            if branch.condition is not None:
                gather(branch.condition)
    chinese = {"成员数", "全部成员为特困供养人员", "有成员未参加基本医疗保险", "有成员残疾"}
    assert chinese < names[False]
    assert {"number of members", "all members in destitute support", "any member out of school",
            "any member not in basic medical insurance"} < names[True]  # fmt: skip
    assert not any(" of person" in name or "人人" in name for name in names[True] | names[False])
