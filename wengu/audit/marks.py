"""印记: an event's canonical form, the mark the writer puts on it, and the hash of a block.

A mark is made with a key that the database does not hold: whoever can write rows, but has not the
key, can neither change an event nor add one unnoticed. The form is the same on every database.
"""

import datetime
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from wengu.vault.keys import KeyProvider, provider

GENESIS: Final = "0" * 64
MAC_LENGTH: Final = 48
_NONCE = 16
_SHORT = 8


class Written(NamedTuple):
    """一条: an event as it stands in its table, in the order of its columns."""

    pk: int
    at: datetime.datetime | str
    actor: str
    action: str
    subject: str
    purpose: str
    request: str
    detail: Any
    mac: str


class Block(NamedTuple):
    """一块: what a block says of itself, apart from its hash."""

    number: int
    previous: str
    at: datetime.datetime
    ranges: list[list[int]]
    marks: str


def mac(said: tuple[Any, ...], nonce: str = "") -> str:
    """Return the mark of what an event says (at … detail); a new nonce makes each event its own."""
    nonce = nonce or secrets.token_hex(_NONCE // 2)
    at, *rest = said
    message = nonce.encode() + _canonical([_instant(at), *rest])
    return nonce + hmac.digest(_key("audit event"), message, "sha256").hex()[: MAC_LENGTH - _NONCE]


def is_ours(row: Written) -> bool:
    """Return whether an event bears the mark of one who has the key."""
    found = str(row.mac)
    return hmac.compare_digest(found.encode(), mac(row[1:-1], found[:_NONCE] or "-").encode())


def digests(rows: Iterable[Written]) -> list[str]:
    """Return the SHA-256 of each row, its number and its mark included."""
    return [
        hashlib.sha256(_canonical([row.pk, _instant(row.at), *row[2:]])).hexdigest() for row in rows
    ]


def short(digest: str) -> str:
    """Return the piece of a row's digest that its block keeps, to name the row that changed."""
    return digest[:_SHORT]


def shorts(marks: str) -> list[str]:
    """Return the pieces that a block keeps, one a row."""
    return [marks[at : at + _SHORT] for at in range(0, len(marks), _SHORT)]


def chained(block: Block, rows: Iterable[str]) -> str:
    """Return HMAC(key, previous || what the block says || SHA-256 over the digests of its rows)."""
    number, previous, at, ranges, marks = block
    over = hashlib.sha256("".join(rows).encode()).hexdigest()
    message = _canonical([previous, number, _instant(at), ranges, marks, over])
    return hmac.digest(_key("audit seal"), message, "sha256").hex()


def _canonical(values: list[Any]) -> bytes:
    # jsonb keeps no order of keys, so they are sorted.
    # What no column of ours can hold (bytes, put there by hand) is told by its repr.
    text = json.dumps(
        values, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=repr
    )
    return text.encode("utf-8", "surrogatepass")


def _instant(at: datetime.datetime | str) -> str:
    """Write an instant in UTC to the microsecond; SQLite's own text of it is only completed."""
    if isinstance(at, datetime.datetime):
        return at.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    whole = at if "." in at else f"{at}.000000"
    return f"{whole.replace(' ', 'T')}+00:00"


# Providers are few and live as long as the process, as in vault.cipher.
_keys: dict[tuple[int, str], tuple[KeyProvider, bytes]] = {}


def _key(purpose: str) -> bytes:
    keys = provider()
    kept = _keys.get((id(keys), purpose))
    if kept is None:
        kept = _keys[id(keys), purpose] = keys, keys.mac_key(purpose)
    return kept[1]
