"""加密字段: columns that are plain text in Python and ciphertext in the database.

The row needs a `uid` (a UUID): a value is bound to it. Reading decrypts lazily, so a list that
does not show a value never decrypts it. `bulk_create` works; for `update` and `bulk_update`, which
do not tell a field its row, give the bytes of `EncryptedField.seal`.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core import checks
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from wengu.vault.cipher import Sealed, decrypt, encrypt, encrypt_many, place

if TYPE_CHECKING:
    _Binary = models.Field[Any, Any]
else:  # the class takes type arguments in its stubs only
    _Binary = models.BinaryField


class _Attribute(DeferredAttribute):
    """What `row.phone` reads and writes: the stored bytes stay until somebody looks."""

    field: "_Encrypted"

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:
        value = super().__get__(instance, cls)
        if instance is None or not isinstance(value, Sealed):
            return value
        return self.field.plain(decrypt(value, self.field.place(instance)))

    def __set__(self, instance: models.Model, value: object) -> None:
        instance.__dict__[self.field.attname] = value


class _Encrypted(_Binary):
    descriptor_class = _Attribute

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        found = super().check(**kwargs)
        try:
            self.model._meta.get_field("uid")
        except FieldDoesNotExist:
            found.append(checks.Error("an encrypted field needs a `uid`", obj=self, id="vault.E1"))
        return found

    @property
    def place_name(self) -> str:
        """The first half of a value's place: table.column."""
        return f"{self.model._meta.db_table}.{self.column}"

    def place(self, instance: models.Model) -> bytes:
        """Return the place of this row's value; the row must have its uid."""
        uid = getattr(instance, "uid", None)
        if not isinstance(uid, UUID):
            raise TypeError(f"{self.place_name}: the row needs its uid before a value is encrypted")
        return place(self.place_name, uid)

    def raw(self, value: Any) -> bytes:
        """Return the bytes to encrypt."""
        raise NotImplementedError

    def plain(self, raw: bytes) -> Any:
        """Return what Python sees of decrypted bytes."""
        raise NotImplementedError

    def seal(self, *, uid: UUID, value: Any) -> Sealed | None:
        """Return the stored form for the row `uid`, for `update` and `bulk_update`."""
        if value is None:
            return None
        return encrypt(self.raw(value), place(self.place_name, uid))

    def from_db_value(self, value: Any, *_: object) -> Sealed | None:
        return None if value is None else Sealed(value)

    def pre_save(self, model_instance: models.Model, add: Any) -> Sealed | None:
        value = model_instance.__dict__.get(self.attname)
        if value is None or isinstance(value, Sealed):
            return value
        return encrypt(self.raw(value), self.place(model_instance))

    def get_prep_value(self, value: Any) -> Any:
        """Refuse plain values: whoever sends one here did not say for which row."""
        if value is not None and not isinstance(value, Sealed):
            raise TypeError(
                f"{self.place_name}: find by the blind index; write by save, bulk_create or seal()"
            )
        return super().get_prep_value(value)

    def get_lookup(self, lookup_name: str) -> Any:
        """Allow only `isnull`: equal values have different ciphertexts, comparing finds nothing."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def value_to_string(self, obj: models.Model) -> str:
        sealed = self.pre_save(obj, add=False)
        return "" if sealed is None else sealed.hex()


class EncryptedField(_Encrypted):
    """加密文字: str in Python."""

    _pyi_private_set_type: str
    _pyi_private_get_type: str

    def raw(self, value: str) -> bytes:
        return value.encode()

    def plain(self, raw: bytes) -> str:
        return raw.decode()

    def seal_many(self, rows: Sequence[tuple[UUID, str | None]]) -> list[Sealed | None]:
        """Encrypt one column of many rows at once: (row uid, text)."""
        return encrypt_many(rows, column=self.place_name)


class EncryptedBytesField(_Encrypted):
    """加密字节: bytes in Python."""

    _pyi_private_set_type: bytes
    _pyi_private_get_type: bytes

    def raw(self, value: bytes) -> bytes:
        return bytes(value)

    def plain(self, raw: bytes) -> bytes:
        return raw
