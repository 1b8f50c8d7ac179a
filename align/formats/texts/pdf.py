"""PDF with a text layer: its lines put together to paragraphs, each with its page.

What a PDF shows and what it holds as text can differ: a scan holds none, and fonts without a table of what their
glyphs mean hold numbers. Both are refused with the reason; a wrong text would be worse than none.
"""

from __future__ import annotations

import io
import logging
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Any, BinaryIO

from align.errors import AlignError, FormatError, InputError
from align.formats.documents import Part
from align.formats.settings import ReadSettings
from align.formats.texts.pdf_furniture import without_furniture
from align.formats.texts.pdf_layout import Line, blocks_of

__all__ = ["read_pdf"]


def read_pdf(stream: BinaryIO, name: str, settings: ReadSettings) -> Iterator[Part]:
    """The text of a PDF: a block a paragraph, its place such as ``"page 3"``.

    Lines and broken words are put together. Running heads and feet and page numbers are left out, unless
    `settings.boilerplate`. A page that cannot be read is given to `settings.refuse`; of pages that are images
    without text the user is told.

    :raises InputError: if there is no text: a scan, or fonts that do not say what their glyphs mean
    :raises FormatError: if it is no PDF or a broken one, has a password, or pypdf is not installed
    """
    reader = _opened(stream, name)
    glyphs: Counter[bool] = Counter()
    pages: list[list[Line]] = []
    images: list[int] = []
    for number, page in enumerate(_pages(reader, name), start=1):
        try:
            lines = _lines(page, glyphs)
            if sum(len(line.text) for line in lines) < _NO_TEXT and _has_images(page):
                images.append(number)
        except MemoryError:
            raise
        except Exception as error:  # pypdf raises many kinds
            settings.refuse(f"{name}, page {number}", f"cannot be read ({_reason(error)}); is the file whole?")
            lines = []
        pages.append(lines)
    _refuse_textless(pages, images, name, settings)
    _refuse_meaningless(pages, glyphs, name)
    if not settings.boilerplate:
        pages = without_furniture(pages)
    yield Part(blocks_of([(f"page {number}", page) for number, page in enumerate(pages, start=1)]))


# A page number and a stamp are no text.
_NO_TEXT = 25


def _opened(stream: BinaryIO, name: str) -> Any:
    try:
        import pypdf
    except ImportError:
        raise FormatError(f"{name}: to read PDF, install align-vi-en[pdf].") from None
    log = logging.getLogger("pypdf")
    if not log.handlers:
        log.addHandler(logging.NullHandler())
    data = stream.read()
    if b"%PDF-" not in data[:1024]:
        found = f"found {data[:8].hex(' ')} at its start" if data else "is empty"
        raise FormatError(f"{name}: {found}, expected %PDF-; is it a PDF?")
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        locked = reader.is_encrypted and not reader.decrypt("")
    except MemoryError:
        raise
    except pypdf.errors.DependencyError:
        raise _encrypted(name) from None
    except Exception as error:
        raise _broken(name, error) from error
    if locked:
        raise FormatError(f"{name}: is protected by a password; open it and save it without one.")
    return reader


def _pages(reader: Any, name: str) -> Iterator[Any]:
    from pypdf.errors import DependencyError

    count = 0
    try:
        for page in reader.pages:
            count += 1
            yield page
    except (AlignError, MemoryError):
        raise
    except DependencyError:
        raise _encrypted(name) from None
    except Exception as error:
        raise _broken(name, error) from error
    if not count:
        raise FormatError(f"{name}: found no pages; is the file whole?")


def _encrypted(name: str) -> FormatError:
    return FormatError(
        f"{name}: is encrypted with AES, to read which another package is needed: pip install cryptography; "
        "or open it and save it without a password."
    )


def _broken(name: str, error: Exception) -> FormatError:
    return FormatError(f"{name}: found a PDF that is broken ({_reason(error)}); is the file whole?")


def _reason(error: Exception) -> str:
    return " ".join((str(error) or type(error).__name__).split())[:200]


def _lines(page: Any, glyphs: Counter[bool]) -> list[Line]:
    """The lines of a page in the order in which they are in the file, mostly that of reading.

    :param glyphs: counts letters by whether their font says what they mean
    """
    lines: list[Line] = []
    pieces: list[tuple[str, Any, Any, Any, float]] = []

    def take(text: str, cm: Any, tm: Any, font: Any, size: float) -> None:
        for number, piece in enumerate(text.split("\n")):
            if number and pieces:
                lines.append(_line(pieces))
                pieces.clear()
            if piece.strip() or (piece and pieces):
                pieces.append((piece, cm, tm, font, size))
                if piece.strip():
                    glyphs[_has_meaning(font)] += len(piece.strip())

    page.extract_text(visitor_text=take)
    if pieces:
        lines.append(_line(pieces))
    return lines


