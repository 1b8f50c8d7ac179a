"""What a batch has to do: from a folder or a manifest to items of work.

In a folder files are paired by their names (`align.batch.partners`); what a name leaves open can be
paired by content (`align.pairing.documents`). A manifest (`align.batch.manifest`) says it outright.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from align.batch.manifest import is_manifest, read_manifest
from align.batch.partners import LANGUAGE_SUFFIXES, Problem, bare_name, by_name, distinct_stems, joint_stem
from align.errors import InputError
from align.formats.files import STANDARD_STREAM, Input, find_inputs
from align.formats.urls import as_local, is_url
from align.types import LANGUAGE_NAMES, Language

if TYPE_CHECKING:
    from align.pairing.documents import Digest

__all__ = ["Item", "Plan", "plan_of", "with_matches"]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do: a page to be mined, or a document and its translation to be aligned.

    :param stem: what the tables call it; unique in a plan, a relative path with ``/`` that stays inside
        the folder it is put into
    :param inputs: the page, or the Vietnamese and the English document
    :param why: in words
    :param score: the probability that a pair made by content is right
    """

    stem: str
    inputs: tuple[Input, ...]
    why: str
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a batch has to do.

    :param items: sorted by their stems
    :param problems: names of what cannot be done, each with the reason
    :param passed_over: files of a folder that are not read, by their suffixes
    """

    items: tuple[Item, ...]
    problems: tuple[Problem, ...] = ()
    passed_over: Counter[str] = field(default_factory=Counter)


def plan_of(path: str, *, exclude: str | None = None) -> Plan:
    """The plan for a folder, a manifest, or one document.

    :param path: may be an address
    :param exclude: the output folder: what lies there is no input
    :raises AlignError: if there is nothing to do, or the manifest is none
    """
    if path == STANDARD_STREAM:
        raise InputError("a batch cannot read standard input; name a folder, a manifest or a document.")
    if path and is_manifest(path) and not os.path.isdir(as_local(path)):
        return _of_manifest(path)
    if exclude is not None and _same(path, exclude):
        raise InputError(f"{path}: is to be read and written to; name another folder for the output with -o.")
    inputs, passed_over = find_inputs([path], also=LANGUAGE_SUFFIXES, exclude=exclude)
    return _of_folder(inputs, passed_over)


def _same(one: str, other: str) -> bool:
    one, other = as_local(one), as_local(other)
    if is_url(one) or is_url(other):
        return one.rstrip("/") == other.rstrip("/")
    return os.path.realpath(one) == os.path.realpath(other)


def _of_folder(inputs: list[Input], passed_over: Counter[str]) -> Plan:
    found, alone, problems = by_name(inputs)
    names = [(one.stem, one.vi.id) for one in found] + [(item.id, item.id) for item in alone]
    items = [
        *(Item("", (one.vi, one.en), f"{one.vi.id} and {one.en.id} differ in the language only") for one in found),
        *(Item("", (item,), "no partner by name: mined as a mixed page") for item in alone),
    ]
    return Plan(_named(items, names), tuple(sorted(problems)), passed_over)


def _of_manifest(path: str) -> Plan:
    entries, problems = read_manifest(path)
    names, items = [], []
    for entry in entries:
        ids = [item.id for item in entry.inputs]
        short = entry.id or (joint_stem(*ids) if len(ids) == 2 else ids[0])
        names.append((short, entry.id or ids[0]))
        items.append(Item("", entry.inputs, f"line {entry.line} of the manifest", entry.score))
    # a page is called by its stem: paths such as ../../x are no names for outputs
    named = (
        replace(item, inputs=(Input(item.stem, item.inputs[0].path),)) if len(item.inputs) == 1 else item
        for item in _named(items, names)
    )
    return Plan(tuple(named), tuple(problems))


def _named(items: list[Item], names: list[tuple[str, str]]) -> tuple[Item, ...]:
    stems = distinct_stems(names)
    named = (replace(item, stem=stem) for item, stem in zip(items, stems, strict=True))
    return tuple(sorted(named, key=lambda item: item.stem))


def with_matches(plan: Plan, digests: Mapping[str, Digest]) -> Plan:
    """A plan in which documents without a partner are paired by what they say.

    A Vietnamese document goes with an English one; a page that holds both languages stays one.

    :param digests: of items with one input, by their stems; items without a digest stay as they are
    """
    from align.pairing.documents import match

    open_items = [item for item in plan.items if len(item.inputs) == 1 and item.stem in digests]
    sides: dict[Language | None, list[Item]] = {"vi": [], "en": [], None: []}
    for item in open_items:
        sides[digests[item.stem].language].append(item)
    vi, en = ([digests[item.stem] for item in sides[language]] for language in LANGUAGE_NAMES)
    matches = match(vi, en)
    new: dict[str, Item] = {}
    gone: set[str] = set()
    for row, column, score in matches:
        pair = sides["vi"][row], sides["en"][column]
        inputs = (*pair[0].inputs, *pair[1].inputs)
        new[pair[0].stem] = Item(pair[0].stem, inputs, f"matched by content, {score:.2f}", score)
        gone.add(pair[1].stem)
    names, items = [], []
    for item in plan.items:
        if item.stem in gone:
            continue
        paired = item.stem in new
        names.append((bare_name(item.stem) if paired else item.stem, item.stem))
        items.append(new[item.stem] if paired else _explained(item, digests.get(item.stem)))
    return replace(plan, items=_named(items, names))


def _explained(item: Item, digest: Digest | None) -> Item:
    if len(item.inputs) != 1 or digest is None:
        return item
    if digest.language is not None:
        return replace(item, why=f"only {LANGUAGE_NAMES[digest.language]}, no partner by name or content")
    return replace(item, why="holds both languages" if digest.vi and digest.en else "in neither language for sure")
