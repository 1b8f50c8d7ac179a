"""How the site is built: `make docs` writes it to out/docs/html, and no warning is let pass."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from docutils import nodes

import align

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "align"
author = "the align maintainers"
copyright = "2026, the align maintainers"  # noqa: A001
version = release = align.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "commands"]
exclude_patterns = ["_build"]
myst_heading_anchors = 3
# Options have two hyphens, which would become a dash.
smartquotes = False

# In our docstrings `name` is a name of ours where there is such a one, and else just code.
default_role = "py:obj"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True

html_theme = "furo"
html_title = f"align {version}"
html_show_sourcelink = False
html_copy_source = False
html_static_path = ["_static"]
html_css_files = ["align.css"]


def _with_dashes(_app: Any, _domain: str, _kind: str, content: nodes.Element) -> None:
    """Sphinx parts a parameter from its description by two hyphens, and leaves the dash to smartquotes."""
    for text in content.findall(nodes.Text):
        if text == " -- ":
            text.parent.replace(text, nodes.Text(" – "))


def setup(app: Any) -> None:
    """See Sphinx."""
    app.connect("object-description-transform", _with_dashes)
