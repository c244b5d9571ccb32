"""Kill a process in which a college works again and again, and check that nothing is half saved."""

import shutil
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from statistics import median
from typing import Annotated

import typer
from tqdm import tqdm

from catalog import Store, accounts, demo, desk, notices, pictures, reading
from catalog.choices import MemberRole, State
from catalog.media import SIZES
from catalog.permissions import COMMAND_LINE
from catalog.submissions import copies_of
from fair import DATA
from scripts.edge import sentences
from scripts.saving import COLLEGE, ROWS, Act, Message, work

_PATIENCE = 120.0
_FIRST = 0.02
# An act is met the first, second or third time, and now and then when it is just over.
_ROUNDS = 3
_BEYOND = 1.3
_SHOWN = 20


@sentences()
def main(
    times: Annotated[int, typer.Option(min=1, max=10_000, help="How many kills.")] = 100,
    seed: Annotated[int, typer.Option(help="Another number: other moments.")] = 1,
    database: Annotated[
        str,
        typer.Option(help="An empty PostgreSQL database; SQLite in a folder of its own if not."),
    ] = "",
) -> None:
    """Kill a process that takes pictures in, autosaves, saves, submits, publishes and imports.

    After each kill it is checked: everything that was promised has to be there, and what was under
    way either whole or not at all. Ends with 1, and keeps the folder, if anything differs.
    """
    folder = Path(tempfile.mkdtemp(prefix="korme-saved-"))
    checked = Kills(database or f"sqlite:///{folder / 'korme.db'}", seed)
    for _ in tqdm(range(times), desc="Kills", unit="kill"):
        checked.kill()
        if checked.differences:
            break
    width = max(map(len, Act))
    typer.echo(f"{'killed while':{width}}  kills  saved")
    for act in Act:
        typer.echo(f"{act:{width}}  {checked.kills[act]:5}  {checked.whole[act]:5}")
    if checked.differences:
        for difference in checked.differences[:_SHOWN]:
            typer.echo(difference, err=True)
        typer.echo(f"The folder is kept: {folder}", err=True)
        raise typer.Exit(1)
    shutil.rmtree(folder)
    typer.echo(
        f"{checked.published} exhibits published, {checked.pictures} pictures, {checked.drafts}"
        f" drafts left, {checked.imported} imports: nothing lost, nothing half saved."
    )


