"""Texts that try to get out of a page, for the tests of every surface that shows texts."""

import json

SCRIPT = "<script>window.broken=1</script>"
IMAGE = '"><img src=x onerror="window.broken=1">'
TEMPLATE = "{{7*7}}{% raw %}"
SQL = "'; DROP TABLE exhibit; --"
OUTSIDE_PICTURE = "![x](https://example.org/x.png)"
LINK = "[press](javascript:window.broken=1)"
TURNED = "\u202e\u200fотзеркалено\u202c"
HOSTILE = (SCRIPT, IMAGE, TEMPLATE, SQL, LINK, TURNED, "💣" * 10, "a\x00b", "ы" * 10_000)

TITLE = f"Враждебный {SCRIPT} {TEMPLATE}"
HOSTILE_ROW = json.dumps(
    {
        "external_id": "hostile-1",
        "college": "temirqol",
        "field": "it",
        "kind": "software",
        "title_ru": TITLE,
        "summary_ru": f"{IMAGE} {SQL} {LINK}",
        "description_ru": "\n\n".join((SCRIPT, IMAGE, LINK, OUTSIDE_PICTURE, SQL)),
        "technologies": ["cybersecurity"],
        "keywords": ["<b>x</b>", "'><svg/onload=alert(1)>"],
        "specialty_ru": "<i>Взлом</i>",
        "stand": "Z-<u>1",
    },
    ensure_ascii=False,
)
