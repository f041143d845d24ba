"""所知: what was known about an owner at two runs, and as the day or the news alone changed it."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from wengu.decisions import facts
from wengu.decisions.dossiers import Dossier
from wengu.decisions.resolving import Row


@dataclass(frozen=True)
class Known:
    """所知: the facts of the earlier run, those on the later day of what was known then, the later.

    From `old` to `aged` the day passed; from `aged` to `new` something became known. `renewed`: the
    same three by the later run's policy, where lists and incomes hold for another time.
    """

    old: Dossier | None
    aged: Dossier | None
    new: Dossier | None
    renewed: "Known | None" = None

    @cached_property
    def news(self) -> bool:
        """Has anything become known."""
        if self.aged is None or self.new is None:
            return self.aged is not self.new
        return facts.tables(self.aged) != facts.tables(self.new)

    @cached_property
    def learnt(self) -> Dossier | None:
        """The old facts with that alone in them which became known.

        What the day alone has begun or ended stays as it was on the old day.
        """
        sides = [facts.tables(side or Dossier({})) for side in (self.old, self.aged, self.new)]
        found = {table: _learnt(*(side[table] for side in sides)) for table in sides[0]}
        persons = {row["id"] for row in found["person"]}
        is_home = any(side["household"] for side in sides)
        if is_home and not (found["household"] and persons):
            return None
        return Dossier(
            household=next(iter(found["household"]), {}),
            persons=found["person"],
            bills=[row for row in found["bill"] if row["person"] in persons],
            village=next(iter(found["village"]), {}),
        )

    def exchanged(self, factors: Collection[str]) -> Dossier | None:
        """Return the facts with these factors exchanged: "fact", "clock", "policy"."""
        if "policy" in factors and self.renewed is not None:
            return self.renewed.exchanged([name for name in factors if name != "policy"])
        if "clock" in factors:
            return self.new if "fact" in factors else self.aged
        return self.learnt if "fact" in factors else self.old


def _learnt(old: list[Row], aged: list[Row], new: list[Row]) -> list[Row]:
    """Return the rows of a table: those of the old day, without what went and with what came."""
    before, between, after = ({row["id"]: row for row in side} for side in (old, aged, new))
    rows = [
        _merged(before.get(key), between.get(key), after.get(key))
        for key in dict.fromkeys([*before, *after])
    ]
    return [row for row in rows if row is not None]


def _merged(old: Row | None, aged: Row | None, new: Row | None) -> Row | None:
    if aged == new:
        return old
    if aged is None or new is None:
        return new
    if old is None:
        return None
    return {name: old[name] if aged[name] == value else value for name, value in new.items()}
