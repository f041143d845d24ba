"""骰子: repeatable chance. The same seed words give the same throws on every machine."""

import random
from bisect import bisect
from collections.abc import Mapping
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")


class Dice(random.Random):
    """骰子: a stream of throws named by its seed words; not for secrets."""

    def __init__(self, *words: str | int) -> None:
        super().__init__("/".join(map(str, words)))

    def chance(self, share: float) -> bool:
        """Say yes with this probability."""
        return self.random() < share

    def between(self, low: float, high: float) -> float:
        """Return a number of the range, evenly."""
        return low + (high - low) * self.random()

    def bell(self, middle: float, spread: float, low: float, high: float) -> float:
        """Return a normal number, held inside the range."""
        return min(max(self.gauss(middle, spread), low), high)


class Table(Generic[T]):
    """频率表: values with their weights."""

    __slots__ = ("_bounds", "_top", "values")

    def __init__(self, weights: Mapping[T, float]) -> None:
        self.values = tuple(weights)
        self._bounds = list(accumulate(weights.values()))
        self._top = len(self.values) - 1

    def pick(self, dice: Dice) -> T:
        """Return one value, by weight."""
        return self.values[min(bisect(self._bounds, dice.random() * self._bounds[-1]), self._top)]
