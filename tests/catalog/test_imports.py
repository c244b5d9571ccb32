import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from catalog import CatalogError, Store, imports, reading
from catalog.drafts import Logistics, draft_of
from catalog.imports import ImportRefused, ImportReport
from catalog.models import Exhibit, ExhibitHistory
from catalog.permissions import COMMAND_LINE
from catalog.spreadsheets import Sheet, read

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}} ${7*7} #{7*7}",
    "'; DROP TABLE exhibit; --",
    "\u202egpj.exe\u202c \u200f שלום",
    "👩\u200d🌾🇰🇿 emoji",
    "=HYPERLINK(\"http://x\")",
    "\ud800 lone surrogate",
    "\x1b[31mred",
]  # fmt: skip


def lines(*rows: dict[str, object]) -> Sheet:
    return read("\n".join(json.dumps(row) for row in rows).encode(), "rows.jsonl")


def table(text: str) -> Sheet:
    return read(text.encode(), "table.csv")


def problems(report: ImportReport, language: str = "en") -> list[tuple[int, str, str, str]]:
    return [(p.row, p.column, p.value, p.sentence(language)) for p in report.problems]


def codes(store: Store) -> dict[str, str]:
    """Codes by the first title of every exhibit there is, public or not."""
    with store.reading() as session:
        return {row.texts[0].title: row.code for row in session.scalars(select(Exhibit))}


def test_a_table_of_a_college_is_imported_and_published(fair: Store, now: datetime) -> None:
    sheet = table(
        "Название;Колледж;Направление;Вид;Описание;Технологии;Ключевые слова;Специальность;Зал;"
        "Стенд;Участники;Курс;Размер команды;Ищем;Можно связаться\n"
        "Умная теплица;КГКП «КРТ»;Сельское хозяйство;Прототип;Поливает сама;теплица; ml ;"
        "мехатроника;Зал B;B-09;Автор;2;3;Стажировка;да\n"
    )

    report = imports.run(fair, sheet, publish=True, by=COMMAND_LINE, now=now)

    assert (report.create, report.update, report.unchanged) == (1, 0, 0)
    assert fair.revision() == 2
    with fair.reading() as session:
        exhibit = reading.exhibit(session, codes(fair)["Умная теплица"])
    assert exhibit is not None
    assert list(exhibit.texts) == ["ru"]
    assert exhibit.college.slug == "temirqol"
    assert (exhibit.field and exhibit.field.slug, exhibit.kind) == ("agriculture", "prototype")
    # The file says itself which technologies there are: a keyword that names one is a keyword.
    assert exhibit.technologies == ("greenhouse",)
    assert exhibit.keywords == ("ml",)
    assert (exhibit.hall, exhibit.stand, exhibit.course, exhibit.team_size) == ("B", "B-09", 2, 3)
    assert (exhibit.creators, exhibit.seeking) == (("author",), ("internship",))
    assert exhibit.specialty_slug == "mehatronika"
    assert exhibit.contactable


def test_without_publish_an_exhibit_is_a_draft_that_nobody_sees(fair: Store, now: datetime) -> None:
    imports.run(fair, table("title,college\nA new robot,КРТ\n"), by=COMMAND_LINE, now=now)

    with fair.reading() as session:
        assert reading.exhibit(session, codes(fair)["A new robot"]) is None
        history = session.scalars(
            select(ExhibitHistory).order_by(ExhibitHistory.id.desc()).limit(1)
        ).one()
        assert (history.from_state, history.to_state, history.at) == (None, "draft", now)
    assert fair.revision() == 1


def test_importing_twice_changes_nothing(fair: Store, now: datetime) -> None:
    sheet = lines(
        {"title_ru": "С номером", "college": "КРТ", "external_id": 7, "technologies": ["Сварка"],
         "seeking": ["pilot"], "creators": ["author", "author"], "specialty_ru": "Токарное дело"},
        {"title": "Тек атауы бойынша", "college": "zhasyl-dala", "description": "a\n\n\n\nb "},
        {"title_en": "By its code", "college": "empty", "code": "hhhhhh", "keywords": "a; b; a"},
    )  # fmt: skip
    first = imports.run(fair, sheet, publish=True, by=COMMAND_LINE, now=now)
    revision = fair.revision()

    second = imports.run(fair, sheet, publish=True, by=COMMAND_LINE, now=now + timedelta(days=1))

    assert (first.create, first.unchanged) == (3, 0)
    assert (second.create, second.update, second.unchanged) == (0, 0, 3)
    assert fair.revision() == revision
    assert codes(fair)["By its code"] == "HHHHHH"


