"""Passwords: what is good enough, and how they are kept (argon2id).

Verifying takes the same work whether or not there is an account, so that an answer's time
does not tell who has one.
"""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from foundation.errors import Finding
from foundation.vietnamese import fold

MIN_LENGTH = 8
MAX_LENGTH = 200

# 19 MiB, two passes: OWASP's floor for argon2id; sixteen sign-ins at once fit a small server.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_NOBODY = _hasher.hash("no account has this password")

_COMMON_TEXT = """
    12345678 123456789 1234567890 87654321 11111111 00000000 88888888 66668888 68686868
    abcd1234 abc12345 a1234567 1234abcd password passw0rd password1 qwertyui qwerty123
    iloveyou matkhau1 matkhau123 matkhau@123 nongnghiep hoptacxa nongdan123 vietnam1
    vietnam123 anhyeuem emyeuanh 1q2w3e4r 1qaz2wsx asdfghjkl zxcvbnm123 admin123 admin1234
    nguon123 nguon1234 123456abc 123123123 12341234 11223344 0987654321 0123456789
"""
_COMMON = frozenset(_COMMON_TEXT.split())


def findings(password: str, *, own_words: tuple[str, ...] = ()) -> list[Finding]:
    """Everything wrong with a new password; ``own_words`` are the person's name and contacts."""
    if len(password) < MIN_LENGTH:
        return [Finding("password.too_short", {"min": MIN_LENGTH}, "password")]
    if len(password) > MAX_LENGTH:
        return [Finding("password.too_long", {"max": MAX_LENGTH}, "password")]
    folded = fold(password).replace(" ", "")
    own = {fold(word).replace(" ", "") for word in own_words}
    if folded in _COMMON or folded in own or len(set(folded)) < 3:
        return [Finding("password.too_common", {}, "password")]
    return []


def hashed(password: str) -> str:
    """The kept form of a password."""
    return _hasher.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether ``password`` is the one kept; ``None`` costs the same and never matches."""
    try:
        _hasher.verify(kept or _NOBODY, password[: MAX_LENGTH + 1])
    except (VerifyMismatchError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether the kept form was made with weaker settings than today's."""
    return _hasher.check_needs_rehash(kept)
