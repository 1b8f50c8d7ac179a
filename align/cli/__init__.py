"""The command line: parse, call the library, print. No logic.

Data goes to standard output, progress and words to standard error. Exit status: 0 done;
1 done, but some documents failed, each named; 2 the request cannot be carried out.

The commands stand in `pairing` (documents to pairs), `batching` (many documents), `corpora` (pairs to
pairs), `reviewing` and `measuring`.
"""

from __future__ import annotations

import contextlib
import signal
import sys
from typing import Annotated

import typer

from align import __version__
from align.cli import batching, corpora, measuring, pairing, reviewing
from align.cli.words import show_own_warnings_in_a_line, told_in_words

__all__ = ["app", "main"]

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the `align` command; text goes out as UTF-8 whatever the terminal is set to."""
    for stream, errors in ((sys.stdout, "strict"), (sys.stderr, "backslashreplace")):
        with contextlib.suppress(AttributeError):
            stream.reconfigure(encoding="utf-8", errors=errors, newline="\n")  # type: ignore[union-attr]
    show_own_warnings_in_a_line()
    # Ended by `kill` or `timeout`, too, it takes away what is half written.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    app()


def _print_version(wanted: bool) -> None:
    if wanted:
        with told_in_words():
            print(f"align {__version__}")
        raise typer.Exit


@app.callback()
def align(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    """Vietnamese/English text alignment: from mixed-language pages to a parallel corpus.

    Tables go to standard output or to the file named with -o; progress and words go to
    standard error. Exit status: 0 done; 1 done, but some documents failed; 2 not possible.
    """


for _command in (
    pairing.mine,
    pairing.pair,
    batching.batch,
    corpora.convert,
    corpora.check,
    corpora.score,
    reviewing.review,
    reviewing.apply,
    measuring.evaluate,
    measuring.calibrate,
    measuring.encoders,
    measuring.cache,
):
    app.command()(_command)
