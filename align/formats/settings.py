"""What a user can say about how files are read and written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from align.errors import FormatError
from align.types import LANGUAGES, Language

__all__ = ["Limits", "ReadSettings", "WriteSettings", "limits_from"]

_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one input may unpack to: a small file can hold a text that fills a disk.

    The defaults are chosen by hand: above any archive of articles that fits in memory, below what
    harms a laptop.

    :param size: megabytes that one input may have when it is unpacked, all its files together; a
        file that is not packed is not limited
    :param files: files in an archive, those in archives in it included
    :param depth: archives in archives: 1 is a file in an archive, 2 one in an archive in an archive
    """

    size: int = 2_000
    files: int = 100_000
    depth: int = 3

    @property
    def bytes(self) -> int:
        """`size` in bytes."""
        return self.size * _MEGABYTE


def limits_from(pairs: list[str]) -> Limits:
    """Limits as they are given on the command line.

    >>> limits_from(["size=500", "depth=1"])
    Limits(size=500, files=100000, depth=1)

    :raises FormatError: if one is unknown or no positive number
    """
    limits = Limits()
    for pair in pairs:
        name, _, number = pair.partition("=")
        if name not in Limits.__dataclass_fields__ or not (number.isascii() and number.isdigit() and int(number)):
            raise FormatError(
                f"--limit {pair}: expected size=MEGABYTES, files=NUMBER or depth=NUMBER, such as size=4000."
            )
        limits = replace(limits, **{name: int(number)})
    return limits


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """How inputs are read; every reader takes the parts that concern it.

    :param format: the name of the format, or None for what the suffix says
    :param encoding: a text's encoding, or None to find out
    :param boilerplate: keep what stands around the text of a web page, such as menus
    :param lines: the input holds one segment a line, so a table with a `text` column is one document
    :param side: the language whose side of a parallel file is wanted, or None for both
    :param vi: the name of the column (or key, or ``msgid``) that holds the Vietnamese text
    :param en: the same for English
    :param text: the name of the column that holds text in both languages, a document a row
    :param texts: the paths of a ladder's two texts, Vietnamese first
    :param codes: the language codes that a parallel file uses instead of the usual ones, Vietnamese first;
        ``en`` also stands for ``en-US``
    :param review: what becomes of a table that was reviewed: ``"settle"`` puts edited texts in place and leaves
        rejected pairs out, ``"keep"`` gives the pairs with what was decided
    :param reject: called with place, reason and text for a part that cannot be read, and reading goes
        on; where it is None, the part raises
    :param remark: called with a sentence for the user, such as the encoding that was recognised
    """

    format: str | None = None
    encoding: str | None = None
    boilerplate: bool = False
    lines: bool = False
    side: Language | None = None
    vi: str | None = None
    en: str | None = None
    text: str | None = None
    texts: tuple[str, str] | None = None
    codes: tuple[str, str] | None = None
    limits: Limits = field(default_factory=Limits)
    review: Literal["settle", "keep"] = "settle"
    reject: Callable[[str, str, str], None] | None = None
    remark: Callable[[str], None] | None = None

    def refuse(self, place: str, reason: str, text: str = "") -> None:
        """Leave a part of a file out if there is a place for it, or else refuse the file.

        :param place: such as ``"news.tsv:12"``
        :param reason: what was found, what was expected, what to do
        :raises FormatError: ``place: reason`` and the option to go on, if nobody takes what is left out
        """
        if self.reject is None:
            raise FormatError(f"{place}: {reason} To go on without such parts, name a file for them: --rejected FILE.")
        self.reject(place, reason, text)

    def say(self, sentence: str) -> None:
        """Tell the user something that is no error."""
        if self.remark is not None:
            self.remark(sentence)


@dataclass(frozen=True, slots=True)
class WriteSettings:
    """How units are written; every writer takes the parts that concern it.

    :param source: the language that a format with a direction translates from
    :param codes: the languages' codes, Vietnamese first
    :param texts: the two documents' cleaned texts, Vietnamese first, where the segments are lines
        (``--lines``): a ladder numbers the lines then, and not the segments
    :param review: tables have the columns of a review, too
    """

    source: Language = "vi"
    codes: tuple[str, str] = ("vi-VN", "en-US")
    texts: tuple[str, str] | None = None
    review: bool = False

    def code(self, language: Language) -> str:
        """The code of a language.

        >>> WriteSettings().code("en")
        'en-US'
        """
        return self.codes[LANGUAGES.index(language)]

    @property
    def target(self) -> Language:
        """The language that is not the source."""
        return "en" if self.source == "vi" else "vi"
