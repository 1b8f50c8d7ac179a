"""A finding: one thing in a unit that a translator should look at, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from align.types import TranslationUnit

__all__ = ["SEVERITIES", "Check", "Finding", "Severity"]

Severity: TypeAlias = Literal["error", "warning", "note"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
"""The worst first: surely wrong as it stands, likely wrong, worth a look."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One flag that a unit gets, with the reason.

    :param flag: the name that stands in the table, such as ``"number"``
    :param reason: a sentence for a translator that quotes what was found and what was expected
    :param vi: the stretches of the Vietnamese text it is about, start and end in code points
    :param en: the same for English
    :param evidence: more for ``--explain``: how things were read, line by line
    """

    flag: str
    severity: Severity
    reason: str
    vi: tuple[tuple[int, int], ...] = ()
    en: tuple[tuple[int, int], ...] = ()
    evidence: tuple[str, ...] = ()


Check: TypeAlias = Callable[[TranslationUnit], Iterable[Finding]]
"""What looks at one unit by itself."""
