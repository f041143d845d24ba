"""校验码: a column that holds the mark of its own row, made when the row is first written."""

from typing import TYPE_CHECKING, Any

from django.db import models

from wengu.audit import marks

if TYPE_CHECKING:
    _Char = models.CharField[str, str]
else:  # the class takes type arguments in its stubs only
    _Char = models.CharField

SAID = ("at", "actor", "action", "subject", "purpose", "request", "detail")


class MacField(_Char):
    """The mark over the columns named in `SAID`, also of rows written by bulk_create.

    A row that is written a second time keeps its first mark, which then no longer fits.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"max_length": marks.MAC_LENGTH, "editable": False}
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001 - Django's signature
        if add:
            said = tuple(getattr(model_instance, name) for name in SAID)
            setattr(model_instance, self.attname, marks.mac(said))
        return super().pre_save(model_instance, add)
