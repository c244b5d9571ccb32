"""Passwords: what may be one, and how it is kept (argon2id)."""

import threading
import unicodedata
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from catalog.refusals import Reason, Refused

SHORTEST: Final = 10
LONGEST: Final = 200

# OWASP's first choice for argon2id. Each takes 46 MB, so few at a time.
_HASHER: Final = PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1)
_AT_ONCE: Final = threading.BoundedSemaphore(2)


def check_password(password: str, login: str) -> None:
    """Raise Refused for what can't be a password: too short, too long, or the login itself."""
    length = len(_plain(password))
    if length < SHORTEST:
        raise Refused(Reason.PASSWORD_SHORT, least=SHORTEST, length=length)
    if length > LONGEST:
        raise Refused(Reason.PASSWORD_LONG, most=LONGEST, length=length)
    if _plain(password).casefold() == login.casefold():
        raise Refused(Reason.PASSWORD_IS_LOGIN)


def hash_password(password: str) -> str:
    """The argon2id hash of a password; some 50 ms, so never within a transaction."""
    with _AT_ONCE:
        return _HASHER.hash(_plain(password))


def verify_password(password_hash: str | None, password: str) -> bool:
    """Whether a password is the one hashed; without a hash it takes as long, and is not."""
    known = password_hash or _nobodys()
    # What is longer than any password needn't be read whole.
    typed = _plain(password[: 4 * LONGEST])
    with _AT_ONCE:
        try:
            return _HASHER.verify(known, typed) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False


def _plain(password: str) -> str:
    """The same letters however a keyboard composes them (й is one character or two)."""
    return unicodedata.normalize("NFC", password)


@cache
def _nobodys() -> str:
    return _HASHER.hash("nobody’s password")