def test_the_same_file_imported_by_two_at_once_is_imported_once(fair: Store, now: datetime) -> None:
    sheet = table("title,college\n" + "".join(f"Robot {n},КРТ\n" for n in range(30)))

    with ThreadPoolExecutor(4) as pool:
        reports = list(
            pool.map(lambda _: imports.run(fair, sheet, by=COMMAND_LINE, now=now), range(4))
        )

    assert sorted(report.create for report in reports) == [0, 0, 0, 30]
    assert len(codes(fair)) == 3 + 30


def test_an_update_changes_what_the_row_says_and_keeps_the_rest(fair: Store, now: datetime) -> None:
    sheet = table(
        "code,title_ru,summary_ru,kind,hall,stand,technologies_1,technologies_2,keywords,course\n"
        "R2B2T2,,Новое,жоқ,-,нет,,,[очистить],[clear]\n"
    )

    report = imports.run(fair, sheet, by=COMMAND_LINE, now=now)

    assert (report.create, report.update, report.unchanged) == (0, 1, 0)
    assert fair.revision() == 2
    with fair.reading() as session:
        exhibit = reading.exhibit(session, "R2B2T2")
    assert exhibit is not None
    assert exhibit.texts["ru"].title == "Робот-сортировщик мусора"
    assert exhibit.texts["ru"].summary == "Новое"
    assert (exhibit.kind, exhibit.hall, exhibit.stand) == ("prototype", "A", "A-01")
    assert exhibit.technologies == ("robotics", "machine-learning")
    assert (exhibit.keywords, exhibit.course) == ((), None)


def test_a_row_is_matched_by_external_id_and_may_change_its_title(
    fair: Store, now: datetime
) -> None:
    sheet = table("external_id,college,title_kk\na-1,zhasyl-dala,Үлкен жылыжай\n")

    assert imports.run(fair, sheet, by=COMMAND_LINE, now=now).update == 1
    assert "Үлкен жылыжай" in codes(fair)


def test_keywords_name_technologies_where_the_file_has_no_column_for_them(
    fair: Store, now: datetime
) -> None:
    imports.run(
        fair, table("external_id,college,keywords\na-2,zhasyl-dala,ml; сталь\n"), by=COMMAND_LINE,
        now=now,
    )  # fmt: skip
    imports.run(
        fair, table("external_id,college,technologies\na-2,zhasyl-dala,Сварка\n"),
        by=COMMAND_LINE, now=now,
    )  # fmt: skip
    report = imports.run(
        fair, table("external_id,college,keywords\na-2,zhasyl-dala,ml; сталь; робототехника\n"),
        by=COMMAND_LINE, now=now,
    )  # fmt: skip

    assert report.update == 1
    with fair.reading() as session:
        exhibit = reading.exhibit(session, codes(fair)["Welded garden gate"])
    assert exhibit is not None
    assert exhibit.technologies == ("welding", "robotics")
    assert exhibit.keywords == ("ml", "сталь", "робототехника")


def test_what_a_stand_needs_and_links_come_in(fair: Store, now: datetime) -> None:
    sheet = table(
        "Код;Ссылки;Мощность, Вт;Площадь, м²;Интернет;Шум;Открытый огонь;Людей у стенда;"
        "Телефон руководителя\n"
        'R2B2T2;"https://a.example/x\\;y; https://b.example";2200;6;да;нет;иә;3;+7 700 000 00 00\n'
    )

    assert imports.run(fair, sheet, by=COMMAND_LINE, now=now).update == 1

    with fair.reading() as session:
        draft = draft_of(session.scalars(select(Exhibit).where(Exhibit.code == "R2B2T2")).one())
    assert draft.links == ("https://a.example/x;y", "https://b.example")
    assert draft.logistics == Logistics(2200, 6, True, False, True, 3, "+7 700 000 00 00")


def test_two_works_of_one_title_are_told_apart_by_external_id(fair: Store, now: datetime) -> None:
    sheet = lines(
        {"title": "OpenMRS client", "college": "КРТ", "external_id": "one"},
        {"title": "OpenMRS client", "college": "КРТ", "external_id": "two"},
    )

    assert imports.run(fair, sheet, publish=True, by=COMMAND_LINE, now=now).create == 2
    assert imports.run(fair, sheet, publish=True, by=COMMAND_LINE, now=now).unchanged == 2


