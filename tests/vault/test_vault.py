"""The vault: what is stored, what is refused, how fast it is."""

import time
import uuid

import pytest
from django.core.exceptions import FieldDoesNotExist, FieldError, ImproperlyConfigured
from django.db import connection, transaction

from wengu.intake.models import Row
from wengu.registry.models import Household
from wengu.vault import cipher, keys
from wengu.vault.cipher import Sealed, Tampered, blind_index, blind_indexes, decrypt, encrypt

PHONE = "13905130137"


@pytest.fixture
def key_file(tmp_path, settings):
    """A production key file of this test alone."""
    settings.KEY_FILE = tmp_path / "keys"
    keys.make_key_file(settings.KEY_FILE, demo=False)
    return settings.KEY_FILE


def test_the_layout_is_algorithm_key_nonce_ciphertext_tag():
    sealed = encrypt("一二".encode(), b"t.c|1")
    assert sealed[0] == cipher.AES_256_GCM
    assert sealed[1] == keys.provider().current
    assert len(sealed) == 1 + 1 + 12 + len("一二".encode()) + 16
    assert sealed != encrypt("一二".encode(), b"t.c|1"), "the nonce is fresh"
    assert decrypt(sealed, b"t.c|1").decode() == "一二"


def test_a_value_in_another_place_is_refused():
    sealed = encrypt(b"x", b"t.c|1")
    for place in (b"t.c|2", b"t.d|1"):
        with pytest.raises(Tampered):
            decrypt(sealed, place)


@pytest.mark.parametrize("position", range(31))
def test_every_changed_byte_is_refused(position):
    sealed = bytearray(encrypt(b"x", b"t.c|1"))
    sealed[position] ^= 1
    with pytest.raises((Tampered, keys.KeyMissing)):
        decrypt(bytes(sealed), b"t.c|1")


def test_a_short_value_is_refused():
    with pytest.raises(Tampered):
        decrypt(b"\x01\x01", b"t.c|1")


def test_old_values_stay_readable_after_a_new_key(key_file):
    old = encrypt(b"x", b"p")
    assert keys.add_data_key(key_file) == 2
    keys._read.cache_clear()
    assert decrypt(old, b"p") == b"x"
    new = encrypt(b"x", b"p")
    assert (cipher.key_number(old), cipher.key_number(new)) == (1, 2)


def test_a_lost_key_is_named(key_file):
    sealed = bytearray(encrypt(b"x", b"p"))
    sealed[1] = 9
    with pytest.raises(keys.KeyMissing, match="9 号"):
        decrypt(bytes(sealed), b"p")


def test_another_installations_key_never_gives_garbage(tmp_path, settings, key_file):
    sealed = encrypt(b"x", b"p")
    settings.KEY_FILE = tmp_path / "other"
    keys.make_key_file(settings.KEY_FILE, demo=False)
    with pytest.raises(Tampered):
        decrypt(sealed, b"p")


def test_production_refuses_a_missing_key_file(tmp_path, settings):
    settings.KEY_FILE = tmp_path / "none"
    with pytest.raises(ImproperlyConfigured, match="不存在：请用"):
        keys.provider()


def test_production_refuses_a_demo_key_and_the_demo_takes_it(tmp_path, settings):
    settings.KEY_FILE = tmp_path / "demo"
    keys.make_key_file(settings.KEY_FILE, demo=True)
    with pytest.raises(ImproperlyConfigured, match="演示密钥"):
        keys.provider()
    settings.DEMO = True
    assert keys.provider().current == 1


@pytest.mark.parametrize("content", ["", "{}", '{"keys": [], "index": "", "demo": true}'])
def test_a_damaged_key_file_is_refused(tmp_path, settings, content):
    settings.KEY_FILE = tmp_path / "damaged"
    settings.KEY_FILE.write_text(content)
    with pytest.raises(ImproperlyConfigured, match="已损坏"):
        keys.provider()


def test_a_key_file_is_private_and_never_overwritten(key_file):
    assert key_file.stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError):
        keys.make_key_file(key_file, demo=False)