def _line(pieces: list[tuple[str, Any, Any, Any, float]]) -> Line:
    text = " ".join("".join(piece[0] for piece in pieces).translate(_LIGATURES).split())
    _, cm, tm, _, _ = pieces[0]
    _, main_cm, main_tm, font, size = max(pieces, key=lambda piece: len(piece[0]))
    x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
    y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
    height = math.hypot(
        main_tm[2] * main_cm[0] + main_tm[3] * main_cm[2], main_tm[2] * main_cm[1] + main_tm[3] * main_cm[3]
    )
    return Line(text, _finite(x), _finite(y), max(_finite(abs(height * size)), 1.0), _is_bold(font))


# Printed as one glyph, written as several letters.
_LIGATURES = dict(zip(range(0xFB00, 0xFB07), ("ff", "fi", "fl", "ffi", "ffl", "st", "st"), strict=True))


def _finite(number: float) -> float:
    """A number that can be reckoned with: a page is at most 14,400 points wide, and a file says anything."""
    return max(-1e5, min(float(number), 1e5)) if math.isfinite(number) else 0.0


def _is_bold(font: Any) -> bool:
    return bool(font and _BOLD.search(str(font.get("/BaseFont", ""))))


_BOLD = re.compile("bold|black|heavy", re.IGNORECASE)


def _has_meaning(font: Any) -> bool:
    """Whether a font says what its glyphs mean; one of many glyphs, numbered as in its file, must have a table."""
    if not font or font.get("/Subtype") != "/Type0" or "/ToUnicode" in font:
        return True
    return str(font.get("/Encoding", "")) not in ("/Identity-H", "/Identity-V")


def _has_images(page: Any) -> bool:
    """Whether there is an image on a page, drawn by itself or in a form."""
    waiting = [page]
    seen: set[int] = set()
    while waiting and len(seen) < _MOST_FORMS:
        resources = _got(waiting.pop(), "/Resources")
        for item in (_got(resources, "/XObject") or {}).values() if resources is not None else ():
            found = item.get_object()
            if not isinstance(found, dict) or id(found) in seen:
                continue
            seen.add(id(found))
            if found.get("/Subtype") == "/Image":
                return True
            waiting.append(found)
    return False


_MOST_FORMS = 1000


def _got(dictionary: Any, key: str) -> Any:
    found = dictionary.get(key)
    found = found.get_object() if found is not None else None
    return found if isinstance(found, dict) else None


def _refuse_textless(pages: list[list[Line]], images: list[int], name: str, settings: ReadSettings) -> None:
    """Refuse a scan; name the pages of another file that are images."""
    texts = sum(sum(len(line.text) for line in page) >= _NO_TEXT for page in pages)
    if images and len(images) > texts:
        raise InputError(
            f"{name}: is a scan: {len(images)} of {len(pages)} pages are images without text; "
            "run text recognition (OCR) first, such as ocrmypdf -l vie+eng."
        )
    if not any(pages):
        raise InputError(f"{name}: holds no text in its {len(pages)} pages; if it shows some, run OCR first.")
    if images:
        shown = ", ".join(map(str, images[:10])) + (", …" if len(images) > 10 else "")
        settings.say(f"{name}: images without text on page {shown}; what is written in them is not read.")


# Of the letters. Chosen by hand: formulas leave a few signs without meaning in a sound text.
_MEANINGLESS = 0.2


def _refuse_meaningless(pages: list[list[Line]], glyphs: Counter[bool], name: str) -> None:
    if glyphs[False] > _MEANINGLESS * glyphs.total():
        raise _meaningless(name, "its fonts do not say which letters their glyphs are (they have no ToUnicode table)")
    letters = Counter(_kind(letter) for page in pages for line in page for letter in line.text if letter != " ")
    for kind, reason in _REASONS.items():
        if letters[kind] > _MEANINGLESS * letters.total():
            raise _meaningless(name, reason)


_REASONS = {
    "Cc": "most of it are control characters, because its fonts do not say which letters their glyphs are",
    "Co": "most of it is in characters of private use, which mean something in its own fonts alone",
    "bad": "most of it are characters that its fonts do not name",
}


def _kind(letter: str) -> str:
    return "bad" if letter == "\ufffd" else unicodedata.category(letter)


def _meaningless(name: str, reason: str) -> InputError:
    return InputError(
        f"{name}: its text layer makes no sense: {reason}; print it to images and run OCR, or export it anew."
    )
