"""脱敏: what may be shown of an identity number, a telephone, a name."""

_ID_SHOWN = 6
_PHONE_HEAD, _PHONE_TAIL, _PHONE_LENGTH = 3, 4, 11
_SHORT_NAME = 2


def id_number(value: str) -> str:
    """Return the first six digits and dots; the last four beside a birth date give it away."""
    if len(value) <= _ID_SHOWN:
        return "·" * len(value)
    return value[:_ID_SHOWN] + "·" * (len(value) - _ID_SHOWN)


def phone(value: str) -> str:
    """Return 139****0137 for a mobile number; only stars for anything shorter."""
    if len(value) < _PHONE_LENGTH:
        return "*" * len(value)
    hidden = len(value) - _PHONE_HEAD - _PHONE_TAIL
    return value[:_PHONE_HEAD] + "*" * hidden + value[-_PHONE_TAIL:]


def name(value: str) -> str:
    """Return 张*三 or 张*; a name of one character is hidden whole."""
    if len(value) < _SHORT_NAME:
        return "*" * len(value)
    if len(value) == _SHORT_NAME:
        return value[0] + "*"
    return value[0] + "*" * (len(value) - 2) + value[-1]


def account(value: str) -> str:
    """Return stars and the last four digits of a bank account; only stars for a short one."""
    if len(value) <= 2 * _PHONE_TAIL:
        return "*" * len(value)
    return "*" * (len(value) - _PHONE_TAIL) + value[-_PHONE_TAIL:]
