"""号码: identity numbers, telephone numbers, certificate numbers: valid, unique and invented."""

from datetime import date

from wengu.kernel import idcard
from wengu.ops.modelcity.dice import Dice, Table

# The region of a number is where it was first issued: not where its bearer lives.
_OWN: dict[str, dict[str, float]] = {
    "320703": {"320703": 82, "320704": 10, "320705": 2},
    "320706": {"320706": 40, "320705": 30, "320704": 8, "320721": 1},
    "320707": {"320721": 86, "320707": 8},
    "320722": {"320722": 94, "320705": 1},
    "320723": {"320723": 93, "320705": 1.2, "320704": 0.6, "320721": 0.6},
    "320724": {"320724": 94, "320723": 1.5},
    "320771": {"320703": 50, "320704": 30, "320706": 10},
    "320772": {"320706": 45, "320705": 40, "320704": 6},
}
_NEAR: dict[str, float] = {
    "320703": 1, "320704": 0.5, "320705": 1, "320706": 0.5, "320721": 1.2, "320722": 1.2,
    "320723": 1, "320724": 1.2, "321322": 0.8, "320826": 0.5, "320924": 0.3, "371329": 0.3,
}  # fmt: skip
_AFAR = Table(
    {"522631": 1, "532128": 1, "511623": 1, "341221": 1.2, "411724": 0.8, "452723": 0.8,
     "530324": 1, "522401": 1, "370829": 0.5, "420922": 0.5, "130425": 0.3, "230184": 0.3}
)  # fmt: skip
_PREFIXES = ("138", "139", "136", "137", "151", "152", "159", "182", "187", "188", "130", "156")
_PHONES_PER_PREFIX = 99_999_989  # a prime: the step below visits every number once
_PHONE_STEP = 48_271_013
_LAST_SEQUENCE = 999


class Numbers:
    """号码簿: hands out numbers, never one twice."""

    def __init__(self, seed: int) -> None:
        self._used: set[int] = set()
        self._phones = Dice(seed, "phones").randrange(_PHONES_PER_PREFIX)
        self._areas = {county: Table({**_NEAR, **own}) for county, own in _OWN.items()}

    def area(self, dice: Dice, county: str, *, afar: bool) -> str:
        """Return the first six digits of a number whose bearer lives in `county`."""
        if afar:
            return _AFAR.pick(dice)
        table = self._areas.get(county)
        return county if table is None else table.pick(dice)

    def identity(self, dice: Dice, area: str, birth: date, sex: str) -> str:
        """Return an unused valid number; one that looks cut off by a spreadsheet is skipped."""
        head = f"{area}{birth:%Y%m%d}"
        odd = sex == "男"
        sequence = dice.randrange(1, 500) * 2 - (1 if odd else 2)
        while True:
            number = idcard.complete(f"{head}{sequence:03d}")
            key = int(number[:17])
            if sequence and not number.endswith("000") and key not in self._used:
                self._used.add(key)
                return number
            sequence = (sequence + 2) % (_LAST_SEQUENCE + 1)

    def placeholder(self, dice: Dice, birth: date) -> str:
        """Return a stand-in number for a person without papers."""
        while True:
            number = f"{idcard.PLACEHOLDER}{birth:%Y%m%d}{dice.randrange(10_000):04d}"
            if int(number[:17]) not in self._used:
                self._used.add(int(number[:17]))
                return number

    def phone(self) -> str:
        """Return the next telephone number; the sequence never repeats within a city."""
        self._phones = (self._phones + _PHONE_STEP) % _PHONES_PER_PREFIX
        return _PREFIXES[self._phones % len(_PREFIXES)] + f"{self._phones:08d}"


def certificate(number: str, kind: int, grade: int, *, renewal: int = 0) -> str:
    """Return the disability number built on an identity number; a renewed one has 22 digits."""
    return f"{number}{kind}{grade}" + (f"{renewal:02d}" if renewal else "")
