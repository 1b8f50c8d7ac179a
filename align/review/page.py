"""The review page: one file that opens from disk in any browser, with all it needs in it.

The script is a handful of modules, as they stand in ``page/``. An import map gives each the address of its
text, so that no bundler has to be run. A content security policy names what may run by its digest: were a
text ever taken for markup, nothing in it would run.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import os
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from string import Template
from typing import Any

from align.review.content import PageUnit, page_key

__all__ = ["page_html"]

_START = 'import "#review/main";'


def page_html(
    units: Sequence[PageUnit],
    name: str,
    *,
    decisions: Mapping[str, Any] | None = None,
    serve: str = "",
    saves_to: str = "",
) -> str:
    """The page as HTML.

    :param name: of the file of pairs, for the title and the decisions
    :param decisions: what was decided before, as the decisions file holds it
    :param serve: where decisions are read and written, if the page comes from `align.review.serve`
    :param saves_to: what that file is called
    """
    content = {
        "name": os.path.basename(name),
        "key": page_key(units),
        "serve": serve,
        "savesTo": saves_to,
        "decisions": decisions,
        "units": units,
    }
    parts = _parts()
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src {_digest(parts['importmap'])} {_digest(_START)} data:",
            f"style-src {_digest(parts['style'])}",
            f"connect-src {'data: ' + chr(39) + 'self' + chr(39) if serve else 'data:'}",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    return Template(parts["page"]).substitute(
        policy=policy,
        title=html.escape(os.path.basename(name)),
        style=parts["style"],
        importmap=parts["importmap"],
        content=_embedded(content),
        start=_START,
    )


@cache
def _parts() -> dict[str, str]:
    """What is the same in every page: the template, the style, and the import map with the script in it."""
    folder = resources.files("align.review") / "page"
    scripts = {
        file.name.removesuffix(".js"): file.read_bytes() for file in folder.iterdir() if file.name.endswith(".js")
    }
    imports = {
        f"#review/{name}": f"data:text/javascript;base64,{base64.b64encode(scripts[name]).decode()}"
        for name in sorted(scripts)
    }
    return {
        "page": (folder / "page.html").read_text(encoding="utf-8"),
        "style": (folder / "page.css").read_text(encoding="utf-8"),
        "importmap": json.dumps({"imports": imports}),
    }


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _embedded(content: Mapping[str, Any]) -> str:
    """JSON that can stand in a script element: nothing in it ends the element or opens a comment.

    >>> _embedded({"vi": "</script><!--"})
    '{"vi":"\\\\u003c/script>\\\\u003c!--"}'
    """
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
