"""PO, the catalogues of gettext: the messages of a program and their translations."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from align.errors import FormatError
from align.formats.lines import shown
from align.formats.pairs.exchange import language_of
from align.formats.settings import ReadSettings
from align.formats.texts.plain import decode
from align.formats.units import unit_ids, unit_of_texts
from align.text.direction import main_language
from align.types import Language, TranslationUnit

if TYPE_CHECKING:
    import polib

__all__ = ["read_po"]

_FIELDS = ("msgid", "msgstr")


def read_po(stream: BinaryIO, name: str, settings: ReadSettings) -> Iterator[tuple[int, TranslationUnit]]:
    """The pairs of a catalogue, each with its line; what is obsolete is left out.

    Which language the messages are in and which the translations: what `settings.vi` or `settings.en`
    says (``"msgid"`` or ``"msgstr"``), or what the texts plainly are, or else what the header says of the
    translations. A fuzzy translation gets the flag ``fuzzy``. Of a message with a plural each is a pair;
    where the translation has one form, as Vietnamese has, that is the plural's.

    >>> import io
    >>> catalogue = 'msgid "Save the file before you leave"\\nmsgstr "Lưu tệp trước khi thoát"\\n'
    >>> [(unit.vi, unit.en) for _, unit in read_po(io.BytesIO(catalogue.encode()), "vi.po", ReadSettings())]
    [('Lưu tệp trước khi thoát', 'Save the file before you leave')]

    :raises FormatError: if it is broken, or in other languages, or polib is not installed
    """
    catalogue = _parsed(stream.read(), name, settings)
    entries = [entry for entry in catalogue if not entry.obsolete]
    source: Language = "en" if _target(catalogue, entries, name, settings) == "vi" else "vi"
    document, ids = os.path.basename(name), unit_ids()
    for entry in entries:
        line = entry.linenum - 1
        places = tuple(":".join(filter(None, occurrence)) for occurrence in entry.occurrences)
        for message, translation in _pairs(entry):
            unit = unit_of_texts(
                *((message, translation) if source == "vi" else (translation, message)),
                ids=ids,
                document=document,
                flags=("fuzzy",) if entry.fuzzy else (),
                vi_places=places if source == "vi" else (),
                en_places=places if source == "en" else (),
            )
            if unit is None:
                settings.refuse(f"{name}:{line}", "found no text, expected a message; take the entry out.", message)
            else:
                yield line, unit


def _pairs(entry: polib.POEntry) -> Iterator[tuple[str, str]]:
    if not entry.msgid_plural:
        yield entry.msgid, entry.msgstr
        return
    forms = [form for _, form in sorted(entry.msgstr_plural.items())] or [""]
    if len(forms) > 1:
        yield entry.msgid, forms[0]
    yield entry.msgid_plural, forms[-1]


def _parsed(data: bytes, name: str, settings: ReadSettings) -> polib.POFile:
    try:
        import polib
    except ImportError:
        raise FormatError(f"{name}: to read .po, install align-vi-en[po].") from None
    text = decode(data, name, settings.encoding or _charset(data), remark=settings.remark).removeprefix("\ufeff")
    # polib takes for line ends what in PO is none, and a text that is the path of a file for that
    # file. No path has a zero in it.
    text = _GUARD + _NO_LINE_ENDS.sub(" ", text.replace("\0", ""))
    if open_mark := _OPEN.search(text):
        raise FormatError(
            f"{name}:{text.count(chr(10), 0, open_mark.start())}: found no PO (no quote mark at the end of "
            f"{shown(open_mark[0].strip())}), expected entries of msgid and msgstr with texts in quote marks."
        )
    try:
        return polib.pofile(text)
    except Exception as error:  # it raises OSError, and what its parts raise: IndexError, ValueError …
        found = re.search(r"line (\d+)\)(?:: (.+))?", str(error))
        line = f":{int(found[1]) - 1}" if found else ""
        reason = f" ({found[2]})" if found and found[2] else ""
        raise FormatError(
            f"{name}{line}: found no PO{reason}, expected entries of msgid and msgstr with texts in quote marks."
        ) from None


_GUARD = "# \0\n"
# polib takes the last letter for the mark that is not there.
_OPEN = re.compile(r'^[ \t]*(?:msg[^\s"]*[ \t]+)?"(?:[^"\\\n]|\\.)*\\?$', re.MULTILINE)
_NO_LINE_ENDS = re.compile("[\v\f\x1c-\x1e\x85\u2028\u2029]")


def _charset(data: bytes) -> str | None:
    """The encoding that the header says, if it is one; UTF-8 is recognised without."""
    found = re.search(rb'"Content-Type:[^"\n]*charset=([\w.:-]+)', data[:10_000], re.IGNORECASE)
    charset = found[1].decode("ascii", "replace") if found else ""
    try:
        "a".encode(charset)  # which what is no encoding of text refuses
        codec = codecs.lookup(charset).name
    except (LookupError, ValueError):
        return None
    return None if codec in ("utf-8", "ascii") else codec


def _target(catalogue: polib.POFile, entries: list[Any], name: str, settings: ReadSettings) -> Language:
    """The language of the translations."""
    given = {language: field for language, field in (("vi", settings.vi), ("en", settings.en)) if field}
    if given:
        if not set(given.values()) <= set(_FIELDS) or len(set(given.values())) < len(given):
            raise FormatError(
                f"{name}: found {', '.join(f'--{option} {shown(field)}' for option, field in given.items())}, "
                "expected msgid or msgstr, another for each language."
            )
        return "vi" if given.get("vi") == "msgstr" or given.get("en") == "msgid" else "en"
    both = ["\n".join(_flat(getattr(entry, field)) for entry in entries) for field in _FIELDS]
    by_text = main_language(both[0]), main_language(both[1])
    if by_text == ("en", "vi"):
        return "vi"
    if by_text == ("vi", "en"):
        return "en"
    header = catalogue.metadata.get("Language", "")
    by_header = language_of(header, settings.codes)
    if by_header is None:
        raise FormatError(
            f"{name}: found translations in {shown(header) if header else 'a language that its header does not name'}, "
            "expected English messages in Vietnamese or the reverse; say which: --vi msgstr or --en msgstr."
        )
    return by_header


def _flat(text: str) -> str:
    return " ".join(text.split())
