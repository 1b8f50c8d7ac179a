"""All checks together: units in, units with their findings out.

`CHECKS` says which flag is raised where. Most checks look at one unit; those of a whole corpus compare
units with each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

from align.errors import FormatError
from align.quality.finding import SEVERITIES, Check, Finding, Severity
from align.quality.terms import Terms
from align.types import TranslationUnit

__all__ = ["CHECKS", "CORPUS_CHECKS", "FLAGS", "Checked", "check", "flags_named"]

CHECKS: dict[str, tuple[str, ...]] = {
    "align.quality.names:check_names": ("name",),
    "align.quality.negation:check_negation": ("negation",),
    "align.quality.untranslated:check_language": ("untranslated", "language"),
    "align.quality.length:check_length": ("length",),
    "align.quality.truncated:check_truncated": ("truncated",),
    "align.quality.marks:check_quotes": ("quotes",),
    "align.quality.marks:check_brackets": ("brackets",),
    "align.quality.placeholders:check_placeholders": ("placeholder",),
    "align.quality.placeholders:check_links": ("link",),
    "align.quality.damage:check_damage": ("damage",),
}
"""What looks at one unit: ``"module:function"``, and the flags it raises."""

CORPUS_CHECKS: dict[str, tuple[str, ...]] = {
    "align.quality.quantities:check_quantities_of": ("number", "date", "time", "currency", "unit"),
    "align.quality.consistency:check_consistency": ("consistency",),
    "align.quality.dedupe:check_duplicates": ("duplicate", "near-duplicate"),
}
"""What looks at all units of a corpus together; each gives findings with the position of their unit."""

FLAGS: tuple[str, ...] = tuple(
    sorted({flag for table in (CHECKS, CORPUS_CHECKS) for flags in table.values() for flag in flags} | {"term"})
)
"""All flags that `align check` raises."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A unit and what is found in it, the worst first."""

    unit: TranslationUnit
    findings: tuple[Finding, ...]

    @property
    def worst(self) -> Severity | None:
        """The severity of the worst finding; None where there is none."""
        return self.findings[0].severity if self.findings else None

    @property
    def flagged(self) -> TranslationUnit:
        """The unit with its flags: those of the checks, in place of those of an earlier check, and others."""
        others = {flag for flag in self.unit.flags if flag not in FLAGS}
        return replace(self.unit, flags=tuple(sorted({*others, *(finding.flag for finding in self.findings)})))


def check(
    units: Iterable[TranslationUnit],
    *,
    flags: Iterable[str] | None = None,
    terms: Terms | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Checked]:
    """Check units, each by itself and all beside each other.

    :param units: held in memory, for a corpus is compared with itself
    :param flags: those to raise; None for all
    :param terms: a list of terms that are to be followed
    :param progress: called with how many are done, and of how many
    :returns: one for each unit, in the order given
    """
    wanted = frozenset(FLAGS if flags is None else flags)
    given = list(units)
    found: list[list[Finding]] = [[] for _ in given]
    checks = [*_loaded(CHECKS, wanted), *_term_check(terms, wanted)]
    for number, unit in enumerate(given):
        for one in checks:
            found[number] += one(unit)
        if progress and not number % 256:
            progress(number, len(given))
    for compare in _loaded(CORPUS_CHECKS, wanted):
        for number, finding in compare(given):
            found[number].append(finding)
    return [
        Checked(unit, _worst_first(finding for finding in findings if finding.flag in wanted))
        for unit, findings in zip(given, found, strict=True)
    ]


def flags_named(names: str | None) -> frozenset[str] | None:
    """Flags as they are given on the command line, comma-separated; None for all.

    :raises FormatError: if one is unknown
    """
    if names is None:
        return None
    flags = frozenset(name.strip() for name in names.split(","))
    if unknown := sorted(flags.difference(FLAGS)):
        raise FormatError(f"--flags {names}: {unknown[0]!r} is no flag; known are {', '.join(FLAGS)}.")
    return flags


def _loaded(table: dict[str, tuple[str, ...]], wanted: frozenset[str]) -> Iterator[Any]:
    for name, flags in table.items():
        if wanted.intersection(flags):
            module, _, attribute = name.partition(":")
            yield getattr(import_module(module), attribute)


def _term_check(terms: Terms | None, wanted: frozenset[str]) -> Sequence[Check]:
    if terms is None or "term" not in wanted:
        return ()
    from align.quality.terms import check_terms

    return (lambda unit: check_terms(unit, terms),)


def _worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: (SEVERITIES.index(finding.severity), finding.flag)))
