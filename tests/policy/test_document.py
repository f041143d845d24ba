"""The document is kept word for word, numbered as the checklist numbers it, with its English."""

import re

import pytest

from wengu.policy.checklist import checklist, checklist_row, rows_of
from wengu.policy.clauses import UnknownClauseError, clause, clauses, original, sections
from wengu.policy.targets import target, targets

HAN = re.compile(r"[\u4e00-\u9fff]")


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("row", checklist(), ids=lambda row: row.id)
def test_every_checklist_phrase_stands_in_its_clause(row):
    assert row.phrase in clause(row.clause).text


def test_the_checklist_is_complete():
    kinds = [row.kind for row in checklist()]
    assert [kinds.count(kind) for kind in ("target", "deadline", "mechanism")] == [43, 19, 201]
    assert len({row.id for row in checklist()}) == len(kinds) == 263


def test_clauses_and_headings_put_together_are_the_document_as_issued():
    rebuilt = ""
    for part in sections():
        if part.number != "0":
            rebuilt += part.heading
        rebuilt += "".join(c.text for section in part.walk() for c in section.clauses)
    assert _squeezed(rebuilt) == _squeezed(original())


def test_each_clause_is_one_sentence():
    for found in clauses():
        assert found.text.count("。") == 1, found.number
        assert found.text.endswith("。")


def test_sentences_are_numbered_without_gaps_in_their_section():
    for part in sections():
        for section in part.walk():
            numbers = [c.number for c in section.clauses]
            expected = [f"{section.number}.{i}" for i in range(1, len(numbers) + 1)]
            assert numbers == expected


def test_sentence_1_of_a_subsection_is_its_heading():
    numbered = [s for part in sections() for s in part.sections if s.number != "2.0"]
    assert len(numbered) == 14
    for section in numbered:
        assert section.clauses[0].text == section.heading + "。"
        assert section.heading.startswith("（")


def test_every_clause_and_heading_has_english_without_chinese_in_it():
    texts = [c.text_en for c in clauses()]
    texts += [s.heading_en for part in sections() for s in part.walk()]
    for text in texts:
        assert text
        assert not HAN.search(text)


def test_figures_survive_translation():
    for found in clauses():
        for figure in re.findall(r"\d+(?=%)", found.text):
            assert f"{figure}%" in found.text_en, found.number


@pytest.mark.parametrize(
    ("number", "zh", "en"),
    [("2.4.3", "二（四）3", "2(4)3"), ("2.0.1", "二（〇）1", "2(0)1"), ("0.2", "序2", "P2")],
)
def test_a_number_is_written_as_each_reader_writes_it(number, zh, en):
    found = clause(number)
    assert (found.number_zh, found.number_en) == (zh, en)


def test_an_unknown_clause_is_refused_by_name():
    with pytest.raises(UnknownClauseError, match=r"条款 2\.4\.9 不存在"):
        clause("2.4.9")


def test_quotes_are_exact_words():
    found = clause("2.4.3")
    assert found.quotes("超过低保最低标准但在2倍以内")
    assert not found.quotes("超过低保标准但在2倍以内")
    assert not found.quotes("")


def test_rows_of_a_clause():
    assert " ".join(row.id for row in rows_of("2.4.3")) == "T17 T18 D10 M99 M103 M104 M105"
    with pytest.raises(LookupError, match="X1"):
        checklist_row("X1")


def test_the_43_targets_are_the_target_rows_of_the_checklist():
    assert [t.id for t in targets()] == [r.id for r in checklist() if r.kind == "target"]


@pytest.mark.parametrize("found", targets(), ids=lambda t: t.id)
def test_a_figure_of_a_target_stands_in_its_own_words(found):
    """A figure stands in the phrase; a bound without one has a direction or a comparison."""
    written = found.row.phrase
    for words, figure in (("3.5万", "35000"), ("2万", "20000"), ("5万", "50000"), ("2年", "24")):
        written = written.replace(words, figure)
    for bound in found.bounds:
        if bound.value is None:
            assert bound.operator in "↑↓" or bound.against
        elif bound.value not in (0, 1, 100):
            assert str(bound.value) in written
        assert (bound.unit is None) == (bound.operator in "↑↓" or bound.against == "全市平均增幅")


def test_comparison_words_are_read_as_written():
    assert [b.operator for b in target("T17").bounds] == [">", "≤", "≤"]
    assert [b.operator for b in target("T18").bounds] == ["<"]
    assert target("T27").bounds[0].operator == "≤"
    assert target("T30").bounds[0].operator == "≈"
    assert not target("T10").quantified
    assert target("T8").quantified
    with pytest.raises(LookupError, match="T99"):
        target("T99")
