"""What halls are made of: names, plans, rows of places; and all of it as tables."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Final

import streamlit as st

from catalog import halls, stand_tables
from catalog.floor import HallPlan
from catalog.halls import Grid
from catalog.languages import LANGUAGES
from catalog.records import PersonRecord
from catalog.stand_tables import Table, TableReport
from catalog.workbooks import as_csv, as_table
from ui import wiring
from ui.html import draw
from ui.text import NATIVE_NAMES, Speech

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST_MB: Final = 10

Done = Callable[[Callable[[], str]], None]


def show_editing(
    speech: Speech, person: PersonRecord, edition: str, plan: HallPlan | None, done: Done
) -> None:
    """Add a hall; of the hall that is looked at change the names, the plan, the places."""
    say, store, by = speech.say, wiring.store(), person.id
    called = say("Name of the hall")
    with st.expander(say("Halls and places"), key="stands-halls"):
        if plan is None:
            st.text(say("Choose a hall above to change its plan and places, or add one."))
            slug = st.text_input(say("Short sign (as on its stands: A)"), key="hall-slug")
            names = {
                language: st.text_input(
                    f"{called} · {NATIVE_NAMES[language]}",
                    key=f"hall-new-{language}",
                )
                for language in LANGUAGES
            }

            def add() -> str:
                halls.add_hall(
                    store, slug.strip(), names, edition=edition, by=by, now=datetime.now(UTC)
                )
                return say("The hall is added.")

            st.button(say("Add the hall"), key="hall-add", on_click=done, args=(add,))
            return
        _show_names(speech, person, edition, plan, done)
        _show_drawing(speech, person, edition, plan, done)
        _show_places(speech, person, edition, plan, done)


def _show_names(
    speech: Speech, person: PersonRecord, edition: str, plan: HallPlan, done: Done
) -> None:
    say = speech.say
    called = say("Name of the hall")
    names = {
        language: st.text_input(
            f"{called} · {NATIVE_NAMES[language]}",
            plan.names.get(language, ""),
            key=f"hall-{plan.slug}-{language}",
        )
        for language in LANGUAGES
    }
    st.text(say("Where one comes in, in the plan’s units (0 0 is the upper left corner):"))
    with st.container(horizontal=True):
        x = st.number_input(
            "x", 0, plan.width, plan.entrance[0] if plan.entrance else None, key=f"in-x-{plan.slug}"
        )
        y = st.number_input(
            "y", 0, plan.height, plan.entrance[1] if plan.entrance else None,
            key=f"in-y-{plan.slug}",
        )  # fmt: skip

    def save() -> str:
        entrance = None if x is None or y is None else (int(x), int(y))
        halls.edit_hall(
            wiring.store(), plan.slug, names, entrance=entrance, edition=edition, by=person.id,
            now=datetime.now(UTC),
        )  # fmt: skip
        return say("Saved.")

    st.button(say("Save the hall"), key="hall-save", on_click=done, args=(save,))


def _show_drawing(
    speech: Speech, person: PersonRecord, edition: str, plan: HallPlan, done: Done
) -> None:
    say = speech.say
    with st.container(key=f"bulk-upload-{speech.language}"):
        file = st.file_uploader(
            say("Plan: an SVG drawing or a picture (PNG, JPEG)"),
            key=f"hall-plan-{plan.slug}",
            max_upload_size=_MOST_MB,
        )

    def upload() -> str:
        halls.set_plan(
            wiring.store(), plan.slug, file.getvalue() if file else b"", edition=edition,
            by=person.id, now=datetime.now(UTC),
        )  # fmt: skip
        return say("The plan is set. Places lie where they lay in proportion.")

    with st.container(horizontal=True):
        st.button(
            say("Use as the plan"), key="hall-plan-set", disabled=file is None, on_click=done,
            args=(upload,),
        )  # fmt: skip
        if (plan.svg or plan.picture) and file is None:
            st.button(
                say("Take the drawing away"), key="hall-plan-drop", on_click=done, args=(upload,)
            )


def _show_places(
    speech: Speech, person: PersonRecord, edition: str, plan: HallPlan, done: Done
) -> None:
    say = speech.say
    st.text(
        say(
            "A row or several rows of places; the plan is %(width)s × %(height)s.",
            width=plan.width,
            height=plan.height,
        )
    )

    def number(label: str, name: str, low: int, high: int, value: int) -> int:
        key = f"grid-{plan.slug}-{name}"
        return int(st.number_input(label, low, high, min(value, high), key=key))

    with st.container(horizontal=True):
        prefix = st.text_input(
            say("Before the number"), f"{plan.slug}-", key=f"grid-{plan.slug}-prefix", max_chars=12
        )
        first = number(say("First number"), "first", 0, 9_999, len(plan.places) + 1)
        columns = number(say("Places in a row"), "columns", 1, 200, 10)
        rows = number(say("Rows"), "rows", 1, 100, 1)
    with st.container(horizontal=True):
        x = number("x", "x", 0, plan.width, 20)
        y = number("y", "y", 0, plan.height, 20)
        width = number(say("Width"), "width", 1, plan.width, 60)
        height = number(say("Height"), "height", 1, plan.height, 40)
        gap_x = number(say("Gap between places"), "gap-x", 0, plan.width, 10)
        gap_y = number(say("Gap between rows"), "gap-y", 0, plan.height, 40)
    with st.container(horizontal=True):
        power = number(say("Power, W"), "power", 0, 100_000, 0)
        area = number(say("Floor area, m²"), "area", 1, 1_000, 4)
        network = st.checkbox(say("network"), key=f"grid-{plan.slug}-network")
        noise = st.checkbox(say("noise allowed"), True, key=f"grid-{plan.slug}-noise")
        fire = st.checkbox(say("open fire allowed"), key=f"grid-{plan.slug}-fire")

    def add() -> str:
        grid = Grid(
            prefix.strip(), first, columns, rows, x, y, width, height, gap_x, gap_y,
            power_watts=power, floor_area=area, network=network, noise=noise, fire=fire,
        )  # fmt: skip
        new = halls.put_places(
            wiring.store(), plan.slug, grid.places(), edition=edition, by=person.id,
            now=datetime.now(UTC),
        )  # fmt: skip
        return speech.count("%(num)s new place.", "%(num)s new places.", new)

    st.button(say("Add the places"), key="hall-places-add", on_click=done, args=(add,))
    free = [one.facts.number for one in plan.places if one.holder is None]
    gone = st.multiselect(
        say("Remove free places"), free, key=f"gone-{plan.slug}-{len(plan.places)}",
        placeholder=say("Choose"),
    )  # fmt: skip

    def remove() -> str:
        halls.remove_places(
            wiring.store(), plan.slug, gone, edition=edition, by=person.id, now=datetime.now(UTC)
        )
        return say("Removed.")

    st.button(
        say("Remove"), key="hall-places-remove", disabled=not gone, on_click=done, args=(remove,)
    )


def show_tables(
    speech: Speech, person: PersonRecord, edition: str, done: Done, keep: Callable[..., None]
) -> None:
    """Places and stands as spreadsheets, out and in; `keep` is given an import that was made."""
    say = speech.say
    with st.expander(say("Tables: export and import"), key="stands-tables"):
        for name, label, table in (
            ("stands", say("Who stands where"), stand_tables.assignments_table),
            ("places", say("Places"), stand_tables.places_table),
        ):
            with st.container(horizontal=True):
                for kind, made in (("xlsx", as_table), ("csv", as_csv)):
                    st.download_button(
                        f"{label} ({kind.upper()})",
                        _maker(table, made, person.id, edition, speech.language),
                        file_name=f"{name}-{edition}.{kind}",
                        key=f"stands-export-{name}-{kind}",
                        on_click="ignore",
                        mime="text/csv" if kind == "csv" else _XLSX,
                    )
        with st.container(key=f"bulk-upload-table-{speech.language}"):
            file = st.file_uploader(
                say("An edited table (XLSX or CSV)"), key="stands-import",
                max_upload_size=_MOST_MB,
            )  # fmt: skip
        if file is None:
            return

        def put(places: bool) -> str:
            importing = stand_tables.import_places if places else stand_tables.import_assignments
            report = importing(
                wiring.store(), file.getvalue(), PurePath(file.name).name, edition=edition,
                by=person.id, now=datetime.now(UTC),
            )  # fmt: skip
            st.session_state["stands-report"] = report
            if report.problems:
                return say("Nothing was changed: see what is wrong below.")
            keep(report)
            return speech.count("%(num)s row changed.", "%(num)s rows changed.", report.changed)

        with st.container(horizontal=True):
            st.button(
                say("Import who stands where"), key="stands-import-stands", on_click=done,
                args=(lambda: put(False),),
            )  # fmt: skip
            st.button(
                say("Import places"), key="stands-import-places", on_click=done,
                args=(lambda: put(True),),
            )  # fmt: skip
        report = st.session_state.get("stands-report")
        if isinstance(report, TableReport) and report.problems:
            st.html(
                draw(
                    "stand_problems.html",
                    speech.language,
                    problems=[
                        (one.row, one.column, one.value, one.sentence(speech.language))
                        for one in report.problems[:100]
                    ],
                )
            )


def _maker(
    table: Callable[..., Table],
    made: Callable[..., bytes],
    by: int,
    edition: str,
    language: str,
) -> Callable[[], bytes]:
    def data() -> bytes:
        with wiring.store().reading() as session:
            return made(*table(session, edition, language, by=by))

    return data
