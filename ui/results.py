"""A search's answer as one block of HTML: notices, facets, cards, pages."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from markupsafe import Markup

from catalog.records import ExhibitRecord
from ui.address import FACETS, PAGE_SIZE, QUERY_LIMIT, SearchAddress, Sort, link
from ui.facets import FacetView, facet_view
from ui.html import draw
from ui.names import Names, Phrase, alphabetical
from ui.text import Speech, later
from ui.views import Option, card

if TYPE_CHECKING:
    from index import SearchResult

BROWSED = 12

SORT_TITLES: Mapping[Sort, str] = {
    Sort.BEST: later("Best first"),
    Sort.TITLE: later("By title"),
    Sort.STAND: later("By stand"),
    Sort.COLLEGE: later("By college"),
}

_MEANING: Mapping[str, str] = {
    "ready": later("Search by meaning is ready."),
    "quick": later("A small engine answers by meaning while the large one is loading."),
    "loading": later("Only words are searched right now; search by meaning is getting ready."),
    "absent": later("Only words are searched here: no model for search by meaning is installed."),
}


@dataclass(frozen=True)
class Meaning:
    """How far search by meaning is: the encoder's state, and how much of the index is made."""

    encoder: str
    percent: int | None = None

    def sentence(self, speech: Speech, *, answered: bool = True) -> str:
        """What to tell a visitor; ``answered`` says whether meaning took part in an answer."""
        usable = answered and self.percent is None
        state = self.encoder if usable or self.encoder == "absent" else "loading"
        sentence = speech.say(_MEANING[state])
        return sentence if self.percent is None else f"{sentence} {self.percent} %"


@dataclass(frozen=True)
class Notice:
    """A sentence above the list, perhaps with one thing to do about it."""

    kind: str
    text: str
    href: str = ""
    action: str = ""


@dataclass(frozen=True)
class Group:
    """Values to look around by, under a heading."""

    title: str
    options: Sequence[Option]


@dataclass(frozen=True)
class PageLink:
    """One number in the pager, or a gap between numbers."""

    number: int = 0
    href: str = ""
    current: bool = False
    gap: bool = False


@dataclass(frozen=True)
class Pages:
    """The pager of a list."""

    count: int
    shown: Sequence[PageLink]
    previous: str
    next: str


@dataclass(frozen=True)
class Answer:
    """What was found for an address: the index's result and the records it names, in its order."""

    address: SearchAddress
    result: "SearchResult"
    exhibits: Sequence[ExhibitRecord]


def pages_of(current: int, count: int, href: Callable[[int], str]) -> Pages:
    """The pager of a list of so many pages: the first, the last and those beside the current one."""
    near = {1, count, current - 1, current, current + 1}
    shown: list[PageLink] = []
    for number in sorted(page for page in near if 1 <= page <= count):
        if shown and number > shown[-1].number + 1:
            shown.append(PageLink(number=number - 1, gap=True))
        shown.append(PageLink(number, href(number), number == current))
    return Pages(
        count=count,
        shown=shown,
        previous=href(current - 1) if current > 1 else "",
        next=href(current + 1) if current < count else "",
    )


