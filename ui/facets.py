"""The values to narrow a search by: the commonest in sight, any other by a few of its letters."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from ui.address import SearchAddress, link
from ui.html import draw
from ui.names import Names, alphabetical
from ui.text import Speech, later
from ui.views import Option

SHOWN_OPTIONS = 8
# So many can be looked through, the others folded away; of more than that the commonest are folded
# away, and a field finds the rest.
LISTED_OPTIONS = 40
FOLDED_OPTIONS = 12
FOUND_OPTIONS = 20
OPEN_FACETS = ("technology", "college")

FACET_TITLES: Mapping[str, str] = {
    "technology": later("Technology"),
    "college": later("College"),
    "field": later("Field"),
    "specialty": later("Specialty"),
    "kind": later("Kind"),
    "hall": later("Hall"),
    "award": later("Award"),
}


@dataclass(frozen=True)
class FacetView:
    """One facet: its first values in sight, others folded away.

    ``total`` counts all its values; ``find`` is where those with given letters are asked for, empty
    where all are on the page.
    """

    title: str
    options: Sequence[Option]
    more: Sequence[Option]
    open: bool
    total: int
    find: str = ""


def facet_view(
    facet: str,
    counts: Mapping[str, int],
    address: SearchAddress,
    names: Names,
    speech: Speech,
    extra: Mapping[str, str],
) -> FacetView | None:
    """A facet of an answer; None where it has no value. ``extra`` goes along in its links."""
    chosen = address.filters.get(facet)
    values = {value: count for value, count in counts.items() if count}
    if chosen is not None:
        values.setdefault(chosen, 0)
    if not values:
        return None

    def first(limit: int) -> list[str]:
        """The values to begin with: the chosen one, then the commonest (halls by their letters)."""
        candidates = list(values)
        if facet != "hall" and len(values) > limit:
            # Names are looked up for those alone that may come first.
            least = sorted(values.values(), reverse=True)[limit - 1]
            candidates = [one for one in values if values[one] >= least or one == chosen]
        candidates.sort(
            key=lambda value: (
                value != chosen,
                0 if facet == "hall" else -values[value],
                alphabetical(names.called(facet, value, speech), speech.language),
            )
        )
        return candidates[:limit]

    many = len(values) > LISTED_OPTIONS
    shown = first(SHOWN_OPTIONS + FOLDED_OPTIONS if many else LISTED_OPTIONS)
    options = _options(facet, shown, values, address, names, speech, extra)
    # Folding one or two values away would take as much room as showing them.
    in_sight = len(options) if len(values) <= SHOWN_OPTIONS + 2 else SHOWN_OPTIONS
    more = options[in_sight:]
    if not many:
        more.sort(key=lambda option: alphabetical(option.phrase, speech.language))
    parameters = {**address.on_page(1).parameters, **extra}
    return FacetView(
        title=speech.say(FACET_TITLES[facet]),
        options=options[:in_sight],
        more=more,
        open=facet in OPEN_FACETS or chosen is not None,
        total=len(values),
        find=link("/values", facet=facet, **parameters) if many else "",
    )


def draw_found(
    facet: str,
    letters: str,
    counts: Mapping[str, int],
    address: SearchAddress,
    names: Names,
    speech: Speech,
    extra: Mapping[str, str],
) -> Markup:
    """The values of a facet whose names have words that begin so, as items of a list.

    The chosen value is there whatever was typed. Names count in every language, short ones and
    other names too.
    """
    chosen = address.filters.get(facet)
    wanted = _words(letters)
    fitting = [
        value
        for value, count in counts.items()
        if count and value != chosen and _fits(wanted, _spellings(facet, value, names, speech))
    ]
    fitting.sort(
        key=lambda value: (
            -counts[value],
            alphabetical(names.called(facet, value, speech), speech.language),
        )
    )
    shown = [*([chosen] if chosen else []), *fitting[:FOUND_OPTIONS]]
    return draw(
        "found_values.html",
        speech.language,
        options=_options(facet, shown, counts, address, names, speech, extra),
        found=len(fitting),
        left_out=max(0, len(fitting) - FOUND_OPTIONS),
    )


def _options(
    facet: str,
    values: Iterable[str],
    counts: Mapping[str, int],
    address: SearchAddress,
    names: Names,
    speech: Speech,
    extra: Mapping[str, str],
) -> list[Option]:
    chosen = address.filters.get(facet)
    link_to = address.choices(facet, **extra)
    return [
        Option(
            names.called(facet, value, speech),
            address.choosing(facet, None).href(**extra) if value == chosen else link_to(value),
            counts.get(value, 0),
            value == chosen,
        )
        for value in values
    ]


def _spellings(facet: str, value: str, names: Names, speech: Speech) -> Iterator[str]:
    yield names.called(facet, value, speech).text
    yield from names.spellings(facet, value)


def _fits(wanted: Sequence[str], spellings: Iterator[str]) -> bool:
    return any(
        all(any(word.startswith(one) for word in _words(spelling)) for one in wanted)
        for spelling in spellings
    )


@lru_cache(maxsize=20_000)
def _words(text: str) -> tuple[str, ...]:
    # The index brings numpy along; a light page has no facets.
    from index.analysis import russian_letters, words

    return tuple(russian_letters(word) for word in words(text))
