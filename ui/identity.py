"""What a browser carries of a sign-in, and where one may be sent after it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from ui.sections import SCREENS, WORK

SESSION_COOKIE: Final = "korme_session"


@dataclass(frozen=True)
class Said:
    """What a sign-in service says: an e-mail address, whether it has verified it, and when."""

    email: str
    verified: bool
    at: datetime


def next_screen(wanted: str) -> str:
    """The screen of ours that an address names, parameters and all; else one's own work.

    Whatever leads to another site, or looks as if it might, is one's own work.
    """
    if not wanted.startswith("/") or "\\" in wanted or not wanted.isprintable():
        return WORK
    parts = urlsplit(wanted)
    if parts.scheme or parts.netloc or parts.path not in SCREENS:
        return WORK
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