def test_ambiguous_and_repeated_rows_are_problems(fair: Store, now: datetime) -> None:
    twins = lines(
        {"title": "Twin robots", "college": "КРТ", "external_id": "one", "code": "AAAAAA"},
        {"title": "Twin robots", "college": "КРТ", "external_id": "two", "code": "BBBBBB"},
    )
    imports.run(fair, twins, by=COMMAND_LINE, now=now)
    sheet = lines(
        {"title": "TWIN  robots", "college": "КРТ"},
        {"title": "Solo", "college": "КРТ"},
        {"title": "solo", "college": "КРТ"},
        {"title": "A", "external_id": "x", "college": "empty", "title_en": "First"},
        {"title_en": "Second", "external_id": "x", "college": "empty"},
    )

    report = imports.run(fair, sheet, dry_run=True, by=COMMAND_LINE, now=now)

    assert problems(report) == [
        (1, "title", "TWIN robots", "The college has several exhibits of this title:"
         " AAAAAA, BBBBBB. Give the code of the one meant."),
        (3, "title", "solo", "The same exhibit as row 2. Keep one, or give them different"
         " external_id."),
        (5, "external_id", "x", "The same exhibit as row 4. Keep one, or give them different"
         " external_id."),
    ]  # fmt: skip


def test_every_problem_is_listed_by_row_and_column_and_nothing_is_saved(
    fair: Store, now: datetime
) -> None:
    sheet = table(
        "Заявка;;;;;;;;\n"
        "Название;Колледж;Тип;Технологии;Курс;Команда;Направление;Зал;Код\n"
        "Хороший робот;КРТ;прототип;ml;1;2;robotics;A;\n"
        "Я;Темиркал;чудо;машинное обученее; 9;много;космос;Ы;0OIL11\n"
        f"{'ы' * 151};;;;;;;;\n"
        "Политехническая штука;политех;;;;;;;\n"
        "Чужой код;Жасыл дала;;;;;;;R2B2T2\n"
    )
    before = codes(fair)

    with pytest.raises(ImportRefused) as refused:
        imports.run(fair, sheet, publish=True, by=COMMAND_LINE, now=now)

    report = refused.value.report
    assert str(refused.value) == (
        "Nothing was imported: 4 of 5 rows have 13 problems. Mend them, or import the good rows"
        " alone."
    )
    assert {(p.row, p.column) for p in report.problems} == {
        (4, "Название"), (4, "Колледж"), (4, "Тип"), (4, "Технологии"), (4, "Курс"),
        (4, "Команда"), (4, "Направление"), (4, "Зал"), (4, "Код"),
        (5, "Название"), (5, "Колледж"), (6, "Колледж"), (7, "Колледж"),
    }  # fmt: skip
    assert codes(fair) == before
    assert fair.revision() == 1


def test_problems_speak_three_languages(fair: Store, now: datetime) -> None:
    report = imports.run(
        fair, table("title,college\nRobot,Темиркл\n"), dry_run=True, by=COMMAND_LINE, now=now
    )  # fmt: skip

    assert problems(report, "kk")[0][3] == "Каталогта мұндай атау жоқ. Бәлкім, «Темиркол» шығар?"
    assert problems(report, "ru")[0][3] == "В каталоге такого нет. Возможно, «Темиркол»?"
    assert problems(report)[0] == (
        2, "college", "Темиркл", "The catalog has no such entry. Did you mean “Темиркол”?"
    )  # fmt: skip


def test_accept_good_saves_the_good_rows_alone(fair: Store, now: datetime) -> None:
    sheet = table("title,college\nGood one,КРТ\nBad one,Nowhere at all\n")

    report = imports.run(fair, sheet, accept_good=True, publish=True, by=COMMAND_LINE, now=now)

    assert (report.create, report.bad_rows) == (1, frozenset({3}))
    assert "Good one" in codes(fair)
    assert "Bad one" not in codes(fair)


def test_a_dry_run_saves_nothing(fair: Store, now: datetime) -> None:
    before = codes(fair)
    report = imports.run(
        fair, table("title,college\nNew,New college\n"), edition="new", open_archive=True,
        dry_run=True, by=COMMAND_LINE, now=now,
    )  # fmt: skip

    assert (report.create, report.new_edition, report.new_colleges) == (1, True, ("New college",))
    assert codes(fair) == before
    with fair.reading() as session:
        assert reading.edition(session, "new") is None


