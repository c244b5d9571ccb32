"""Pictures as they are served: to everybody, to those at work on them, to nobody."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from catalog import Store, accounts, consents, pictures, submissions
from catalog.choices import GivenBy, MemberRole, Scope, State
from catalog.drafts import Draft, DraftPicture, DraftText
from catalog.models import Account, Exhibit
from catalog.settings import Settings
from tests.catalog.conftest import fair, loaded_fair  # noqa: F401
from tests.catalog.people import someone
from tests.catalog.test_pictures import a_picture
from ui.identity import SESSION_COOKIE
from ui.web import assets

NOW = datetime(2026, 11, 5, 6, 0, tzinfo=UTC)
LIFETIMES = Settings().lifetimes


class Site:
    """The fair's pictures, and one published exhibit of an editor's."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.editor = someone(store, MemberRole.EDITOR, college="temirqol").id
        doors = SimpleNamespace(
            store=lambda: store,
            settings=Settings,
            person_behind=lambda cookies: accounts.signed_in(
                store, cookies.get(SESSION_COOKIE, ""), now=NOW, lifetimes=LIFETIMES
            ),
        )
        self.app = Starlette(routes=assets.routes(lambda: doors))

    def show(self, *people: int, seed: int = 1) -> str:
        """The hash of a picture on a published exhibit that shows these people, or nobody."""
        key = pictures.add_picture(
            self.store, a_picture(seed, (1200, 600)), college="temirqol", by=self.editor, now=NOW
        )
        copy = submissions.open_copy(self.store, college="temirqol", by=self.editor, now=NOW)
        draft = Draft(
            "temirqol",
            texts={"ru": DraftText("Станок")},
            pictures=(DraftPicture(key, {"ru": "Станок"}, not people, people),),
        )
        submissions.autosave(self.store, copy.id, draft, by=self.editor, now=NOW)
        code = submissions.save(self.store, copy.id, by=self.editor, now=NOW).code
        with self.store.writing() as session:
            row = session.scalars(select(Exhibit).where(Exhibit.code == code)).one()
            row.state = State.PUBLISHED
        return key

    def person(self) -> int:
        person = consents.add_person(
            self.store, college="temirqol", name="Дана", is_minor=False, by=self.editor, now=NOW
        )
        coordinator = someone(self.store, MemberRole.COORDINATOR, college="temirqol").id
        consents.record_consent(
            self.store, person, scope=Scope.FACE, given_by=GivenBy.SELF,
            given_on=date(2026, 11, 1), by=coordinator, now=NOW,
        )  # fmt: skip
        return person

    def browser(self, account: int | None = None) -> TestClient:
        client = TestClient(self.app)
        if account is not None:
            token = accounts.begin_sign_in(self.store, account, now=NOW, lifetimes=LIFETIMES)
            client.cookies.set(SESSION_COOKIE, token)
        return client


@pytest.fixture
def site(fair: Store) -> Site:  # noqa: F811
    return Site(fair)


@pytest.mark.parametrize("size", [320, 960, 1920])
def test_a_picture_of_nobody_is_kept_by_browsers_for_good(site: Site, size: int) -> None:
    key = site.show()

    answer = site.browser().get(f"/p/{key}-{size}.webp")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_a_picture_of_somebody_is_asked_for_anew_and_gone_when_they_say_so(site: Site) -> None:
    person = site.person()
    address = f"/p/{site.show(person)}-320.webp"
    visitor = site.browser()
    first = visitor.get(address)
    assert (first.status_code, first.headers["cache-control"]) == (200, "private, no-cache")
    kept = {"If-None-Match": first.headers["etag"]}
    assert visitor.get(address, headers=kept).status_code == 304

    consents.revoke_consent(site.store, person, Scope.FACE, by=site.editor, now=NOW)

    assert visitor.get(address).status_code == 404
    assert visitor.get(address, headers=kept).status_code == 404
    at_work = site.browser(site.editor).get(address)
    assert (at_work.status_code, at_work.headers["cache-control"]) == (200, "private, no-store")


def test_a_picture_of_a_draft_is_its_colleges_and_nobody_elses(site: Site) -> None:
    key = pictures.add_picture(
        site.store, a_picture(2), college="temirqol", by=site.editor, now=NOW
    )
    address = f"/p/{key}-320.webp"
    stranger = someone(site.store, MemberRole.EDITOR, college="zhasyl-dala").id

    assert site.browser(site.editor).get(address).status_code == 200
    assert site.browser(stranger).get(address).status_code == 404
    assert site.browser().get(address).status_code == 404
    editor = site.browser(site.editor)
    with site.store.writing() as session:
        session.get_one(Account, site.editor).blocked_at = NOW
    assert editor.get(address).status_code == 404


@pytest.mark.parametrize("name", ["0" * 64 + "-320.webp", "x-320.webp", "0" * 64 + "-321.webp"])
def test_there_is_no_other_picture(site: Site, name: str) -> None:
    assert site.browser().get(f"/p/{name}").status_code == 404
