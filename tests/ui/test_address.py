import unicodedata
from urllib.parse import parse_qsl

from hypothesis import given
from hypothesis import strategies as st

from tests.hostile import HOSTILE
from ui.address import FACETS, QUERY_LIMIT, SearchAddress, Sort, clean_query, link

slugs = st.from_regex(r"[a-z0-9][a-z0-9-]{0,30}", fullmatch=True)
addresses = st.builds(
    SearchAddress,
    query=st.text(max_size=80).map(clean_query),
    filters=st.dictionaries(st.sampled_from(FACETS), slugs),
    sort=st.sampled_from(Sort),
    page=st.integers(1, 10_000),
    edition=st.none() | slugs,
    as_typed=st.booleans(),
)


@given(addresses)
def test_address_survives_its_own_link(address: SearchAddress) -> None:
    query_string = address.href().removeprefix("/").removeprefix("?")
    assert SearchAddress.parse(dict(parse_qsl(query_string))) == address


@given(st.dictionaries(st.sampled_from(["q", "page", "sort", "edition", *FACETS]), st.text()))
def test_any_parameters_give_a_harmless_address(parameters: dict[str, str]) -> None:
    address = SearchAddress.parse(parameters)
    assert 1 <= address.page <= 10_000
    assert len(address.query) <= QUERY_LIMIT
    kept = "".join((address.query, *address.filters.values()))
    assert not {unicodedata.category(sign) for sign in kept} & {"Cc"}
    assert not set(kept) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069")
    again = SearchAddress.parse(address.parameters)
    assert again.parameters == address.parameters


def test_absurd_pages_become_the_first_or_a_possible_one() -> None:
    pages = {text: SearchAddress.parse({"page": text}).page for text in ("99999999999", "-1", "²")}
    assert pages == {"99999999999": 10_000, "-1": 1, "²": 1}


def test_hostile_facet_values_are_left_out() -> None:
    for text in HOSTILE[:4]:
        assert SearchAddress.parse({"technology": text}).filters == {}


def test_too_long_query_is_cut_and_says_so() -> None:
    address = SearchAddress.parse({"q": "ы" * 10_000})
    assert (len(address.query), address.shortened) == (QUERY_LIMIT, True)


def test_choosing_a_value_starts_from_the_first_page() -> None:
    address = SearchAddress(query="робот", filters={"hall": "A"}, page=4)
    assert address.choosing("hall", None) == SearchAddress(query="робот")
    assert address.choosing("kind", "craft").filters == {"hall": "A", "kind": "craft"}
    assert address.choosing("kind", "craft").page == 1


def test_link_leaves_empty_parameters_out() -> None:
    assert link("/college", slug="a", edition="") == "/college?slug=a"


@given(addresses, st.sampled_from(FACETS), st.text(min_size=1, max_size=20), slugs)
def test_choices_are_the_links_of_each_value(
    address: SearchAddress, facet: str, value: str, language: str
) -> None:
    choices = address.choices(facet, lang=language)

    assert choices(value) == address.choosing(facet, value).href(lang=language)