def test_an_archive_takes_colleges_halls_and_long_titles_as_they_are(
    fair: Store, now: datetime
) -> None:
    title = "A very long title of a real project " * 5
    sheet = lines(
        {"name": title, "org": "КГКП «New»", "tags": ["ML", "c++"], "id": 1, "hall": "X"},
        {"name": "Short one", "org": "new", "tags": [], "id": 2, "description": "Ok"},
    )
    mapping = {"title": "name", "college": "org", "keywords": "tags", "external_id": "id"}

    for _ in range(2):
        report = imports.run(
            fair,
            sheet,
            edition="old",
            mapping=mapping,
            open_archive=True,
            publish=True,
            by=COMMAND_LINE,
            now=now,
        )

    assert (report.unchanged, report.shortened_titles) == (2, (1,))
    with fair.reading() as session:
        exhibits = list(reading.exhibits(session, "old").values())
        current = reading.current_edition(session)
    assert current is not None
    assert current.slug == "fair"
    text = exhibits[0].texts["en"]
    assert len(text.title) <= 150
    assert text.title.endswith("…")
    assert text.description == title.strip()
    assert exhibits[0].technologies == ("machine-learning",)
    assert exhibits[0].keywords == ("ML", "c++")
    assert exhibits[0].hall == "X"
    assert exhibits[0].college == exhibits[1].college


def test_a_title_without_spaces_is_a_problem_even_in_an_archive(fair: Store, now: datetime) -> None:
    with pytest.raises(ImportRefused) as refused:
        imports.run(
            fair, lines({"title": "x" * 151, "college": "c"}), edition="old", open_archive=True,
            by=COMMAND_LINE, now=now,
        )  # fmt: skip

    assert problems(refused.value.report) == [
        (1, "title", "x" * 79 + "…", "Too long: 151 characters, at most 150 fit. Shorten it.")
    ]
    with fair.reading() as session:
        assert reading.edition(session, "old") is None


def test_two_exhibits_may_swap_their_stands_but_not_share_one(fair: Store, now: datetime) -> None:
    swap = table("external_id,college,stand\na-1,zhasyl-dala,B-02\na-2,zhasyl-dala,B-01\n")
    assert imports.run(fair, swap, by=COMMAND_LINE, now=now).update == 2

    clash = table("title,college,hall,stand\nNew,КРТ,A,A-01\nNewer,КРТ,A,A-03\nNewest,КРТ,A,A-03\n")
    report = imports.run(fair, clash, publish=True, dry_run=True, by=COMMAND_LINE, now=now)

    assert problems(report) == [
        (2, "stand", "A-01", "This stand is taken by R2B2T2."),
        (4, "stand", "A-03", "This stand is taken by № 3."),
    ]


def test_codes_move_between_installations_and_are_never_reused(fair: Store, now: datetime) -> None:
    sheet = lines({"code": "MMMMMM", "title": "Moved here", "college": "КРТ"})
    assert imports.run(fair, sheet, publish=True, by=COMMAND_LINE, now=now).create == 1
    assert codes(fair)["Moved here"] == "MMMMMM"

    elsewhere = lines({"code": "MMMMMM", "title": "Another", "college": "КРТ"})
    report = imports.run(
        fair, elsewhere, edition="old", open_archive=True, dry_run=True, by=COMMAND_LINE, now=now
    )
    other = lines({"code": "NNNNNN", "external_id": "a-1", "college": "zhasyl-dala"})
    mismatch = imports.run(fair, other, dry_run=True, by=COMMAND_LINE, now=now)

    assert [problem.problem.code for problem in report.problems] == ["code_taken"]
    assert [problem.problem.code for problem in mismatch.problems] == ["code_differs"]


def test_publishing_a_draft_is_not_an_imports_business(fair: Store, now: datetime) -> None:
    sheet = table("title,college\nA draft first,КРТ\n")
    imports.run(fair, sheet, by=COMMAND_LINE, now=now)

    report = imports.run(fair, sheet, publish=True, dry_run=True, by=COMMAND_LINE, now=now)

    assert [problem.problem.code for problem in report.problems] == ["not_publishable"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"edition": "nowhere"}, "no edition 'nowhere'; there are: fair"),
        ({"edition": "Bad Slug", "open_archive": True}, "can't be an edition's slug"),
        ({"mapping": {"titel": "title"}}, "no field 'titel' to map to"),
        ({"mapping": {"title": "nope"}}, "no column 'nope' for 'title'; it has: title, college"),
        ({"mapping": {"kind": "title"}}, "no column for the title"),
    ],
)
def test_wrong_arguments_get_a_sentence(
    fair: Store, now: datetime, arguments: dict[str, object], sentence: str
) -> None:
    with pytest.raises(CatalogError, match=sentence):
        imports.run(
            fair, table("title,college\nx,y\n"), by=COMMAND_LINE, now=now, **arguments  # type: ignore[arg-type]
        )  # fmt: skip


