"""The address of a search: everything that makes a result list stands in its URL.

Back, a shared link and a phone that lost its network all come back to the same list because
nothing about it is kept anywhere else.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from urllib.parse import quote_plus, urlencode

FACETS = ("technology", "college", "field", "specialty", "kind", "hall", "award")
PAGE_SIZE = 20
QUERY_LIMIT = 300
_HIGHEST_PAGE = 10_000
_VALUE = re.compile(r"[\w][\w.:-]{0,119}")
# Control characters and what turns the direction of a line; a query needs neither.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


class Sort(StrEnum):
    """In what order results stand."""

    BEST = "best"
    TITLE = "title"
    STAND = "stand"
    COLLEGE = "college"


@dataclass(frozen=True)
class SearchAddress:
    """One search as the URL has it; every value is already known to be harmless in shape."""

    query: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    sort: Sort = Sort.BEST
    page: int = 1
    edition: str | None = None
    as_typed: bool = False
    shortened: bool = False  # the query was longer than QUERY_LIMIT and was cut

    @classmethod
    def parse(cls, parameters: Mapping[str, str]) -> "SearchAddress":
        """Read an address. What isn't understood is left out; nothing raises."""
        query = clean_query(parameters.get("q", ""))
        return cls(
            query=query[:QUERY_LIMIT].rstrip(),
            filters={
                name: parameters[name]
                for name in FACETS
                if _VALUE.fullmatch(parameters.get(name, ""))
            },
            sort=_sort(parameters.get("sort", "")),
            page=_page(parameters.get("page", "")),
            edition=_known_shape(parameters.get("edition", "")),
            as_typed=parameters.get("as_typed") == "1",
            shortened=len(query) > QUERY_LIMIT,
        )

    @property
    def parameters(self) -> dict[str, str]:
        """The query parameters that `parse` reads back into this address."""
        every = {
            "q": self.query,
            **{name: self.filters[name] for name in FACETS if name in self.filters},
            "sort": "" if self.sort is Sort.BEST else self.sort.value,
            "page": "" if self.page == 1 else str(self.page),
            "edition": self.edition or "",
            "as_typed": "1" if self.as_typed else "",
        }
        return {name: value for name, value in every.items() if value}

    def href(self, **extra: str) -> str:
        """A link to this search; ``extra`` parameters go along (the language, where it must)."""
        return link("/", **self.parameters, **extra)

    def asking(self, query: str, *, as_typed: bool = False) -> "SearchAddress":
        """The same filters with another query, from its first page."""
        return replace(self, query=query, as_typed=as_typed, page=1, shortened=False)

    def choosing(self, facet: str, value: str | None) -> "SearchAddress":
        """The same query with ``value`` chosen in ``facet`` (None: nothing), from page 1."""
        filters = {name: kept for name, kept in self.filters.items() if name != facet}
        if value is not None:
            filters[facet] = value
        return replace(self, filters=filters, page=1)

    def choices(self, facet: str, **extra: str) -> Callable[[str], str]:
        """What `choosing(facet, value).href(**extra)` is for a value, made for many values."""
        # No value of a link has it: control characters are cleaned away.
        before, here, after = self.choosing(facet, "\0").href(**extra).partition(f"{facet}=%00")
        start = before + here.removesuffix("%00")
        return lambda value: f"{start}{quote_plus(value)}{after}"

    def without_filters(self) -> "SearchAddress":
        """The same query, nothing narrowed."""
        return replace(self, filters={}, page=1)

    def sorted_by(self, sort: Sort) -> "SearchAddress":
        """The same results in another order, from page 1."""
        return replace(self, sort=sort, page=1)

    def on_page(self, page: int) -> "SearchAddress":
        """Another page of the same results."""
        return replace(self, page=page)

    @property
    def is_start(self) -> bool:
        """Nothing has been asked yet."""
        return not self.query and not self.filters and self.page == 1


def link(path: str, **parameters: str) -> str:
    """A local address with its parameters, the empty ones left out."""
    query = urlencode({name: value for name, value in parameters.items() if value})
    return f"{path}?{query}" if query else path


def clean_query(text: str) -> str:
    """A query as typed, without control and direction characters, spaces made single."""
    return " ".join(_UNPRINTABLE.sub(" ", text).split())


def _known_shape(value: str) -> str | None:
    return value if _VALUE.fullmatch(value) else None


def _sort(value: str) -> Sort:
    return Sort(value) if value in set(Sort) else Sort.BEST


def _page(value: str) -> int:
    if not (value.isascii() and value.isdigit()) or len(value) > 20:
        return 1
    return min(max(int(value), 1), _HIGHEST_PAGE)
