"""帧: the subject of a dossier as the rules read it: the household, a person of it, its village."""

from typing import Any

from wengu.decisions.dossiers import Dossier
from wengu.rules import Pack
from wengu.rules.rows import Frame


def home_of(pack: Pack, dossier: Dossier) -> Frame:
    """Return the household with its persons and their bills."""
    below = {"person": dossier.persons, "bill": dossier.bills}
    return pack.frame("household", dossier.household, below)


def frame_of(pack: Pack, dossier: Dossier | None, table: str, subject: Any) -> Frame | None:
    """Return the row of a subject in a dossier; None = it is not there."""
    if dossier is None:
        return None
    if table == "village":
        return Frame("village", dossier.village) if dossier.village else None
    home = home_of(pack, dossier)
    if table == "household":
        return home
    return next((row for row in home.below.get("person", []) if row.id == subject), None)
