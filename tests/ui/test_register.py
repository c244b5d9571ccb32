"""The register of colleges: entered, given a quota, changed and merged on the page."""

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from catalog import college_register, reading
from catalog.choices import MemberRole, MovedKind
from catalog.permissions import COMMAND_LINE
from catalog.store import Store
from tests.ui.test_auth import FRAME, html_of, store
from tests.ui.test_editions import Open, opening

__all__ = ["opening", "store"]


def test_a_college_is_entered_changed_and_merged(opening: Open, store: Store) -> None:
    app = opening("register", MemberRole.ORGANIZER)
    assert "Colleges: 3, of them with nothing given in: 1" in html_of(app)
    labels = [one.proto.label for one in app.get("download_button")]
    assert labels == ["Take in Excel", "Take in CSV"]

    app.text_input(key="register-new-names-en").input("College of Design").run()
    app.button(key="register-enter").click().run()
    app.selectbox(key="register-college").select("college-of-design").run()
    app.text_input(key="register-college-of-design-site").input("nowhere").run()
    app.button(key="register-save-college-of-design").click().run()
    assert "a site begins with https://" in app.error[0].value

    app.selectbox(key="register-college").select("college-of-design").run()
    app.number_input(key="register-quota-college-of-design").set_value(4).run()
    app.button(key="register-terms-college-of-design").click().run()
    with store.reading() as session:
        lines = college_register.register(session, edition="fair", by=COMMAND_LINE)
    assert {one.slug: one.quota for one in lines}["college-of-design"] == 4

    app.selectbox(key="register-college").select("college-of-design").run()
    app.selectbox(key="register-into-college-of-design").select("empty").run()
    assert app.button(key="register-merge-college-of-design").disabled
    app.checkbox(key="register-sure-college-of-design").check().run()
    app.button(key="register-merge-college-of-design").click().run()

    assert app.success[0].value == "The two are one now."
    assert not app.exception
    with store.reading() as session:
        assert reading.moved_to(session, MovedKind.COLLEGE, "college-of-design") == "empty"

    old = AppTest.from_file(str(FRAME), default_timeout=30)
    old.query_params["slug"] = "college-of-design"
    old.query_params["lang"] = "en"
    old._page_hash = calc_hash("college")
    old.run()
    assert "A college that shows nothing" in html_of(old)
    assert old.query_params["slug"] == "empty"


def test_others_read_why_it_is_not_theirs(opening: Open) -> None:
    app = opening("register", MemberRole.CURATOR)

    assert "role" in html_of(app)
    assert not app.button
