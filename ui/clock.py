"""Moments as the fair's people read them: by the clock of the fair's own town."""

from datetime import date, datetime

from catalog.terms import FAIRS_CLOCK


def day(when: date) -> str:
    """A day, that of a moment in the fair's time zone, as all three languages write it."""
    if isinstance(when, datetime):
        when = when.astimezone(FAIRS_CLOCK)
    return when.strftime("%d.%m.%Y")


def moment(when: datetime) -> str:
    """A day and the minute in it."""
    return f"{day(when)}, {clock(when)}"


def clock(when: datetime) -> str:
    """The time of day."""
    return when.astimezone(FAIRS_CLOCK).strftime("%H:%M")
