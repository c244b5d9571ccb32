"""The six-character code of an exhibit: it stands in every address and on every printed sign."""

import re
import secrets
from collections.abc import Collection
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH: Final = 6

_CODE: Final = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")


def is_code(text: str) -> bool:
    """Whether a text is a code: six characters, none of 0 O 1 I L."""
    return _CODE.fullmatch(text) is not None


def new_code(used: Collection[str]) -> str:
    """A code that is not among the used ones."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if code not in used:
            return code
