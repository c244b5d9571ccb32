"""A hall's drawing: shapes and words come through, nothing that acts or loads."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.plans import MOST_BYTES, Drawing, clean_drawing
from catalog.refusals import Reason, Refused

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 400">'


def cleaned(body: str, head: str = HEAD) -> str:
    return clean_drawing(f"{head}{body}</svg>".encode()).svg


def test_shapes_colours_and_words_come_through() -> None:
    drawn = clean_drawing(
        (
            HEAD + '<g stroke="#123" transform="translate(3 4)"><rect x="1" y="2" width="30"'
            ' height="40.5" fill="none"/><path d="M1 2L3,4z"/></g>'
            '<text x="5" y="6" font-size="18">Сахна &amp; <tspan>A&lt;B</tspan> зал</text></svg>'
        ).encode()
    )

    assert drawn == Drawing(
        '<g stroke="#123" transform="translate(3 4)"><rect x="1" y="2" width="30" height="40.5"'
        ' fill="none"></rect><path d="M1 2L3,4z"></path></g><text x="5" y="6" font-size="18">'
        "Сахна &amp; <tspan>A&lt;B</tspan> зал</text>",
        600, 400,
    )  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        '<rect onload="alert(1)" x="1"/>',
        '<rect style="fill:url(https://x.example/a)" x="1"/>',
        '<rect fill="url(#a)" x="1"/>',
        '<rect class="k-head" id="content" x="1"/>',
        '<a href="javascript:alert(1)"><rect x="1"/></a>',
        '<image href="https://x.example/a.png"/>',
        '<use href="#a"/>',
        "<style>@import url(https://x.example/a.css)</style>",
        '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><img src="x"/></body>'
        "</foreignObject>",
        '<animate attributeName="href" values="javascript:alert(1)"/>',
        '<rect x="1" width="expression(alert(1))"/>',
        '<x:script xmlns:x="http://www.w3.org/2000/svg">alert(1)</x:script>',
    ],
)
def test_what_acts_loads_or_names_is_left_out(body: str) -> None:
    drawn = cleaned(f'{body}<line x1="1"/>')

    assert drawn in ('<line x1="1"></line>', '<rect x="1"></rect><line x1="1"></line>')


def test_the_style_that_drawing_programs_write_is_read() -> None:
    assert cleaned('<rect x="1" style="fill:#ff0000;stroke-width:2px;-inkscape-x:y"/>') == (
        '<rect x="1" fill="#ff0000" stroke-width="2px"></rect>'
    )


def test_the_view_becomes_one_from_zero_in_whole_units() -> None:
    moved = clean_drawing(b'<svg viewBox="-5 10 600 400"><line x1="1"/></svg>')
    assert moved == Drawing('<g transform="translate(5 -10)"><line x1="1"></line></g>', 600, 400)
    small = clean_drawing(b'<svg width="20mm" height="10mm"><line x1="1"/></svg>')
    assert small == Drawing('<g transform="scale(50)"><line x1="1"></line></g>', 1000, 500)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.PLAN_NOT_SVG),
        (b"<html><body/></html>", Reason.PLAN_NOT_SVG),
        (b"<svg viewBox='0 0 9 9'><script/></svg>", Reason.PLAN_NOT_SVG),
        (b"<svg viewBox='0 0 0 9'><line x1='1'/></svg>", Reason.PLAN_NOT_SVG),
        (b"<svg viewBox='0 0 nan 9'><line x1='1'/></svg>", Reason.PLAN_NOT_SVG),
        (b"<svg><line x1='1'/></svg>", Reason.PLAN_NOT_SVG),
        (
            b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg viewBox="0 0 9 9"><text>&a;</text></svg>',
            Reason.PLAN_NOT_SVG,
        ),
        (
            '<!DOCTYPE svg [<!ENTITY a "b">]><svg viewBox="0 0 9 9"/>'.encode("utf-16"),
            Reason.PLAN_NOT_SVG,
        ),
        (b" " * (MOST_BYTES + 1), Reason.PLAN_TOO_LARGE),
        (
            b"<svg viewBox='0 0 9 9'>" + b"<line/>" * 20_001 + b"</svg>",
            Reason.PLAN_TOO_LARGE,
        ),
    ],
)
def test_what_is_no_drawing_is_refused(data: bytes, reason: Reason) -> None:
    with pytest.raises(Refused) as caught:
        clean_drawing(data)
    assert caught.value.reason is reason


WORDS = st.sampled_from(
    ["rect", "script", "g", "a", "text", "x", "fill", "onclick", "href", "style", "javascript:1",
     "url(#a)", "red", "3", "<", ">", '"', "&", "d", "M1 1"]
)  # fmt: skip


@given(st.lists(st.tuples(WORDS, WORDS, WORDS, WORDS), min_size=1, max_size=6))
def test_nothing_that_is_not_allowed_ever_comes_through(
    pieces: list[tuple[str, str, str, str]],
) -> None:
    root = ElementTree.Element("svg", viewBox="0 0 600 400")
    ElementTree.SubElement(root, "line", x1="1")
    for tag, name, value, text in pieces:
        if tag.isalpha() and name.isalpha():
            ElementTree.SubElement(root, tag, {name: value}).text = text
    kept = ElementTree.fromstring(f"<r>{clean_drawing(ElementTree.tostring(root)).svg}</r>")

    for one in kept.iter():
        assert one.tag in ("r", "line", "rect", "g", "text")
        assert not one.attrib.keys() - {"x1", "x", "fill", "d"}
        assert "(" not in "".join(one.attrib.values())