def test_a_blind_index_depends_on_purpose_value_and_key(tmp_path, settings, key_file):
    index = blind_index(purpose="phone", value=PHONE)
    assert len(index) == 16
    assert index == blind_index(purpose="phone", value=PHONE)
    assert index != blind_index(purpose="id", value=PHONE)
    assert index != blind_index(purpose="phone", value=PHONE[:-1] + "8")
    assert blind_indexes([PHONE, None], purpose="phone") == [index, None]
    settings.KEY_FILE = tmp_path / "other"
    keys.make_key_file(settings.KEY_FILE, demo=False)
    assert index != blind_index(purpose="phone", value=PHONE)


def household(region, **columns):
    return Household(uid=uuid.uuid4(), village=region, seq=1, **columns)


@pytest.mark.db
def test_a_field_is_plain_in_python_and_ciphertext_in_the_database(village):
    row = household(village, number="H1", phone=PHONE, address="某村三组 7 号")
    row.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM registry_household")
        stored = bytes(cursor.fetchone()[0])
    assert PHONE.encode() not in stored
    read = Household.objects.get()
    assert isinstance(read.__dict__["phone"], Sealed), "reading decrypts lazily"
    assert (read.phone, read.address) == (PHONE, "某村三组 7 号")
    read.save()
    again = Household.objects.get()
    assert bytes(again.__dict__["phone"]) == stored, "an unchanged value is written back as it was"


@pytest.mark.db
def test_none_stays_none_and_deferred_values_are_fetched(village):
    household(village, number="H1", phone=None).save()
    household(village, number="H2", phone="").save()
    assert Household.objects.get(number="H1").phone is None
    assert Household.objects.only("number").get(number="H2").phone == ""
    assert Household.objects.filter(phone__isnull=True).count() == 1


@pytest.mark.db
def test_bulk_create_encrypts(village):
    rows = [household(village, number=f"H{n}", phone=f"1390513{n:04}") for n in range(50)]
    Household.objects.bulk_create(rows)
    assert {row.phone for row in Household.objects.all()} == {row.phone for row in rows}


@pytest.mark.db
def test_update_takes_sealed_bytes_and_refuses_plain_text(village):
    row = household(village, number="H1", phone="1")
    row.save()
    with pytest.raises(TypeError, match="seal"), transaction.atomic():
        Household.objects.update(phone=PHONE)
    with pytest.raises(FieldError):
        Household.objects.filter(phone=PHONE).exists()
    field = Household._meta.get_field("phone")
    Household.objects.update(phone=field.seal(uid=row.uid, value=PHONE))
    assert Household.objects.get().phone == PHONE


@pytest.mark.db
def test_a_value_copied_to_another_row_is_refused(village):
    first, second = (household(village, number=n, phone=n) for n in ("1", "2"))
    first.save()
    second.save()
    stored = Household.objects.get(number="1").__dict__["phone"]
    Household.objects.filter(number="2").update(phone=stored)
    with pytest.raises(Tampered):
        _ = Household.objects.get(number="2").phone


def test_a_row_needs_its_uid_first():
    with pytest.raises(TypeError, match="uid"):
        Row._meta.get_field("cells").pre_save(Row(cells=b"x", uid=None), add=True)


def test_bytes_come_back_as_bytes():
    row = Row(uid=uuid.uuid4(), cells=b"\x00\xff")
    row.cells = Row._meta.get_field("cells").pre_save(row, add=True)
    assert row.cells == b"\x00\xff"


def test_a_model_without_uid_is_refused_by_the_system_check(monkeypatch):
    def missing(name):
        raise FieldDoesNotExist(name)

    field = Household._meta.get_field("phone")
    monkeypatch.setattr(Household._meta, "get_field", missing)
    assert "vault.E1" in {found.id for found in field.check()}


def test_speed_is_above_100k_values_a_second():
    field = Household._meta.get_field("phone")
    uids = [uuid.uuid4() for _ in range(50_000)]
    pairs = [(uid, PHONE) for uid in uids]
    best = {}
    for _ in range(3):
        for name, work in {
            "encrypt": lambda: field.seal_many(pairs),
            "index": lambda: blind_indexes([PHONE] * len(uids), purpose="phone"),
        }.items():
            start = time.perf_counter()
            work()
            best[name] = max(best.get(name, 0), len(uids) / (time.perf_counter() - start))
    assert min(best.values()) > 100_000, best