def last_page(total: int) -> int:
    """The number of the last page of a list of ``total``; an empty list has one page."""
    return max(1, -(-total // PAGE_SIZE))


def draw_results(
    answer: Answer,
    names: Names,
    speech: Speech,
    *,
    examples: Sequence[str] = (),
    meaning: Meaning = Meaning("ready"),
    sticky: str = "",
) -> Markup:
    """The whole block. ``examples`` are queries to offer, ``sticky`` is a language that
    links must carry because no cookie does."""
    block = _Block(answer, names, speech, meaning=meaning, sticky=sticky)
    return draw("results.html", speech.language, **block.values(examples))


class _Block:
    def __init__(
        self, answer: Answer, names: Names, speech: Speech, *, meaning: Meaning, sticky: str
    ) -> None:
        self.address = replace(answer.address, shortened=False)
        self.shortened = answer.address.shortened
        self.result = answer.result
        self.exhibits = answer.exhibits
        self.names = names
        self.speech = speech
        self.meaning = meaning
        self.extra = {"lang": sticky} if sticky else {}

    def values(self, examples: Sequence[str]) -> dict[str, object]:
        say = self.speech.say
        hits = {hit.code: hit for hit in self.result.hits}
        marks = self.result.terms if self.address.query else None
        nothing = not self.exhibits
        return {
            "notices": self._notices(),
            "concepts": self._concepts(),
            "chosen": [
                Option(
                    self.names.called(facet, value, self.speech),
                    self._href(self.address.choosing(facet, None)),
                )
                for facet, value in self.address.filters.items()
            ],
            "clear": self._href(self.address.without_filters()),
            "examples": self._examples(examples if self.address.is_start or nothing else ()),
            "facets": list(self._facets()),
            "total_text": self._total(),
            "sort_title": say(SORT_TITLES[self._sort()]),
            "sorts": self._sorts(),
            "cards": [
                card(exhibit, self.names, self.speech, hit=hits.get(exhibit.code), marks=marks)
                for exhibit in self.exhibits
            ],
            "pages": self._pages(),
            "empty_text": say("No exhibit matches this. Try fewer words or other ones.")
            if not self.address.filters
            else say("No exhibit matches this together with the chosen filters."),
            "clear_on_empty": bool(self.address.filters),
            "browse": self._browse() if self.address.is_start or nothing else (),
        }

    def _sort(self) -> Sort:
        """The order the list is in: without a query nothing is best, so it goes by stands."""
        unasked = not self.address.query and self.address.sort is Sort.BEST
        return Sort.STAND if unasked else self.address.sort

    def _sorts(self) -> list[dict[str, object]]:
        return [
            {
                "title": self.speech.say(title),
                "href": self._href(self.address.sorted_by(sort)),
                "current": sort is self._sort(),
            }
            for sort, title in SORT_TITLES.items()
            if self.address.query or sort is not Sort.BEST
        ]

    def _href(self, address: SearchAddress) -> str:
        return address.href(**self.extra)

    def _notices(self) -> list[Notice]:
        say, query, result = self.speech.say, self.address.query, self.result
        notices = []
        if self.shortened:
            notices.append(
                Notice(
                    "long",
                    say(
                        "The query was too long; its first %(limit)s characters were searched.",
                        limit=QUERY_LIMIT,
                    ),
                )
            )
        if result.correction:
            notices.append(
                Notice(
                    "corrected",
                    say("Showing results for “%(query)s”.", query=result.correction.query),
                    self._href(self.address.asking(query, as_typed=True)),
                    say("Search for “%(query)s” as typed", query=query),
                )
            )
        if query and not result.fits and self.exhibits:
            notices.append(
                Notice("nearest", say("Nothing really fits. Here is what is nearest in meaning."))
            )
        if query and not result.meaning:
            notices.append(Notice("words", self.meaning.sentence(self.speech, answered=False)))
        return notices

    def _concepts(self) -> list[Option]:
        chosen = self.address.filters.get("technology")
        return [
            Option(
                self.names.called("technology", slug, self.speech),
                link("/technology", slug=slug, **self._edition(), **self.extra),
            )
            for slug in self.result.concepts
            if slug != chosen and slug in self.names.technologies
        ][:3]

    def _edition(self) -> dict[str, str]:
        return {"edition": self.address.edition} if self.address.edition else {}

    def _examples(self, examples: Sequence[str]) -> list[Option]:
        return [
            Option(
                Phrase(query, self.speech.language),
                self._href(self.address.without_filters().asking(query)),
            )
            for query in examples
        ]

    def _facets(self) -> Iterator[FacetView]:
        for facet in FACETS:
            counts = self.result.facets.get(facet, {})
            view = facet_view(facet, counts, self.address, self.names, self.speech, self.extra)
            if view:
                yield view

    def _total(self) -> str:
        if not self.result.fits and self.address.query:
            return self.speech.say("Nearest")
        return self.speech.count("%(num)s exhibit", "%(num)s exhibits", self.result.total)

    def _pages(self) -> Pages:
        return pages_of(self.address.page, last_page(self.result.total), self._page_href)

    def _page_href(self, page: int) -> str:
        return self._href(self.address.on_page(page))

    def _browse(self) -> list[Group]:
        say, blank = self.speech.say, SearchAddress(edition=self.address.edition)
        groups = []
        for facet, title in (
            ("technology", say("Look by technology")),
            ("college", say("Look by college")),
        ):
            known = {
                slug: record.exhibit_count
                for slug, record in (
                    self.names.technologies if facet == "technology" else self.names.colleges
                ).items()
                if record.exhibit_count
            }
            frequent = sorted(known, key=lambda slug: (-known[slug], slug))[:BROWSED]
            options = [
                Option(
                    self.names.called(facet, slug, self.speech),
                    self._href(blank.choosing(facet, slug)),
                    known[slug],
                )
                for slug in frequent
            ]
            options.sort(key=lambda option: alphabetical(option.phrase, self.speech.language))
            if options:
                groups.append(Group(title, options))
        return groups
