"""What the values of one edition are called: technologies, colleges, fields, halls, awards."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from catalog.choices import AwardLevel, Kind
from catalog.languages import best, collation_key
from catalog.records import CollegeRecord, EditionRecord, FieldRecord, TechnologyRecord
from ui.text import Speech, later

KINDS: Mapping[str, str] = {
    Kind.PRODUCT: later("Product"),
    Kind.PROTOTYPE: later("Prototype"),
    Kind.SOFTWARE: later("Software"),
    Kind.PROGRAMME: later("Programme"),
    Kind.RESEARCH: later("Research"),
    Kind.CRAFT: later("Craft"),
    Kind.SERVICE: later("Service"),
}
AWARD_LEVELS: Mapping[str, str] = {
    AwardLevel.FAIR: later("Award of the fair"),
    AwardLevel.CITY: later("City award"),
    AwardLevel.NATIONAL: later("National award"),
    AwardLevel.INTERNATIONAL: later("International award"),
}
# Facets whose values are the app's own words.
_SAID: Mapping[str, Mapping[str, str]] = {"kind": KINDS, "award": AWARD_LEVELS}


@dataclass(frozen=True)
class Phrase:
    """A text and the language it is in."""

    text: str
    language: str


@dataclass(frozen=True)
class Names:
    """The names of one edition at one revision; asked by slug, answered in a visitor's language.

    Whoever has them needn't ask for the catalog's `revision` again.
    """

    edition: EditionRecord
    technologies: Mapping[str, TechnologyRecord]
    colleges: Mapping[str, CollegeRecord]
    fields: Mapping[str, FieldRecord]
    specialties: Mapping[str, Mapping[str, str]]
    revision: int = 0
    _called: dict[tuple[str, str, str], Phrase] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def called(self, facet: str, value: str, speech: Speech) -> Phrase:
        """What a facet's value is called; the value itself where nothing is known of it."""
        asked = facet, value, speech.language
        known = self._called.get(asked) or self._call(facet, value, speech)
        if known is None:
            # Whatever an address has: not worth keeping, and there is no end to it.
            return Phrase(value, speech.language)
        self._called[asked] = known
        return known

    def _call(self, facet: str, value: str, speech: Speech) -> Phrase | None:
        if facet in _SAID:
            said = _SAID[facet].get(value)
            return Phrase(speech.say(said), speech.language) if said else None
        return phrase(self._names(facet, value), speech.language)

    def spellings(self, facet: str, value: str) -> Iterator[str]:
        """Every name that is known of a facet's value, in any language."""
        yield from self._names(facet, value).values()
        if facet == "technology" and value in self.technologies:
            for alternatives in self.technologies[value].alternatives.values():
                yield from alternatives
        if facet == "college" and value in self.colleges:
            college = self.colleges[value]
            yield from (*college.short_names.values(), *college.aliases)

    def _names(self, facet: str, value: str) -> Mapping[str, str]:
        if facet == "technology" and value in self.technologies:
            return self.technologies[value].labels
        if facet == "college" and value in self.colleges:
            return self.colleges[value].names
        if facet == "field" and value in self.fields:
            return self.fields[value].names
        if facet == "specialty":
            return self.specialties.get(value, {})
        if facet == "hall":
            return {hall.slug: hall.names for hall in self.edition.halls}.get(value, {})
        return {}


def phrase(texts: Mapping[str, str], language: str) -> Phrase | None:
    """The text in the language asked for, else in the nearest that there is."""
    found = best(texts, language)
    return Phrase(text=found[1], language=found[0]) if found else None


# The same few hundred names are sorted at every rerun.
@lru_cache(maxsize=20_000)
def alphabetical(phrase: Phrase, language: str) -> tuple[tuple[int, ...], str]:
    """A sort key: the alphabet of the language the list is read in."""
    return collation_key(phrase.text, language)
