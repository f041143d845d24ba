"""Spelling, masks and region codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wengu.kernel import mask, text
from wengu.kernel.regioncode import Level, RegionCode


@given(st.text())
def test_spelling_settles_at_once(value):
    for spell in (text.normalise, text.compact, text.person_name):
        assert spell(spell(value)) == spell(value)
    assert " " not in text.compact(value)


@pytest.mark.parametrize("dot", "·•．・･∙‧⋅●.")
def test_one_middle_dot(dot):
    assert text.person_name(f"阿依古丽{dot}买买提") == "阿依古丽·买买提"


@pytest.mark.parametrize(
    ("written", "meant"),
    [("　张　三 ", "张三"), ("张\u200b三", "张三"), ("ＡＢ１２", "AB12"), ("O.Henry", "O.Henry"),
     ("﹙一﹚", "(一)"), ("1.5", "1.5")],
)  # fmt: skip
def test_names(written, meant):
    assert text.person_name(written) == meant


def test_single_spaces_stay():
    assert text.normalise("  户主　姓名 \t\n") == "户主 姓名"


@given(st.text(alphabet="0123456789X", max_size=22))
def test_an_identity_number_keeps_six_digits(number):
    masked = mask.id_number(number)
    assert len(masked) == len(number)
    assert len(number) <= 6 or masked[:6] == number[:6]
    assert set(masked[6:]) <= {"·"}
    assert len(number) > 6 or set(masked) <= {"·"}


def test_masks():
    assert mask.id_number("320723194910010016") == "320723············"
    assert mask.phone("13912340137") == "139****0137"
    assert mask.phone("8512345") == "*******"
    assert mask.account("6228480012345678901") == "***************8901"
    assert mask.account("12345678") == "********"


@pytest.mark.parametrize(
    ("name", "masked"),
    [("张小三", "张*三"), ("张三", "张*"), ("张", "*"), ("", ""), ("欧阳小三", "欧**三")],
)
def test_names_are_masked(name, masked):
    assert mask.name(name) == masked


@given(st.text(alphabet="0123456789", min_size=7, max_size=22))
def test_a_mask_never_shows_all(number):
    assert mask.phone(number) != number
    assert mask.account(number) != number


CODE = RegionCode("320723100201")


def test_levels_and_parents():
    assert CODE.level is Level.VILLAGE
    chain = []
    code = CODE
    while code is not None:
        chain.append((code.level.name, code.prefix))
        code = code.parent
    assert chain == [
        ("VILLAGE", "320723100201"), ("TOWN", "320723100"), ("COUNTY", "320723"),
        ("CITY", "3207"), ("PROVINCE", "32"),
    ]  # fmt: skip
    assert CODE.county == "320723"
    assert RegionCode("3207").county is None
    assert CODE.at(Level.CITY) == "320700000000"


@given(st.integers(11, 82), st.integers(1, 99), st.integers(1, 99), st.integers(1, 999),
       st.integers(1, 999))  # fmt: skip
def test_a_division_covers_what_lies_in_it(province, city, county, town, village):
    code = RegionCode(f"{province:02d}{city:02d}{county:02d}{town:03d}{village:03d}")
    above = code.parent
    while above is not None:
        low, high = above.bounds
        assert above.covers(code)
        assert low <= code < high
        assert not code.covers(above)
        above = above.parent


@pytest.mark.parametrize(
    "value", ["", "3", "32072", "3207231", "32072310020", "32072310020a", "３２０７"]
)
def test_what_is_no_code(value):
    with pytest.raises(ValueError, match="区划代码"):
        RegionCode(value)
