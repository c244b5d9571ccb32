"""What organizers read of stands: a line of the list, a proposal's figures, why one got no place."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from catalog.floor import StandLine
from catalog.languages import best
from catalog.refusals import state_name
from catalog.seating import Lack, Stand
from ui.names import Names, Phrase, phrase
from ui.text import Speech, later

LACKS: Final[Mapping[Lack, str]] = {
    Lack.POWER: later("no free stand has so much power"),
    Lack.AREA: later("no free stand is so large"),
    Lack.NETWORK: later("no free stand has a network"),
    Lack.NOISE: later("no free stand is where noise is allowed"),
    Lack.FIRE: later("no free stand is where open fire is allowed"),
    Lack.TOGETHER: later("no free stand has everything that it needs"),
    Lack.FULL: later("the stands that would do are taken by others"),
}
SHORT_LACKS: Final[Mapping[Lack, str]] = {
    Lack.POWER: later("too little power"),
    Lack.AREA: later("too small"),
    Lack.NETWORK: later("no network"),
    Lack.NOISE: later("no noise allowed"),
    Lack.FIRE: later("no open fire allowed"),
}


@dataclass(frozen=True)
class StandRow:
    """A line of the list."""

    code: str
    title: Phrase
    college: Phrase
    stand: str
    facts: tuple[str, ...]


def said_of(one: StandLine, speech: Speech) -> StandRow:
    """An exhibit's line: its title, its college, where it stands, what it needs."""
    say, needs = speech.say, one.needs
    facts = [one.code, state_name(one.state, speech.language)]
    if one.hidden:
        facts.append(say("hidden"))
    if needs.power_watts:
        facts.append(say("%(watts)s W", watts=needs.power_watts))
    if needs.floor_area > 1:
        facts.append(say("%(area)s m²", area=needs.floor_area))
    for needed, said in (
        (needs.network, say("network")),
        (needs.noise, say("noisy")),
        (needs.fire, say("open fire")),
    ):
        if needed:
            facts.append(said)
    return StandRow(
        one.code,
        title_of(one, speech.language),
        phrase(one.college_names, speech.language) or Phrase(one.college, speech.language),
        one.stand.number if one.stand else "",
        tuple(facts),
    )


def title_of(one: StandLine, language: str) -> Phrase:
    """The title in the reader's language, else in the nearest; the code of what has none."""
    found = best(one.titles, language)
    return Phrase(found[1], found[0]) if found else Phrase(one.code, language)


def place_label(stand: Stand, names: Names, speech: Speech) -> str:
    """A place as it stands in a list to choose from."""
    return f"{stand.number} · {names.called('hall', stand.hall, speech).text}"