def test_without_a_current_edition_the_remedy_is_named(store: Store, now: datetime) -> None:
    with pytest.raises(CatalogError, match="make demo"):
        imports.run(store, table("title,college\nx,y\n"), by=COMMAND_LINE, now=now)


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_texts_are_kept_as_text(fair: Store, now: datetime, value: str) -> None:
    row: dict[str, object] = {
        **{f"{part}_{language}": f"abc {value}" for part in ("title", "summary", "description")
           for language in ("kk", "ru", "en")},
        "college": value, "keywords": [value], "specialty_ru": value, "external_id": value,
        "stand": value[:15],
    }  # fmt: skip

    report = imports.run(
        fair, lines(row), edition="old", open_archive=True, publish=True, by=COMMAND_LINE, now=now
    )  # fmt: skip

    assert report.create == 1
    with fair.reading() as session:
        (exhibit,) = reading.exhibits(session, "old").values()
    for hidden in "\u202e\u202c\u200f\ud800\x1b":
        value = value.replace(hidden, "")
    value = " ".join(value.split())
    assert exhibit.keywords == (value,)
    assert exhibit.texts["en"].description == f"abc {value}"
    assert (
        imports.run(
            fair, lines(row), edition="old", publish=True, by=COMMAND_LINE, now=now
        ).unchanged
        == 1
    )


@pytest.mark.parametrize("value", ["a\0b", "x" * 10_000, {"a": 1}, [["nested"]], "🌾 " * 5_000])
@pytest.mark.parametrize("column", [
    "title", "summary_kk", "description", "college", "keywords", "technologies", "specialty_ru",
    "external_id", "stand", "hall", "field", "kind", "creators", "seeking", "course", "team_size",
    "code", "contactable",
])  # fmt: skip
def test_what_cannot_be_kept_is_refused_with_a_sentence(
    sqlite_fair: Store, now: datetime, column: str, value: object
) -> None:
    row = {"title_ru": "Робот", "title_kk": "Робот", "college": "КРТ", column: value}

    report = imports.run(
        sqlite_fair,
        lines(row),
        edition="old",
        open_archive=True,
        dry_run=True,
        by=COMMAND_LINE,
        now=now,
    )

    if column == "technologies" or report.problems:
        assert all(message.endswith((".", "?")) for *_, message in problems(report))
    assert report.bad_rows == {1}


cells = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30),
    st.sampled_from([*HOSTILE, "КРТ", "ml", "[clear]", "-", "жоқ", "R2B2T2", "A-01", "author"]),
    st.lists(st.text(max_size=5), max_size=3), st.dictionaries(st.text(max_size=2), st.none()),
)  # fmt: skip
rows = st.dictionaries(
    st.sampled_from([
        "code", "external_id", "college", "field", "kind", "title", "title_kk", "title_ru",
        "summary", "description_en", "technologies", "technologies_2", "keywords", "specialty",
        "specialty_kk", "hall", "stand", "creators", "team_size", "course", "seeking",
        "contactable", "state", "odd",
    ]),
    cells,
)  # fmt: skip


@given(st.lists(rows, min_size=1, max_size=4), st.booleans(), st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40,
          deadline=None)  # fmt: skip
def test_any_rows_are_saved_whole_or_refused(
    sqlite_fair: Store, now: datetime, given_rows: list[dict[str, object]], publish: bool,
    archive: bool,
) -> None:  # fmt: skip
    sheet = lines({"title": "Anchor", "college": "КРТ", "external_id": "anchor"}, *given_rows)
    place = {"edition": "old", "open_archive": True} if archive else {}
    with sqlite_fair.reading() as session:
        before = session.scalar(select(func.count()).select_from(Exhibit))

    report = imports.run(
        sqlite_fair, sheet, publish=publish, accept_good=True, by=COMMAND_LINE, now=now, **place  # type: ignore[arg-type]
    )  # fmt: skip

    assert report.create + report.update + report.unchanged + len(report.bad_rows) == report.rows
    with sqlite_fair.reading() as session:
        after = session.scalar(select(func.count()).select_from(Exhibit))
        for edition in reading.editions(session):
            reading.exhibits(session, edition.slug)
    assert (after or 0) - (before or 0) == report.create
    again = imports.run(
        sqlite_fair, sheet, publish=publish, accept_good=True, by=COMMAND_LINE, now=now, **place
    )  # type: ignore[arg-type]
    assert again.create == again.update == 0
