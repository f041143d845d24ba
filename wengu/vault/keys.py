"""密钥: where the keys come from. A file here; a hardware module later, by the same protocol."""

import base64
import functools
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32
_LARGEST_NUMBER = 255  # a key number is one byte of every stored value


class KeyProvider(Protocol):
    """密钥来源: hands out data keys by number, and one index key and one MAC key per purpose."""

    @property
    def current(self) -> int:
        """The number of the key that new values are encrypted with."""

    def data_key(self, number: int) -> bytes:
        """Return the 32 bytes of a data key; KeyMissing for a number that was never given out."""

    def index_key(self, purpose: str) -> bytes:
        """Return the 32 bytes that blind indexes of this purpose are keyed with."""

    def mac_key(self, purpose: str) -> bytes:
        """Return the 32 bytes that marks of this purpose (of events, of blocks) are made with."""


class KeyMissing(Exception):
    """缺少密钥: a value names a data key that this installation does not hold."""


@dataclass(frozen=True)
class FileKeys:
    """密钥文件: keys in one JSON file that only the service may read."""

    keys: dict[int, bytes]
    current: int
    root: bytes
    demo: bool

    @classmethod
    def read(cls, file: Path) -> Self:
        """Read the file; a missing or damaged one is refused with what to do."""
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
            keys = {int(number): base64.b64decode(key) for number, key in content["keys"].items()}
            read = cls(
                keys, content["current"], base64.b64decode(content["index"]), content["demo"]
            )
        except FileNotFoundError:
            raise ImproperlyConfigured(
                f"密钥文件 {file} 不存在："
                "请用 wengu keys make 生成，或把 WENGU_KEYS 指向已有的密钥文件"
            ) from None
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            raise ImproperlyConfigured(f"密钥文件 {file} 已损坏：请从备份恢复") from problem
        sizes = {len(key) for key in [*read.keys.values(), read.root]}
        if sizes != {KEY_BYTES} or read.current not in read.keys:
            raise ImproperlyConfigured(f"密钥文件 {file} 已损坏：请从备份恢复")
        return read

    def data_key(self, number: int) -> bytes:
        try:
            return self.keys[number]
        except KeyError:
            raise KeyMissing(f"缺少 {number} 号数据密钥：请把密钥文件恢复到含有它的版本") from None

    def index_key(self, purpose: str) -> bytes:
        return hmac.digest(self.root, f"blind index:{purpose}".encode(), hashlib.sha256)

    def mac_key(self, purpose: str) -> bytes:
        return hmac.digest(self.root, f"mac:{purpose}".encode(), hashlib.sha256)


def make_key_file(file: Path, *, demo: bool) -> None:
    """Write a new key file, readable by its owner only; an existing one is never overwritten."""
    file.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "demo": demo,
        "current": 1,
        "keys": {"1": _text(secrets.token_bytes(KEY_BYTES))},
        "index": _text(secrets.token_bytes(KEY_BYTES)),
    }
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise FileExistsError(
            f"密钥文件 {file} 已存在：覆盖它会使已加密的数据永远无法读出"
        ) from None
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump(content, stream)


def add_data_key(file: Path) -> int:
    """Add a data key and make it the current one; values under the older keys stay readable."""
    keys = FileKeys.read(file)
    number = max(keys.keys) + 1
    if number > _LARGEST_NUMBER:
        raise ValueError("数据密钥的编号已用完（255）")
    content = json.loads(file.read_text(encoding="utf-8"))
    content["keys"][str(number)] = _text(secrets.token_bytes(KEY_BYTES))
    content["current"] = number
    beside = file.with_suffix(".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
        json.dump(content, stream)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(file)
    return number


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode("ascii")


def provider() -> KeyProvider:
    """Return the keys of this installation, read once per process."""
    return _read(Path(settings.KEY_FILE), demo=settings.DEMO)


@functools.lru_cache(maxsize=4)
def _read(file: Path, *, demo: bool) -> FileKeys:
    keys = FileKeys.read(file)
    if keys.demo and not demo:
        raise ImproperlyConfigured(
            f"密钥文件 {file} 是演示密钥，不能用于正式环境：演示请设 WENGU_DEMO=1，"
            "正式环境请用 wengu keys make 生成密钥，并由 WENGU_KEYS 指向它"
        )
    return keys
