"""A process in which a college works without end, and tells what it is at: to be killed."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from multiprocessing.connection import Connection
from random import Random
from typing import Final

from PIL import Image

from catalog import Store, imports
from catalog.choices import Decision, Kind, State
from catalog.drafts import Draft, DraftPicture, DraftText
from catalog.media import hash_of
from catalog.pictures import add_picture
from catalog.review import decide, move
from catalog.spreadsheets import read
from catalog.submissions import autosave, open_copy, save, submit

COLLEGE: Final = "temirqol"
ROWS: Final = 60
_START: Final = datetime(2026, 1, 1, tzinfo=UTC)


class Act(StrEnum):
    """What the process is at when it dies."""

    OPENING = "opening the database"
    PICTURING = "taking a picture in"
    AUTOSAVING = "keeping what is typed"
    SAVING = "saving an entry"
    SUBMITTING = "giving an entry in"
    DECIDING = "asking for changes or accepting"
    PUBLISHING = "publishing"
    IMPORTING = "importing a spreadsheet"


Message = tuple[Act, str] | str
"""An act begins, with what it is about; or what was promised when it ended."""


def work(url: str, coordinator: int, organizer: int, seed: int, pipe: Connection) -> None:
    """Write, give in, review, publish and import for ever; each act is told before and after it.

    Before: the act and the number that marks its texts. After: that number.
    """
    pipe.send((Act.OPENING, ""))
    store = Store(url)
    chance = Random(seed)
    for number in _numbers(chance):
        _round(store, coordinator, organizer, number, chance, pipe)


def _round(
    store: Store, coordinator: int, organizer: int, number: str, chance: Random, pipe: Connection
) -> None:
    now = datetime.now(UTC)
    copy = open_copy(store, college=COLLEGE, by=coordinator, now=now)
    data = picture_of_noise()
    pipe.send((Act.PICTURING, (picture := hash_of(data))))
    add_picture(store, data, college=COLLEGE, by=coordinator, now=now)
    pipe.send(picture)
    for letters in range(3):
        text = f"Жазба {number} {letters}"
        pipe.send((Act.AUTOSAVING, text))
        autosave(store, copy.id, draft_of(text, picture), by=coordinator, now=now)
        pipe.send(text)
    pipe.send((Act.SAVING, number))
    code = save(store, copy.id, by=coordinator, now=now).code
    pipe.send(number)
    pipe.send((Act.SUBMITTING, code))
    submit(store, code, by=coordinator, now=now)
    pipe.send(code)
    pipe.send((Act.DECIDING, code))
    decide(store, [code], Decision.ACCEPTED, by=organizer, now=now + timedelta(seconds=1))
    pipe.send(code)
    pipe.send((Act.PUBLISHING, code))
    move(store, [code], State.PUBLISHED, by=organizer, now=now + timedelta(seconds=2))
    pipe.send(code)
    if chance.random() < 0.5:
        pipe.send((Act.IMPORTING, number))
        lines = (json.dumps(row_of(number, row), ensure_ascii=False) for row in range(ROWS))
        sheet = read("\n".join(lines).encode(), "rows.jsonl")
        imports.run(store, sheet, by=coordinator, now=now)
        pipe.send(number)


def _numbers(chance: Random) -> Iterator[str]:
    while True:
        yield f"{chance.getrandbits(48):012x}"


def draft_of(title: str, picture: str) -> Draft:
    """An entry that is complete, of that title, with a picture that was taken in."""
    blank = Draft(college=COLLEGE, kind=Kind.CRAFT, technologies=("welding",))
    shown = DraftPicture(picture, {"kk": "Сурет"}, nobody_recognizable=True)
    return replace(blank, texts={"kk": DraftText(title, "", "Сипаттама.")}, pictures=(shown,))


def picture_of_noise() -> bytes:
    """A picture that there was never before, small enough to be made in a moment."""
    made = io.BytesIO()
    Image.effect_noise((400, 300), 40).save(made, "PNG")
    return made.getvalue()


def row_of(number: str, row: int) -> dict[str, object]:
    """A row of an import; its external_id begins with the import's number."""
    return {
        "external_id": f"{number}-{row}",
        "title_kk": f"Жол {number} {row}",
        "college": COLLEGE,
        "kind": "craft",
    }
