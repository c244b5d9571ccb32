"""Every cache decorator of the project, around what fair.py opens.

One open fair a process. What is derived from the catalog is kept by its revision, so that a change
is seen at the next rerun and nothing is read twice.
"""

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import streamlit as st
from markupsafe import Markup

from catalog import accounts, outbox, public_showcases, reading, reminders, search_log
from catalog.drafts import Draft
from catalog.languages import LANGUAGES
from catalog.records import EditionRecord, ExhibitRecord, PersonRecord, ShowcaseRecord
from catalog.search_log import Noted, SearchNotes
from catalog.settings import Settings
from catalog.store import Store
from ui.address import PAGE_SIZE, SearchAddress, Sort
from ui.examples import example_queries
from ui.identity import SESSION_COOKIE, Said
from ui.names import Names
from ui.preparation import Preparation
from ui.results import Answer, Meaning, draw_results, last_page
from ui.showcases import shelf
from ui.text import Speech, speech
from ui.turns import Turns

if TYPE_CHECKING:
    from fair import Fair, Lookalike
    from index import SearchResult
    from index.remembered import Remembered
    from index.repeats import Repeat

logger = logging.getLogger(__name__)

SIMILAR = 6
EXAMPLES = 6
# One a language, for the editions that are looked at.
KEPT_SHELVES = 20
# A showcase shows so many exhibits, unless more are pinned.
SHOWN = 24
# Some 3 KB each.
KEPT_RECORDS = 12_000
# Some 50 KB each.
KEPT_PAGES = 400
# Read ahead; a visitor who is already here waits for so many at most.
_READ_AT_ONCE = 50
# Scripts that draw at once. More take the interpreter from each other and from the loop that sends
# what is ready, every few milliseconds.
turns = Turns(2)


@st.cache_resource(show_spinner=False)
def settings() -> Settings:
    """What the environment sets."""
    return Settings()


@st.cache_resource(show_spinner=False)
def preparation() -> "Preparation[Fair]":
    """The one preparation of this process; it begins with the first call."""
    return Preparation(_open_fair, read_ahead)


# Lets a light page ask whether the fair is open without being what opens it.
_opening = threading.Event()


def _open_fair() -> "Fair":
    _opening.set()
    # numpy and scipy come with it: not on the way of a light page.
    from fair import Fair

    return Fair.open(settings(), apart=True, while_waiting=turns.let_go)


def fair() -> "Fair":
    """The one open fair of this process; waits until it can be searched."""
    return preparation().fair


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """The catalog, opened without the index: a light page needs no more."""
    settings().home.mkdir(parents=True, exist_ok=True)
    opened = Store(settings().database)
    opened.migrate()
    return opened


_LOOK_FOR_LETTERS_SECONDS = 5.0
_REMIND_SECONDS = 600.0
_FORGET_SECONDS = 3_600.0


@st.cache_resource(show_spinner=False)
def postman() -> "Postman":
    """Who reminds of deadlines and sends letters while the app runs."""
    return Postman()


@st.cache_resource(show_spinner=False)
def search_notes() -> SearchNotes:
    """What visitors search at this moment, before it is written to the log."""
    return SearchNotes()


def note_opening(exhibit: ExhibitRecord, language: str, visitor: str = "") -> None:
    """Put it down that somebody opened an exhibit; without a visitor, without a search before."""
    noted = Noted(exhibit.edition_slug, language, opened=exhibit.code)
    search_notes().opened(visitor, noted, datetime.now(UTC))


