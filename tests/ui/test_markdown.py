import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hostile import HOSTILE
from ui.markdown import to_html, to_plain

SAFE_TAG = re.compile(
    r"</?(p|ul|ol|li|strong|em|br|blockquote|code)( start=\"\d+\")?( /)?>|<a[^<>]*>|</a>"
)


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("Один\n\nдва", "<p>Один</p>\n<p>два</p>\n"),
        ("**да** и *нет*", "<p><strong>да</strong> и <em>нет</em></p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"),
        ("![x](https://a.example/x.png)", None),
        (
            "[x](http://a.example)",
            '<p><a rel="nofollow noopener noreferrer" target="_blank">x</a></p>\n',
        ),
    ],
)
def test_light_markdown_becomes_html(typed: str, html: str | None) -> None:
    drawn = to_html(typed)
    assert "<img" not in drawn
    if html is not None:
        assert drawn == html


@given(st.text() | st.sampled_from(HOSTILE))
def test_any_text_gives_safe_tags_only(typed: str) -> None:
    drawn = str(to_html(typed))
    assert "<" not in SAFE_TAG.sub("", drawn)
    assert not re.search(r'href="(?!https://)', drawn)


def test_plain_text_has_no_marks_and_one_line() -> None:
    assert to_plain("**Робот**\n\n- [сайт](https://a.example)\n1. шаг") == "Робот сайт шаг"