class Kills:
    """A college's work that is killed and checked; `differences` say in sentences what is wrong."""

    def __init__(self, url: str, seed: int) -> None:
        self.kills: Counter[Act] = Counter()
        self.whole: Counter[Act] = Counter()
        self.differences: list[str] = []
        self._url, self._chance = url, Random(seed)
        self._public: set[str] = set()
        self._entries: dict[str, State] = {}
        self._imports: set[str] = set()
        self._pictures: set[str] = set()
        self._drafts: set[str] = set()
        self._spans: dict[Act, list[float]] = defaultdict(list)
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload([work.__module__])
        with closing(Store(url)) as store:
            store.migrate()
            now = datetime.now(UTC)
            demo.load(store, DATA, now)
            self._coordinator, self._organizer = (
                accounts.open_account(
                    store, by=COMMAND_LINE, login=f"saved-{role}", name=role, language="kk",
                    password="only for this script", role=role, is_demo=True, now=now,
                    college=COLLEGE if role is MemberRole.COORDINATOR else None,
                )
                for role in (MemberRole.COORDINATOR, MemberRole.ORGANIZER)
            )  # fmt: skip
            self._others = self._codes(store)

    @property
    def published(self) -> int:
        return len(self._public)

    @property
    def pictures(self) -> int:
        return len(self._pictures)

    @property
    def drafts(self) -> int:
        return len(self._drafts)

    @property
    def imported(self) -> int:
        return len(self._imports)

    def kill(self) -> None:
        """Let the college work, kill it at a random moment, and look at what is there."""
        messages = self._killed()
        begun = [one for one in messages if not isinstance(one, str)]
        act, about = begun[-1]
        ended = isinstance(messages[-1], str)
        self.kills[act] += 1
        with closing(Store(self._url)) as store:
            for (past, its), after in zip(begun, [*begun[1:], None], strict=True):
                if after is not None or ended:
                    self._promised(past, its)
            self._check(store, messages, None if ended else (act, about))

    def _promised(self, act: Act, about: str) -> None:
        if act is Act.SUBMITTING:
            self._entries[about] = State.SUBMITTED
        elif act is Act.DECIDING:
            self._entries[about] = State.ACCEPTED
        elif act is Act.PUBLISHING:
            self._entries[about] = State.PUBLISHED
            self._public.add(about)
        elif act is Act.IMPORTING:
            self._imports.add(about)
        elif act is Act.PICTURING:
            self._pictures.add(about)

    def _check(
        self, store: Store, messages: list[Message], under_way: tuple[Act, str] | None
    ) -> None:
        act, about = under_way or (None, "")
        with store.reading() as session:
            lines = {line.code: line for line in desk.entries_of(session, by=COMMAND_LINE)}
            public = set(reading.exhibits(session, reading.editions(session)[0].slug))
            copies = copies_of(session, by=self._coordinator)
            told = Counter(
                (one.parameters["code"], one.kind)
                for one in notices.notices_of(session, by=self._coordinator, limit=100_000)
                if "code" in one.parameters
            )
        after = {Act.SUBMITTING: State.SUBMITTED, Act.DECIDING: State.ACCEPTED,
                 Act.PUBLISHING: State.PUBLISHED}  # fmt: skip
        if act in after and about in lines and lines[about].state is after[act]:
            self.whole[act] += 1
            self._promised(act, about)
        for code, state in self._entries.items():
            line = lines.get(code)
            if line is None or line.state is not state:
                self._differs(f"{code} should be {state} and is {line and line.state}.")
                continue
            if (line.waits_since is not None) is not (state is State.SUBMITTED):
                self._differs(f"{code} is {state}, but what waits says otherwise.")
            for kind, when in (("accepted", State.ACCEPTED), ("published", State.PUBLISHED)):
                due = state is when or (kind == "accepted" and state is State.PUBLISHED)
                if told[code, kind] != due:
                    self._differs(f"{code} is {state}, told {kind} {told[code, kind]} times.")
        if public - self._others != self._public:
            self._differs("What is public isn't what was published.")
        self._check_copy(messages, {copy.draft.texts["kk"].title for copy in copies if
                                    "kk" in copy.draft.texts}, lines, act)  # fmt: skip
        self._check_imports(store, act, about)
        self._check_pictures(store, act, about)

    def _check_copy(
        self,
        messages: list[Message],
        kept: set[str],
        lines: dict[str, desk.EntryLine],
        act: Act | None,
    ) -> None:
        """The text that was kept last is in the copy, or in the entry it was saved to."""
        typed = [
            one[1] for one in messages if not isinstance(one, str) and one[0] is Act.AUTOSAVING
        ]
        if not self._drafts <= kept:
            self._differs("A draft that was left some time ago is gone.")
        promised = [one for one in messages if isinstance(one, str) and one in set(typed)]
        if not promised:
            return
        titles = {line.titles.get("kk") for line in lines.values()}
        possible = {promised[-1], *typed[-1:]} if act is Act.AUTOSAVING else {promised[-1]}
        found = [one for one in possible if (one in kept) or (one in titles)]
        if act is Act.AUTOSAVING:
            self.whole[act] += typed[-1] in kept
        if act is Act.SAVING:
            self.whole[act] += promised[-1] in titles
        both = [one for one in possible if one in kept and one in titles]
        if len(found) != 1 or both:
            self._differs(f"Of {promised[-1]!r} there are {len(found)}, twice {len(both)}.")
        # Nobody goes on with it: it has to stay as it is.
        self._drafts.update(one for one in found if one in kept)

    def _check_imports(self, store: Store, act: Act | None, about: str) -> None:
        with store.reading() as session:
            titles = [
                line.titles.get("kk", "") for line in desk.entries_of(session, by=COMMAND_LINE)
            ]
        rows = Counter(title.split()[1] for title in titles if title.startswith("Жол "))
        if act is Act.IMPORTING and rows[about]:
            self.whole[act] += 1
            self._imports.add(about)
        if set(rows) - {""} != self._imports or any(rows[one] != ROWS for one in self._imports):
            self._differs("An import is there in part, or not at all.")

    def _check_pictures(self, store: Store, act: Act | None, about: str) -> None:
        """A picture is there in a size that everybody is shown, and takes its room, or neither."""
        with store.reading() as session:
            room = pictures.room_of(session, COLLEGE, by=self._coordinator, now=datetime.now(UTC))
            there = {
                name
                for name in self._pictures | ({about} if act is Act.PICTURING else set())
                if pictures.private_picture(session, name, SIZES[0], by=self._coordinator)
            }
        if act is Act.PICTURING and about in there:
            self.whole[act] += 1
            self._pictures.add(about)
        if there != self._pictures or room.pictures != len(there):
            self._differs("A picture is there in part, or not at all.")

    def _codes(self, store: Store) -> set[str]:
        with store.reading() as session:
            return set(reading.exhibits(session, reading.editions(session)[0].slug))

    def _killed(self) -> list[Message]:
        ours, theirs = self._context.Pipe(duplex=False)
        process = self._context.Process(
            target=work,
            args=(
                self._url, self._coordinator, self._organizer, self._chance.getrandbits(32), theirs,
            ),
        )  # fmt: skip
        process.start()
        theirs.close()
        # Each act is met as often as the others, at any moment of the time it mostly takes.
        aim: Act | None = self._chance.choice(list(Act))
        left_out = self._chance.randrange(_ROUNDS)
        messages: list[Message] = []
        until, since, act = time.monotonic() + _PATIENCE, 0.0, Act.OPENING
        try:
            while (left := until - time.monotonic()) > 0 and ours.poll(left):
                messages.append(message := ours.recv())
                now = time.monotonic()
                if isinstance(message, str):
                    self._spans[act].append(now - since)
                    continue
                act, since = message[0], now
                # The database is opened once.
                if act is aim and (act is Act.OPENING or not left_out):
                    usual = median(self._spans[act] or [_FIRST])
                    until = now + self._chance.uniform(0, _BEYOND * usual)
                    aim = None
                elif act is aim:
                    left_out -= 1
        except EOFError:
            self._differs("The process ended by itself.")
        process.kill()
        process.join()
        return [*messages, *_rest(ours)]

    def _differs(self, sentence: str) -> None:
        self.differences.append(f"After kill {self.kills.total()}: {sentence}")


def _rest(pipe: Connection) -> Iterator[Message]:
    """What a process that is no more has told."""
    try:
        while True:
            yield pipe.recv()
    except (EOFError, OSError):
        return


if __name__ == "__main__":
    typer.run(main)
