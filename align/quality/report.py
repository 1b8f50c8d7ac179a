"""What a check found, in counts: by flag, by severity, by document, the worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from align.quality.check import Checked
from align.quality.finding import SEVERITIES, Severity

__all__ = ["CheckReport"]

# Half a dozen notes weigh less than a warning. Chosen by hand.
_WEIGHTS: dict[Severity, int] = {"error": 100, "warning": 10, "note": 1}


class CheckReport:
    """Counts over checked units."""

    def __init__(self, checked: Sequence[Checked]) -> None:
        self.checked = checked
        self.severities = Counter(item.worst for item in checked if item.worst)
        self.flags: dict[str, Counter[Severity]] = {}
        self.documents: dict[str, Counter[str]] = {}
        for item in checked:
            # A flag counts once a unit, by its worst finding: the first.
            for flag, severity in {finding.flag: finding.severity for finding in reversed(item.findings)}.items():
                self.flags.setdefault(flag, Counter())[severity] += 1
                self.documents.setdefault(item.unit.document, Counter())[flag] += 1

    def worst_flags(self) -> list[tuple[str, Counter[Severity]]]:
        """Flags with the number of units for each severity, the heaviest first."""
        return sorted(self.flags.items(), key=lambda item: (-_weight(item[1]), item[0]))

    def worst_documents(self) -> list[tuple[str, Counter[str]]]:
        """Documents with the number of units for each flag, the heaviest first."""
        weights: Counter[str] = Counter()
        for item in self.checked:
            weights[item.unit.document] += sum(_WEIGHTS[finding.severity] for finding in item.findings)
        return sorted(self.documents.items(), key=lambda item: (-weights[item[0]], item[0]))

    def worst_units(self) -> list[Checked]:
        """Units with findings, the worst first; those of equal weight in their order."""
        flagged = [item for item in self.checked if item.findings]
        return sorted(flagged, key=lambda item: -sum(_WEIGHTS[finding.severity] for finding in item.findings))

    def at_least(self, severity: Severity) -> int:
        """How many units have a finding of that severity or a worse one."""
        return sum(self.severities[worse] for worse in SEVERITIES[: SEVERITIES.index(severity) + 1])

    def to_dict(self) -> dict[str, Any]:
        """Everything, for JSON; units the worst first."""
        return {
            "units": len(self.checked),
            "flagged": {severity: self.severities[severity] for severity in SEVERITIES},
            "flags": {flag: _by_severity(counts) for flag, counts in self.worst_flags()},
            "documents": {name: dict(sorted(counts.items())) for name, counts in self.worst_documents()},
            "findings": [
                {
                    "id": item.unit.id,
                    "document": item.unit.document,
                    "vi": item.unit.vi,
                    "en": item.unit.en,
                    "findings": [asdict(finding) for finding in item.findings],
                }
                for item in self.worst_units()
            ],
        }


def _by_severity(counts: Counter[Severity]) -> dict[str, int]:
    return {severity: counts[severity] for severity in SEVERITIES}


def _weight(counts: Counter[Severity]) -> int:
    return sum(_WEIGHTS[severity] * count for severity, count in counts.items())
