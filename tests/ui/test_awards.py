"""Awards: recorded and removed on their page, told on an exhibit and a college, and a filter."""

from dataclasses import replace

from streamlit.testing.v1 import AppTest

from catalog import reading
from catalog.choices import AwardLevel, AwardPlace, MemberRole
from catalog.records import AwardRecord
from catalog.store import Store
from fair import document_of
from tests.ui.conftest import exhibit_of
from tests.ui.test_auth import html_of, store
from tests.ui.test_editions import Open, opening
from ui.address import SearchAddress
from ui.awards import award_views
from ui.facets import facet_view
from ui.names import Names
from ui.pages import college_page, exhibit_page
from ui.text import speech

__all__ = ["opening", "store"]
MEDAL = AwardRecord(
    {"en": "WorldSkills <Lyon>"}, "WorldSkills", AwardLevel.INTERNATIONAL, AwardPlace.MEDALLION,
    2024,
)  # fmt: skip
PRIZE = AwardRecord({"ru": "Приз зрителей"}, "Körme", AwardLevel.FAIR, AwardPlace.OTHER, 2026)


def fill(app: AppTest, number: int, name: str, issuer: str) -> None:
    app.text_input(key=f"awards-name-ru-{number}").input(name)
    app.text_input(key=f"awards-issuer-{number}").input(issuer)
    app.selectbox(key="awards-place").select(AwardPlace.GOLD)
    app.selectbox(key="awards-level").select(AwardLevel.NATIONAL)
    app.number_input(key="awards-year").set_value(2025)


def test_awards_are_recorded_and_removed(opening: Open, store: Store) -> None:
    app = opening("awards", MemberRole.ORGANIZER)
    assert "No award is recorded yet." in html_of(app)
    assert app.button(key="awards-record").disabled

    app.text_input(key="awards-words-0").input("r2b2t2").run()
    fill(app, 0, "Лучший проект", "")
    app.button(key="awards-record").click().run()
    assert app.error[0].value.startswith("Write the award’s name in at least one language")
    fill(app, 0, "Лучший проект", "WorldSkills Kazakhstan")
    app.button(key="awards-record").click().run()
    assert app.success[0].value == "The award is recorded."
    best = AwardRecord(
        {"ru": "Лучший проект"}, "WorldSkills Kazakhstan", AwardLevel.NATIONAL, AwardPlace.GOLD,
        2025,
    )  # fmt: skip
    with store.reading() as session:
        found = reading.exhibit(session, "R2B2T2")
    assert found is not None
    assert found.awards == (best,)

    app.radio(key="awards-whose").set_value("college").run()
    app.selectbox(key="awards-college-1").select("empty").run()
    fill(app, 1, "Команда года", "WorldSkills")
    app.button(key="awards-record").click().run()
    assert "Awards recorded: 2" in html_of(app)
    with store.reading() as session:
        college = reading.college(session, "empty", "fair")
    assert college is not None
    assert [one.names for one in college.awards] == [{"ru": "Команда года"}]

    gone = app.selectbox(key="awards-gone-2")
    assert len(gone.options) == 2
    gone.select_index(1).run()
    app.button(key="awards-remove").click().run()
    assert app.success[0].value == "The award is removed."
    assert "Awards recorded: 1" in html_of(app)
    assert not app.exception
    with store.reading() as session:
        left = reading.exhibit(session, "R2B2T2")
    assert left is not None
    assert left.awards == ()


def test_others_read_why_it_is_not_theirs(opening: Open) -> None:
    app = opening("awards", MemberRole.CURATOR)

    assert "role" in html_of(app)
    assert not app.button


def test_pages_tell_awards_in_the_visitors_language(names: Names) -> None:
    exhibit = exhibit_of(awards=(PRIZE, MEDAL))
    page = exhibit_page(exhibit, names, speech("kk"), light=True)

    assert "<h2>Марапаттар</h2>" in page
    assert '<b>Жүлде</b> <span lang="ru">Приз зрителей</span>' in page
    assert '<b>Шеберлік медальоны</b> <span lang="en">WorldSkills &lt;Lyon&gt;</span>' in page
    assert "WorldSkills, 2024" in page
    assert '<a href="/?award=international">Халықаралық марапат</a>' in page
    assert "<h2>Марапаттар</h2>" not in exhibit_page(exhibit_of(), names, speech("kk"))
    college = names.colleges["one"]
    plain, awarded = (
        college_page(one, names, speech("ru"), exhibits=(exhibit,), total=1)
        for one in (college, replace(college, awards=(MEDAL,)))
    )
    assert "Международная награда</a>" not in awarded
    assert ("Медальон" in plain, "Медальон" in awarded) == (False, True)


def test_the_level_of_an_award_is_a_filter(names: Names) -> None:
    college = names.colleges["one"]
    twice = replace(MEDAL, year=2022)
    awarded = document_of(exhibit_of(awards=(PRIZE, MEDAL, twice)), college)
    assert awarded.facets["award"] == ("fair", "international")
    assert "award" not in document_of(exhibit_of(), college).facets

    address = SearchAddress.parse({"award": "fair"})
    view = facet_view("award", {"international": 2, "fair": 1}, address, names, speech("ru"), {})
    assert view is not None
    assert view.title == "Награда"
    assert [(one.phrase.text, one.count, one.href) for one in view.options] == [
        ("Награда ярмарки", 1, "/"), ("Международная награда", 2, "/?award=international"),
    ]  # fmt: skip
    assert [one.href for one in award_views([MEDAL], speech("en"), edition="fair-2025")] == [
        "/?award=international&edition=fair-2025"
    ]
