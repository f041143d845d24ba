"""植入: spreads errors over the sheets of a county at a given rate, every kind in turn."""

from collections.abc import Iterator

from wengu.ops.modelcity.dice import Dice, Table
from wengu.ops.modelcity.plant_facts import FACT_PLANTERS, HARMLESS_PLANTERS
from wengu.ops.modelcity.plant_identity import IDENTITY_PLANTERS, Planter
from wengu.ops.modelcity.sheets import Block, Sheet, free

PLANTERS: dict[str, Planter] = {**IDENTITY_PLANTERS, **FACT_PLANTERS}
_TRIES = 120
_KINDS_TRIED = 6
# What clerks get wrong most often; every other kind counts as one.
_FREQUENT = {
    "id_checksum": 6, "id_length": 4, "id_truncated": 3, "id_duplicate_elsewhere": 3,
    "relation_sex": 4, "members_count": 5, "phone_missing": 6, "phone_length": 6,
    "phone_shared": 4, "schooling_both": 5, "schooling_neither": 5, "labour_healthy_none": 6,
    "income_not_number": 4, "income_missing": 4, "work_place_months": 4, "village_unknown": 2,
}  # fmt: skip
_HARMLESS_PER_ERROR = 0.8


class Planting:
    """植入: the share of rows to spoil, carried on from town to town within a county."""

    def __init__(self, *, rate: float, dice: Dice) -> None:
        self._rate = rate
        self._dice = dice
        self._owed = 0.0
        self._kinds = self._rotation()

    def _rotation(self) -> Iterator[str]:
        """Yield every kind once in a random order, then kinds by frequency for ever."""
        once = list(PLANTERS)
        self._dice.shuffle(once)
        yield from once
        table = Table({kind: _FREQUENT.get(kind, 1.0) for kind in PLANTERS})
        while True:
            yield table.pick(self._dice)

    def spoil(self, sheet: Sheet) -> None:
        """Plant this sheet's share of errors and of harmless spellings."""
        self._owed += self._rate * len(sheet.rows)
        count, self._owed = int(self._owed), self._owed % 1
        for _ in range(count):
            any(self._one(sheet, PLANTERS[next(self._kinds)]) for _ in range(_KINDS_TRIED))
        for _ in range(round(count * _HARMLESS_PER_ERROR)):
            self._one(sheet, self._dice.choice(HARMLESS_PLANTERS))

    def _one(self, sheet: Sheet, planter: Planter) -> bool:
        """Try households at random until one takes the error; False = none fits."""
        return any(planter(sheet, block, self._dice) for block in self._candidates(sheet))

    def _candidates(self, sheet: Sheet) -> Iterator[Block]:
        for _ in range(_TRIES):
            block = self._dice.choice(sheet.blocks)
            if free(block):
                yield block
