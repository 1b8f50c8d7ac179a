"""The aligners that are compared, ours among them: one small module each, and how to get at them.

None of them is a dependency of `align`. One that is not installed, or that needs a checkout which was not
given, is left out by name.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from peers.aligner import Aligner

__all__ = ["ALIGNERS", "Aligner", "aligner_class", "why_left_out"]

ALIGNERS: dict[str, str] = {
    "align": "peers.ours:Ours",
    "vecalign": "peers.sentweave:SentWeave",
    "vecalign-8": "peers.sentweave:SentWeaveWide",
    "vecalign-tuned": "peers.sentweave:SentWeaveTuned",
    "bertalign": "peers.bertalign:Bertalign",
    "bertalign-tuned": "peers.bertalign:BertalignTuned",
    "lingtrain": "peers.lingtrain:Lingtrain",
    "gale-church": "peers.galechurch:GaleChurch",
    "gale-church-nltk": "peers.nltk:GaleChurchNltk",
    "dtwsa": "peers.dtwsa:Dtwsa",
    "hunalign": "peers.hunalign:Hunalign",
    "vecalign-checkout": "peers.vecalign:Vecalign",
}
"""Name to ``"module:Class"``, imported on use."""


def aligner_class(name: str) -> type[Aligner]:
    """The aligner of that name.

    :raises ValueError: if there is none
    """
    if name not in ALIGNERS:
        raise ValueError(f"no aligner {name!r}; known are {', '.join(ALIGNERS)}")
    module, _, attribute = ALIGNERS[name].partition(":")
    found: type[Aligner] = getattr(import_module(module), attribute)
    return found


def why_left_out(name: str, path: Path | None) -> str | None:
    """Why an aligner cannot run here, or None if it can.

    :param path: the checkout or program given for it
    """
    found = aligner_class(name)
    if path is not None:
        return None if path.exists() else f"{path} does not exist"
    if not found.modules:
        return f"no path given; {found.install}"
    missing = [module for module in found.modules if not _is_there(module)]
    return f"{', '.join(missing)} not installed; {found.install}" if missing else None


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # of the package it is in
        return False
