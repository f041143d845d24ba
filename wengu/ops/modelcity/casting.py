"""选角: hands the cases of one county to its households."""

from wengu.ops.modelcity.cases import Case, Scene, catalogue
from wengu.ops.modelcity.people import Household


def fits(case: Case, home: Household, scene: Scene) -> bool:
    """Say whether the household can become the case."""
    if any(person.absence for person in home.members):
        return False
    return case.wants(home, scene) and home.head.has_papers


_MOST = 0.25
_COPIES = 3


class Casting:
    """选角: hands the cases of one county to its households, evenly spread."""

    def __init__(self, households: int) -> None:
        once = catalogue()
        room = int(households * _MOST)
        copies = min(max(room // len(once), 1), _COPIES)
        self._waiting = (once * copies)[:room]
        self._step = max(households // max(len(self._waiting), 1), 1)
        self._seen = 0

    def offer(self, home: Household, scene: Scene) -> None:
        """Show the next household; it becomes the first waiting case that it fits, when due."""
        self._seen += 1
        if not self._waiting or self._seen % self._step:
            return
        for place, case in enumerate(self._waiting):
            if fits(case, home, scene):
                del self._waiting[place]
                case.apply(home, scene)
                return
