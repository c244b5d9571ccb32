"""The pages Fairs and Log: the next fair begun, opened and archived, and found in the log."""

from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from catalog import editions
from catalog.choices import MemberRole
from catalog.permissions import COMMAND_LINE
from catalog.store import Store
from tests.catalog.people import someone
from tests.ui.test_auth import FRAME, html_of, signed_in, store

__all__ = ["store"]
Open = Callable[..., AppTest]


@pytest.fixture
def opening(store: Store) -> Iterator[Open]:
    """Opens a page as somebody of that role."""
    with pytest.MonkeyPatch.context() as patch:

        def opened(name: str, role: MemberRole, **address: str) -> AppTest:
            token = signed_in(store, someone(store, role))
            app = AppTest.from_file(str(FRAME), default_timeout=30)
            app.query_params["lang"] = "en"
            for key, value in address.items():
                app.query_params[key] = value
            patch.setattr("ui.screens.visit._cookie", lambda: token)
            app._page_hash = calc_hash(name)
            return app.run()

        yield opened


def states(store: Store) -> dict[str, tuple[bool, bool]]:
    with store.reading() as session:
        return {
            one.facts.slug: (one.is_current, one.is_archive)
            for one in editions.all_editions(session, by=COMMAND_LINE)
        }


def test_the_next_fair_is_begun_opened_and_the_former_archived(opening: Open, store: Store) -> None:
    app = opening("editions", MemberRole.ORGANIZER)
    app.text_input(key="next-fair-name-ru").input("Ярмарка 2027")
    app.checkbox(key="next-fair-along").check()
    app.button(key="next-fair-start").click().run()

    assert states(store) == {"fair": (True, False), "fair-2027": (False, False)}
    assert "in preparation" in html_of(app)
    assert "Exhibits: 3, of them public: 0" in html_of(app)

    app.selectbox(key="edition").select("fair-2027").run()
    app.button(key="make-current").click().run()
    app.selectbox(key="edition").select("fair").run()
    app.button(key="archive").click().run()

    assert states(store) == {"fair-2027": (True, False), "fair": (False, True)}
    app.selectbox(key="edition").select("fair").run()
    assert not [one for one in app.button if one.key == "save-fair"]
    app.button(key="open").click().run()
    assert states(store)["fair"] == (False, False)

    app.selectbox(key="edition").select("fair-2027").run()
    app.text_input(key="change-fair-2027-name-ru").input("").run()
    app.button(key="save-fair-2027").click().run()
    assert "a name in one language" in app.error[0].value
    assert not app.exception

    log = opening("log", MemberRole.ORGANIZER)
    log.text_input(key="log-words").input("edition archive").run()
    assert html_of(log).count("<code>archive</code>") == 1
    assert html_of(log).count("<code>") == 1
    log.text_input(key="log-words").input("nothing-of-this-kind").run()
    assert "Nothing in the log fits." in html_of(log)
    assert not log.exception


@pytest.mark.parametrize("name", ["editions", "log"])
def test_others_read_why_it_is_not_theirs(opening: Open, name: str) -> None:
    app = opening(name, MemberRole.REVIEWER)

    assert "role" in html_of(app)
    assert not app.button
    assert not app.exception
