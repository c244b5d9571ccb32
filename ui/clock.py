"""Moments as the fair's people read them: by the clock of the fair's own town."""

from datetime import datetime

from catalog.terms import FAIRS_CLOCK


def day(when: datetime) -> str:
    """A day in the fair's time zone, as all three languages write it."""
    return when.astimezone(FAIRS_CLOCK).strftime("%d.%m.%Y")


def moment(when: datetime) -> str:
    """A day and the minute in it."""
    return when.astimezone(FAIRS_CLOCK).strftime("%d.%m.%Y, %H:%M")