class Postman:
    """Looks every few seconds what is due, in a thread of its own.

    Reminders stand on people's pages in any case; letters go out where a mail server is set.
    """

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._reminded = float("-inf")
        self._forgot = float("-inf")
        self._thread = threading.Thread(target=self._run, name="postman", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Send no more; waits for the letter that is being sent."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(_LOOK_FOR_LETTERS_SECONDS):
            try:
                self._look()
            except Exception:  # a thread has nobody to raise to, and the next look may do better
                logger.exception("Reminders and letters could not be sent; trying again.")

    def _look(self) -> None:
        if time.monotonic() - self._reminded > _REMIND_SECONDS:
            reminders.remind(store(), now=datetime.now(UTC))
            self._reminded = time.monotonic()
        search_log.write_searches(store(), search_notes().take(datetime.now(UTC)))
        if time.monotonic() - self._forgot > _FORGET_SECONDS:
            search_log.purge(store(), now=datetime.now(UTC))
            self._forgot = time.monotonic()
        if settings().smtp_host:
            outbox.deliver(store(), settings(), clock=lambda: datetime.now(UTC))


def person(token: str) -> PersonRecord | None:
    """Whose sign-in a cookie's token is; nobody's without a token, and nothing is asked then."""
    if not token:
        return None
    now = datetime.now(UTC)
    return accounts.signed_in(store(), token, now=now, lifetimes=settings().lifetimes)


def public_url() -> str:
    """The address that links to people begin with: the one that is set, else the one in use."""
    known = settings().public_url
    if known:
        return known.rstrip("/")
    here = urlsplit(st.context.url or "")
    return f"{here.scheme}://{here.netloc}" if here.netloc else ""


@st.cache_resource(show_spinner=False)
def sign_in_services() -> tuple[str | None, ...]:
    """The sign-in services (OIDC) that Streamlit's secrets name; None is the one without a name."""
    if not st.secrets.load_if_toml_exists() or "auth" not in st.secrets:
        return ()
    section = st.secrets["auth"]
    named = tuple(name for name in section if isinstance(section[name], Mapping))
    return named or (None,)


def sign_in_service() -> bool:
    """Whether one can sign in by a service of an organization too."""
    return bool(sign_in_services())


def said_by_service(cookies: Mapping[str, str], origin: str) -> Said | None:
    """What a sign-in service said to Streamlit of who sent a request to our own ``origin``; None
    if nothing, or nothing that names anybody."""
    # Streamlit reads it for its own connections alone.
    from streamlit.web.server.server_util import AUTH_COOKIE_NAME
    from streamlit.web.server.starlette import starlette_websocket as theirs

    kept = theirs._get_signed_cookie_with_chunks(dict(cookies), AUTH_COOKIE_NAME)
    claims = theirs._parse_decoded_user_cookie(kept, origin) if kept else {}
    email, issued = claims.get("email"), claims.get("iat")
    if not claims.get("is_logged_in") or not isinstance(email, str):
        return None
    if not isinstance(issued, int | float):
        return None
    # Some services write it as text.
    verified = claims.get("email_verified") in (True, "true")
    return Said(email, verified, datetime.fromtimestamp(issued, UTC))


def person_behind(cookies: Mapping[str, str]) -> PersonRecord | None:
    """Who sent a request to a page that is no screen."""
    return person(cookies.get(SESSION_COOKIE, ""))


def meaning() -> Meaning:
    """How far search by meaning is."""
    ready = preparation()
    percent = None if ready.finished.is_set() else round(100 * ready.share)
    return Meaning(str(fair().encoder_state), percent)


def names(edition: str | None) -> Names | None:
    """What the slugs of an edition are called; None if there is none.

    Without a slug it is the current edition, or the newest one where none is current.
    """
    revision = store().revision()
    record = _editions(revision).get(edition)
    return _names(record.slug, revision) if record else None


@st.cache_resource(show_spinner=False, max_entries=2)
def _editions(revision: int) -> dict[str | None, EditionRecord]:
    """The editions that may be seen, by slug; the first of them by None too."""
    with store().reading() as session:
        seen = [one for one in reading.editions(session) if one.gallery_on]
    by_slug: dict[str | None, EditionRecord] = {one.slug: one for one in seen}
    if seen:
        by_slug[None] = seen[0]
    return by_slug


@st.cache_resource(show_spinner=False, max_entries=8)
def _names(edition: str, revision: int) -> Names:
    return _names_of(_editions(revision)[edition], revision)


def _names_of(record: EditionRecord, revision: int) -> Names:
    with store().reading() as session:
        return Names(
            edition=record,
            technologies={one.slug: one for one in reading.technologies(session, record.slug)},
            colleges={one.slug: one for one in reading.colleges(session, record.slug)},
            fields={one.slug: one for one in reading.fields(session)},
            specialties={one.slug: one.names for one in reading.specialties(session)},
            revision=revision,
        )


def working_names(edition: str | None = None) -> Names | None:
    """As `names`, for those who work on an edition before visitors may see it."""
    with store().reading() as session:
        found = reading.edition(session, edition) if edition else reading.current_edition(session)
        revision = reading.revision(session)
    return _working_names(found.slug, revision) if found else None


@st.cache_resource(show_spinner=False, max_entries=4)
def _working_names(edition: str, revision: int) -> Names:
    with store().reading() as session:
        record = reading.edition(session, edition)
    assert record is not None
    return _names_of(record, revision)


@st.cache_resource(show_spinner=False, max_entries=16)
def _examples(edition: str, revision: int, language: str) -> tuple[str, ...]:
    return tuple(example_queries(exhibits(_codes(edition), revision), language, EXAMPLES))


def _codes(edition: str) -> list[str]:
    """The codes of an edition's exhibits, as many as records are kept."""
    with store().reading() as session:
        return reading.public_codes(session, edition)[:KEPT_RECORDS]


def examples(known: Names, speech: Speech) -> tuple[str, ...]:
    """Queries to offer, from this edition's own words."""
    return _examples(known.edition.slug, known.revision, speech.language)


def results(address: SearchAddress, known: Names, speech: Speech, *, sticky: str = "") -> Markup:
    """The list for an address, drawn; as it was drawn before while nothing has changed."""
    return drawn_results(address, known, speech, sticky=sticky).html


@dataclass(frozen=True)
class DrawnResults:
    """A list of hits as it is shown, how many there are, and whether anything fits."""

    html: Markup
    total: int
    fits: bool


def drawn_results(
    address: SearchAddress, known: Names, speech: Speech, *, sticky: str = ""
) -> DrawnResults:
    """As `results`, with what the log of searches wants to know."""
    # Read first of all: what is drawn of a later index is asked for by its revision.
    index = fair().index(known.edition.slug)
    key = (known.revision, index.revision, index.has_looked_around, known.edition.slug,
           address.href(), address.shortened, speech.language, sticky)  # fmt: skip
    if (drawn := _pages().get(key)) is not None:
        return drawn
    found = answer(address, known, speech)
    # Elsewhere they are not shown.
    offered = examples(known, speech) if address.is_start or not found.exhibits else ()
    html = draw_results(found, known, speech, examples=offered, meaning=meaning(), sticky=sticky)
    drawn = DrawnResults(html, found.result.total, found.result.fits)
    if found.result.meaning:
        # Words alone are no answer to remember: the encoder may be here in a moment.
        _pages().keep(key, drawn)
    return drawn


@st.cache_resource(show_spinner=False)
def _pages() -> "Remembered[DrawnResults]":
    from index.remembered import Remembered

    return Remembered(KEPT_PAGES)


def suggested_technologies(draft: Draft, edition: str) -> tuple[str, ...]:
    """Technologies that a draft's texts may be about; none before there is an index."""
    if not preparation().usable.is_set():
        return ()
    found = fair().suggest_technologies(draft.texts, edition=edition, but=draft.technologies)
    return tuple(one.slug for one in found)


def lookalikes(draft: Draft, edition: str, *, code: str | None, by: int) -> "tuple[Lookalike, ...]":
    """Exhibits that a draft may repeat; none before there is an index."""
    if not preparation().usable.is_set():
        return ()
    return fair().lookalikes(
        draft.texts, draft.technologies, edition=edition, college=draft.college, code=code, by=by
    )


def meaning_is_absent() -> bool:
    """Whether there is no encoder, nor will be."""
    if not preparation().usable.is_set():
        return False
    return str(fair().encoder_state) == "absent"


def repeats(edition: str) -> "Sequence[Repeat] | None":
    """The pairs of entries that may tell of the same thing; None while they are compared."""
    if not preparation().usable.is_set():
        return None
    return fair().repeats(edition)


def answer(address: SearchAddress, known: Names, speech: Speech) -> Answer:
    """Search as the address says. A page beyond the last one is the last one."""
    sort = _sort_key(address, speech)
    result = _search(address, known, sort)
    last = last_page(result.total)
    if address.page > last:
        address = address.on_page(last)
        result = _search(address, known, sort)
    return Answer(address, result, exhibits([hit.code for hit in result.hits], known.revision))


def groups_of_queries(queries: Sequence[str], known: Names) -> list[list[int]]:
    """Places of queries that mean one thing, as the search answers them; each alone without one."""
    if not (_opening.is_set() and preparation().usable.is_set()):
        return [[place] for place in range(len(queries))]
    return _groups_of_queries(tuple(queries), known.edition.slug, known.revision)


@st.cache_data(show_spinner=False, max_entries=16)
def _groups_of_queries(queries: tuple[str, ...], edition: str, revision: int) -> list[list[int]]:
    from index.grouping import Asked, groups

    asked = []
    for query in queries:
        result = fair().search(query, edition=edition, limit=10)
        asked.append(Asked(result.concepts, tuple(hit.code for hit in result.hits)))
    return groups(asked)


def facet_counts(address: SearchAddress, known: Names) -> Mapping[str, Mapping[str, int]] | None:
    """How many each value would leave, by facet; None while there is nothing to search."""
    if not (_opening.is_set() and preparation().usable.is_set()):
        return None
    return _search(address, known, None, limit=0).facets


def _search(
    address: SearchAddress, known: Names, sort: str | None, *, limit: int = PAGE_SIZE
) -> "SearchResult":
    return fair().search(
        address.query,
        edition=known.edition.slug,
        filters={facet: [value] for facet, value in address.filters.items()},
        sort=sort,
        offset=(address.page - 1) * PAGE_SIZE,
        limit=limit,
        correct=not address.as_typed,
    )


def _sort_key(address: SearchAddress, speech: Speech) -> str | None:
    match address.sort:
        case Sort.BEST:
            return None if address.query else "stand"
        case Sort.STAND:
            return "stand"
        case _:
            return f"{address.sort.value}_{speech.language}"


def exhibits(codes: Sequence[str], revision: int | None = None) -> list[ExhibitRecord]:
    """The public records of these codes, in their order; what was withdrawn is left out.

    With the `revision` that a rerun has read, the catalog isn't asked for it again.
    """
    kept = _records().at(store().revision() if revision is None else revision)
    found = {code: record for code in codes if (record := kept.get(code))}
    missing = [code for code in codes if code not in found]
    if missing:
        with store().reading() as session:
            read = reading.exhibits_by_code(session, missing)
        for code, record in read.items():
            kept.keep(code, record)
        found |= read
    return [found[code] for code in codes if code in found]


def read_ahead() -> None:
    """Read the records of the edition in sight, as many as are kept, before somebody waits for them."""
    known = names(None)
    if known is None:
        return
    codes = _codes(known.edition.slug)
    for start in range(0, len(codes), _READ_AT_ONCE):
        exhibits(codes[start : start + _READ_AT_ONCE], known.revision)
    for language in LANGUAGES:
        examples(known, speech(language))


def exhibit(code: str, known: Names | None = None) -> ExhibitRecord | None:
    """The public record of a code, of any edition; None if it is not there or not public.

    ``known`` are an edition's names where they are at hand.
    """
    return next(iter(exhibits([code], known.revision if known else None)), None)


@st.cache_resource(show_spinner=False)
def _records() -> "_Records":
    return _Records()


class _Records:
    """The records read of late. A change costs those of the exhibits that it is about."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._revision = 0
        self._kept: Remembered[ExhibitRecord] | None = None

    def at(self, revision: int) -> "Remembered[ExhibitRecord]":
        """Those that hold at a revision, or at a later one that was already asked for.

        A new revision has a memory of its own, so that whoever still reads at the former one
        brings nothing old into it.
        """
        from index.remembered import Remembered

        with self._lock:
            if self._kept is None or revision > self._revision:
                changed = None
                if self._kept is not None:
                    with store().reading() as session:
                        changed = reading.changes(session, self._revision)
                if self._kept is None or changed is None:
                    self._kept = Remembered(KEPT_RECORDS)
                else:
                    self._kept = self._kept.without(changed)
                self._revision = revision
            return self._kept


def similar(exhibit: ExhibitRecord, known: Names | None = None) -> list[ExhibitRecord]:
    """Exhibits like this one, other colleges' too; none before the index is there.

    ``known`` are the names of its edition where they are at hand.
    """
    known = known or names(exhibit.edition_slug)
    if known is None or not (_opening.is_set() and preparation().finished.is_set()):
        return []
    hits = fair().index(exhibit.edition_slug).similar(exhibit.code, limit=SIMILAR)
    return exhibits([hit.code for hit in hits], known.revision)


def showcases(known: Names) -> list[ShowcaseRecord]:
    """The showcases of an edition that visitors may see now, the newest first."""
    now = datetime.now(UTC)
    return [one for one in _showcases(known.edition.slug, known.revision) if one.is_open(now)]


@st.cache_resource(show_spinner=False, max_entries=4)
def _showcases(edition: str, revision: int) -> tuple[ShowcaseRecord, ...]:
    with store().reading() as session:
        return public_showcases.published(session, edition)


def showcase_exhibits(showcase: ShowcaseRecord, known: Names) -> list[ExhibitRecord]:
    """What a showcase shows now: its pins, then what its query finds.

    Before there is an index, the pins alone.
    """
    found: list[str] = []
    if showcase.query and _opening.is_set() and preparation().usable.is_set():
        # The index remembers its answers: asking again costs nothing.
        limit = SHOWN + len(showcase.pins) + len(showcase.left_out)
        result = fair().search(showcase.query, edition=known.edition.slug, limit=limit)
        found = [hit.code for hit in result.hits] if result.fits else []
    return exhibits(showcase.filled(found, SHOWN), known.revision)


def showcase_shelf(known: Names, speech: Speech, *, edition: str, sticky: str) -> Markup:
    """The showcases side by side, drawn; as they were drawn before while nothing has changed."""
    open_now = showcases(known)
    if not open_now:
        return Markup("")
    # As in `results`: what is drawn of a later index is asked for by its revision.
    searched = fair().index(known.edition.slug).revision
    key = (known.revision, searched, known.edition.slug, fair().encoder_state, speech.language,
           sticky, tuple(one.slug for one in open_now))  # fmt: skip
    if (drawn := _shelves().get(key)) is not None:
        return drawn
    shown = [(one, showcase_exhibits(one, known)) for one in open_now]
    drawn = shelf(shown, speech, edition=edition, lang=sticky)
    if fair().has_encoder:
        _shelves().keep(key, drawn)
    return drawn


@st.cache_resource(show_spinner=False)
def _shelves() -> "Remembered[Markup]":
    from index.remembered import Remembered

    return Remembered(KEPT_SHELVES)


def showcases_with(exhibit: ExhibitRecord, known: Names) -> list[ShowcaseRecord]:
    """The showcases that show an exhibit now."""
    return [
        one
        for one in showcases(known)
        if any(shown.code == exhibit.code for shown in showcase_exhibits(one, known))
    ]


def proposed(
    theme: str, known: Names, *, chosen: Sequence[str], but: Sequence[str], limit: int
) -> tuple[str, ...]:
    """Exhibits that fit a theme and spread; none before there is an index."""
    if not preparation().usable.is_set():
        return ()
    return fair().propose(theme, edition=known.edition.slug, chosen=chosen, but=but, limit=limit)
