"""Medals and prizes as a page tells them: what was won, where, who gave it and when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from catalog.choices import AwardPlace
from catalog.records import AwardRecord
from ui.address import SearchAddress
from ui.names import AWARD_LEVELS, Phrase, phrase
from ui.text import Speech, later

PLACES: Mapping[str, str] = {
    AwardPlace.GOLD: later("Gold medal"),
    AwardPlace.SILVER: later("Silver medal"),
    AwardPlace.BRONZE: later("Bronze medal"),
    AwardPlace.MEDALLION: later("Medallion for Excellence"),
    AwardPlace.WINNER: later("Winner"),
    AwardPlace.OTHER: later("Prize"),
}


@dataclass(frozen=True)
class AwardView:
    """One award; ``href`` leads to all exhibits with an award of its level, if anywhere."""

    place: str
    name: Phrase
    issuer: str
    level: str
    year: int
    href: str


def award_views(
    awards: Iterable[AwardRecord], speech: Speech, *, edition: str | None = None
) -> list[AwardView]:
    """Awards in the order given; with links where an edition is given, as an address names it."""
    blank = SearchAddress(edition=edition or None)
    return [
        AwardView(
            place=speech.say(PLACES[one.place]),
            name=phrase(one.names, speech.language) or Phrase(one.issuer, speech.language),
            issuer=one.issuer,
            level=speech.say(AWARD_LEVELS[one.level]),
            year=one.year,
            href="" if edition is None else blank.choosing("award", one.level).href(),
        )
        for one in awards
    ]
