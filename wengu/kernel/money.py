"""金额: integer fen inside, Decimal yuan at the edges, and nothing silent between the two."""

import decimal
from decimal import ROUND_HALF_UP, Decimal
from typing import NewType

Fen = NewType("Fen", int)

FEN_PER_YUAN = 100
BP_PER_WHOLE = 10_000
LARGEST = 2**63 - 1
"""What a BIGINT column holds; a larger amount is a mistake, not money."""

# The default context rounds at 28 digits; money must never be rounded by accident.
_EXACT = decimal.Context(prec=60, traps=[decimal.Inexact, decimal.InvalidOperation])


class MoneyError(ValueError):
    """金额错误: a value that cannot become an exact number of fen."""


def _decimal(value: Decimal | int | str) -> Decimal:
    """Return `value` as a finite Decimal; refuse float, bool, NaN and infinity."""
    if isinstance(value, bool | float):
        raise MoneyError(f"金额不能是 {type(value).__name__}：请给出 Decimal、整数或文字")
    if isinstance(value, str):
        value = value.strip()
    try:
        number = Decimal(value)
    except (decimal.InvalidOperation, TypeError, ValueError):
        raise MoneyError(f"不是金额：{value!r}") from None
    if not number.is_finite():
        raise MoneyError(f"金额必须是有限的数：{value!r}")
    return number


def _bounded(fen: int) -> Fen:
    if not -LARGEST <= fen <= LARGEST:
        raise MoneyError(f"金额超出范围：{fen} 分")
    return Fen(fen)


def to_yuan(fen: int) -> Decimal:
    """Return the yuan of `fen`, always with two decimals."""
    if isinstance(fen, bool) or not isinstance(fen, int):
        raise MoneyError(f"分必须是整数：{fen!r}")
    return _bounded(fen) * _EXACT.create_decimal("0.01")


def from_yuan(value: Decimal | int | str) -> Fen:
    """Return the fen of a yuan amount; refuse what is not a whole number of fen."""
    number = _decimal(value)
    if number.adjusted() > len(str(LARGEST)):
        raise MoneyError(f"金额超出范围：{value}")
    try:
        fen = _EXACT.multiply(number, Decimal(FEN_PER_YUAN)).to_integral_exact(context=_EXACT)
    except decimal.Inexact:
        raise MoneyError(f"金额 {value} 多于两位小数：请核对，或说明如何取整") from None
    return _bounded(int(fen))


def round_yuan(value: Decimal | int | str) -> Fen:
    """Return the nearest fen, half up (away from zero); only where a text says so."""
    number = _decimal(value)
    if number.adjusted() > len(str(LARGEST)):
        raise MoneyError(f"金额超出范围：{value}")
    return _bounded(
        int(number.scaleb(2, decimal.Context(prec=100)).to_integral_value(ROUND_HALF_UP))
    )


def part(fen: int, bp: int) -> Fen:
    """Return `bp` basis points of `fen`, half up (away from zero), in integers throughout."""
    product = abs(fen * bp)
    rounded = (2 * product + BP_PER_WHOLE) // (2 * BP_PER_WHOLE)
    return _bounded(rounded if fen * bp >= 0 else -rounded)


def format_yuan(fen: int) -> str:
    """Return the amount as people read it: 1,234.50."""
    return f"{to_yuan(fen):,.2f}"
