"""Money: exact in both directions, refused where it cannot be."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wengu.kernel import money

fen = st.integers(-money.LARGEST, money.LARGEST)


@given(fen)
def test_yuan_and_back(value):
    assert money.from_yuan(money.to_yuan(value)) == value
    assert money.from_yuan(str(money.to_yuan(value))) == value
    assert money.to_yuan(value) * 100 == value
    assert -money.to_yuan(value).as_tuple().exponent == 2


@pytest.mark.parametrize(
    ("yuan", "expected"),
    [("0", 0), ("-0.00", 0), ("7320.01", 732001), (" 12.3 ", 1230), ("12.300", 1230), (5, 500),
     (Decimal("1E+3"), 100_000), ("92233720368547758.07", 2**63 - 1)],
)  # fmt: skip
def test_from_yuan(yuan, expected):
    assert money.from_yuan(yuan) == expected


@pytest.mark.parametrize(
    "value",
    [1.0, 0.1, True, "NaN", "sNaN", "inf", "-Infinity", Decimal("NaN"), "", "12 元", "1,000.00",
     None, "0.001", "1.005", Decimal("1e-30"), "92233720368547758.08", "1e400", "1e-400", [],
     "１２.５元"],
)  # fmt: skip
def test_what_is_no_exact_amount_is_refused(value):
    with pytest.raises(money.MoneyError):
        money.from_yuan(value)


@pytest.mark.parametrize("value", [1.0, True, 2**63, Decimal(1), "1", None])
def test_only_integers_are_fen(value):
    with pytest.raises(money.MoneyError):
        money.to_yuan(value)


@pytest.mark.parametrize(
    ("yuan", "expected"),
    [("0.004", 0), ("0.005", 1), ("0.015", 2), ("0.025", 3), ("-0.005", -1), ("2.675", 268)],
)
def test_half_up_where_it_is_asked_for(yuan, expected):
    assert money.round_yuan(yuan) == expected


@given(st.decimals(-(10**12), 10**12, places=6))
def test_rounding_is_to_the_nearest(value):
    exact = value.quantize(Decimal("0.01"), ROUND_HALF_UP) * 100
    assert money.round_yuan(value) == exact


@given(st.integers(-(10**12), 10**12), st.integers(0, 20_000))
def test_a_part_is_the_nearest_fen(amount, bp):
    exact = Fraction(amount * bp, 10_000)
    assert abs(money.part(amount, bp) - exact) <= Fraction(1, 2)
    if (2 * exact).denominator == 1 and exact.denominator == 2:
        assert abs(money.part(amount, bp)) == abs(exact) + Fraction(1, 2)


@given(st.integers(-(10**12), 10**12), st.integers(0, 20_000))
def test_a_part_of_the_negative_is_the_negative(amount, bp):
    assert money.part(-amount, bp) == -money.part(amount, bp)


def test_rounding_refuses_what_is_too_large():
    with pytest.raises(money.MoneyError):
        money.round_yuan("1e30")
    with pytest.raises(money.MoneyError):
        money.part(2**62, 30_000)


def test_people_read_thousands():
    assert money.format_yuan(123450) == "1,234.50"
    assert money.format_yuan(-5) == "-0.05"
