"""加密: AES-256-GCM values bound to their place, and blind indexes.

A value is stored as `1 B algorithm | 1 B key number | 12 B nonce | ciphertext and tag`. Its place
(`table.column|row uid`) is authenticated too: a value copied to another row or column is refused.
"""

import hashlib
import hmac
import os
from collections.abc import Callable, Iterable
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from wengu.vault.keys import KeyProvider, provider

AES_256_GCM = 1
INDEX_BYTES = 16
_NONCE_BYTES = 12
_HEAD_BYTES = 2 + _NONCE_BYTES
_TAG_BYTES = 16


class Tampered(Exception):
    """密文不符: the stored bytes were changed, moved to another place, or belong to another key."""


class Sealed(bytes):
    """密文: bytes as they are stored, told apart from plain bytes by their type."""

    __slots__ = ()


def place(column: str, uid: UUID) -> bytes:
    """Return the authenticated place of a value: `table.column|row uid`."""
    return f"{column}|{uid.hex}".encode()


def encrypt(plain: bytes, where: bytes) -> Sealed:
    """Encrypt `plain` for the place `where` with the current key."""
    head, seal = _sealer()
    nonce = os.urandom(_NONCE_BYTES)
    return Sealed(head + nonce + seal(nonce, plain, where))


def encrypt_many(values: Iterable[tuple[UUID, str | None]], *, column: str) -> list[Sealed | None]:
    """Encrypt texts of one column, each with the uid of its row; None stays None."""
    head, seal = _sealer()
    prefix = f"{column}|"
    random, size = os.urandom, _NONCE_BYTES

    def one(uid: UUID, text: str | None) -> Sealed | None:
        if text is None:
            return None
        nonce = random(size)
        sealed = seal(nonce, text.encode(), (prefix + uid.hex).encode())
        return Sealed(head + nonce + sealed)

    return [one(uid, text) for uid, text in values]


def decrypt(sealed: bytes, where: bytes) -> bytes:
    """Return the plain bytes; Tampered when they do not belong to this place or were changed."""
    if len(sealed) < _HEAD_BYTES + _TAG_BYTES or sealed[0] != AES_256_GCM:
        raise Tampered("密文格式不对：数据可能被改动，请由审计管理员核查")
    keys = provider()
    try:
        return _cipher(keys, sealed[1]).decrypt(sealed[2:_HEAD_BYTES], sealed[_HEAD_BYTES:], where)
    except InvalidTag:
        raise Tampered("密文与所在位置不符：数据可能被改动或移动，请由审计管理员核查") from None


def blind_index(*, purpose: str, value: str) -> bytes:
    """Return the 16 bytes by which an encrypted value is found again: equal values, equal bytes."""
    state = _index(provider(), purpose).copy()
    state.update(value.encode())
    return state.digest()[:INDEX_BYTES]


def blind_indexes(values: Iterable[str | None], *, purpose: str) -> list[bytes | None]:
    """Return the blind index of each value; None stays None."""
    keyed = _index(provider(), purpose)

    def one(value: str) -> bytes:
        state = keyed.copy()
        state.update(value.encode())
        return state.digest()[:INDEX_BYTES]

    return [None if value is None else one(value) for value in values]


def key_number(sealed: bytes) -> int:
    """Return the number of the key that a stored value was encrypted with."""
    return sealed[1]


def _sealer() -> tuple[bytes, Callable[[bytes, bytes, bytes], bytes]]:
    keys = provider()
    return bytes((AES_256_GCM, keys.current)), _cipher(keys, keys.current).encrypt


# Providers are few and live as long as the process; a cache by identity keeps their ciphers.
_ciphers: dict[tuple[int, int], tuple[KeyProvider, AESGCM]] = {}


def _cipher(keys: KeyProvider, number: int) -> AESGCM:
    kept = _ciphers.get((id(keys), number))
    if kept is None:
        kept = _ciphers[id(keys), number] = keys, AESGCM(keys.data_key(number))
    return kept[1]


_states: dict[tuple[int, str], tuple[KeyProvider, hmac.HMAC]] = {}


def _index(keys: KeyProvider, purpose: str) -> hmac.HMAC:
    kept = _states.get((id(keys), purpose))
    if kept is None:
        state = hmac.new(keys.index_key(purpose), digestmod=hashlib.sha256)
        kept = _states[id(keys), purpose] = keys, state
    return kept[1]
