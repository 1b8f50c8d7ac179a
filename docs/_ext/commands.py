"""The directive `align-command`: a command's help as a page, from what the command line itself knows.

sphinx-click does not know typer's commands, and sphinxcontrib-typer draws a terminal, which does not wrap on a
narrow screen and holds no addresses of options.
"""

from __future__ import annotations

from typing import Any, ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from typer.main import get_command

from align.cli import app

GROUP: Any = get_command(app)


class AlignCommand(SphinxDirective):
    """A command's description, arguments and options; without a name, what all have in common."""

    optional_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = {}

    def run(self) -> list[nodes.Node]:
        """See `docutils.parsers.rst.Directive`."""
        if not self.arguments:
            return self.parse_text_to_nodes("\n".join(_overview()))
        name = self.arguments[0]
        return self.parse_text_to_nodes("\n".join(_described(GROUP.commands[name], f"align {name}")))


def _overview() -> list[str]:
    rows = [f"| {{doc}}`align {name} <{name}>` | {one.help.splitlines()[0]} |" for name, one in GROUP.commands.items()]
    return [GROUP.help, "", "| command | what it does |", "|---|---|", *rows, "", *_options(GROUP, "align")]


def _described(command: Any, name: str) -> list[str]:
    context = command.context_class(command, info_name=name)
    usage = " ".join([name, *command.collect_usage_pieces(context)])
    return ["```{code-block} none", usage, "```", "", command.help, "", *_options(command, name)]


def _options(command: Any, name: str) -> list[str]:
    context = command.context_class(command, info_name=name)
    lines = [f"```{{program}} {name}", "```", ""]
    for parameter in command.get_params(context):
        signature, text = parameter.get_help_record(context)
        lines += [f"````{{option}} {signature}", text, "````", ""]
    return lines


def setup(app: Sphinx) -> dict[str, Any]:
    """See Sphinx."""
    app.add_directive("align-command", AlignCommand)
    return {"parallel_read_safe": True}
