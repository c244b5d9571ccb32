import re
from pathlib import Path

from ui.html import draw

UI = Path(__file__).parents[2] / "ui"
# A template's name in the source, by which it is drawn or included.
NAME = re.compile(r"""["']([a-z_]+\.html)["']""")


def test_every_template_that_is_named_is_there_and_every_one_is_named() -> None:
    sources = [*UI.rglob("*.py"), *(UI / "templates").glob("*.html")]
    named = {name for path in sources for name in NAME.findall(path.read_text("utf-8"))}

    assert named == {path.name for path in (UI / "templates").glob("*.html")}


def test_a_heading_is_escaped() -> None:
    assert "<h2>A &lt;b&gt;</h2>" in draw("heading.html", "en", title="A <b>")
