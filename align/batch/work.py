"""The work unit of a batch: from an input, or from a document and its translation, to one shard.

It runs in whatever process or on whatever machine an engine puts it, loads its models once there, and
leaves everything it finds in the store.
"""

from __future__ import annotations

import contextlib
import functools
import os
import time
import warnings
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, TypeAlias

from align.batch.shards import Shard, Unread, dumped
from align.batch.store import Store
from align.encoders import AUTO
from align.encoders.counted import CountedEncoder
from align.errors import CacheWarning, InputError
from align.formats.files import Input
from align.formats.reading import read_documents
from align.formats.settings import ReadSettings
from align.formats.urls import as_local, asked, is_url, system_at
from align.pairing.evidence import Scale, scale_of
from align.pipeline import Mined, Paired, load_aligner, load_miner, mine_document, only, pair_documents
from align.types import LANGUAGES, Document

if TYPE_CHECKING:
    from align.encoders import Encoder
    from align.pairing.mine import Miner
    from align.pairing.ordered import OrderedAligner, Paragraphs

_Found: TypeAlias = "tuple[tuple[Mined | Paired, ...], tuple[Document, ...], int]"

__all__ = [
    "Done",
    "Task",
    "WorkSettings",
    "Worker",
    "collecting",
    "encoder_for",
    "hearing",
    "refuse_changes",
    "scale_for",
    "signature_of",
    "state_of",
]


@dataclass(frozen=True, slots=True)
class WorkSettings:
    """What a work unit is told; see `align.pipeline.pair` for what is not explained here.

    :param device: where a sentence-transformers model runs
    :param batch_size: sentences encoded at once
    :param cache: whether vectors are kept on disk from one run to the next; those of models whose vectors
        depend on what a sentence is encoded with are not, as a run that goes on would find other bits
    :param reading: how inputs are read, without `reject` and `remark`
    :param across: mine over all documents, and not within each
    :param keep_duplicates: across documents, mine lines that say the same each for itself
    """

    encoder: str = AUTO
    lines: bool = False
    max_bead: int = 4
    paragraphs: Paragraphs = "soft"
    rescue: bool = False
    reading: ReadSettings = field(default_factory=ReadSettings)
    device: str | None = None
    batch_size: int | None = None
    cache: bool = True
    across: bool = False
    keep_duplicates: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """One input, or a document and its translation, as they were when the batch was planned.

    :param shard: the name of the file for what is found
    :param stem: what the table calls a pair of documents
    :param inputs: a page, or the Vietnamese and the English document
    :param states: of the inputs, see `state_of`
    """

    shard: str
    stem: str
    inputs: tuple[Input, ...]
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """What a work unit tells about itself; the rest is in the shard.

    :param segments: that were looked at
    :param warnings: what the user should know and no result depends on, such as a cache that is of no use
    """

    segments: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Worker:
    """What is done with each task."""

    store: Store
    settings: WorkSettings

    def prepare(self, task: Task) -> None:
        """Load what a task needs, whose time and memory are not the task's."""
        with hearing() as heard:
            _warmed(self.settings, mining=len(task.inputs) == 1)
        _heard_before.extend(heard)

    def __call__(self, task: Task) -> Done:
        """Read, pair, and put what was found into the store.

        :raises AlignError: if an input cannot be read, is not what it should be, or changed meanwhile
        """
        with hearing() as heard:
            segments = self._leave_shard(task)
        told = (*_heard_before, *heard)
        _heard_before.clear()
        return Done(segments, told)

    def _leave_shard(self, task: Task) -> int:
        started = time.perf_counter()
        reading, unread, remarks = collecting(self.settings.reading)
        refuse_changes(task)
        found = self._mined(task, reading) if len(task.inputs) == 1 else self._paired(task, reading)
        refuse_changes(task)
        results, documents, lines = found
        shard = Shard(results, documents, tuple(unread), tuple(remarks), lines, time.perf_counter() - started)
        self.store.write(task.shard, dumped(shard))
        return sum(map(_size, results))

    def _mined(self, task: Task, reading: ReadSettings) -> _Found:
        miner, counters = _miner(self.settings)
        before = sum(counter.lines for counter in counters)
        documents = read_documents(task.inputs[0], reading)
        mined = tuple(mine_document(document, miner, lines=self.settings.lines) for document in documents)
        lines = sum(counter.lines for counter in counters) - before
        return mined, tuple(one.document for one in mined), lines

    def _paired(self, task: Task, reading: ReadSettings) -> _Found:
        vi, en = (
            only(read_documents(item, replace(reading, side=language)), language)
            for item, language in zip(task.inputs, LANGUAGES, strict=True)
        )
        paired = pair_documents(vi, en, _aligner(self.settings), lines=self.settings.lines, rescue=self.settings.rescue)
        return (paired,), (vi, en), paired.lines_encoded


def collecting(reading: ReadSettings) -> tuple[ReadSettings, list[Unread], list[str]]:
    """Settings under which what cannot be read and what the reader says goes to the two lists beside them."""
    unread: list[Unread] = []
    remarks: list[str] = []

    def reject(place: str, reason: str, text: str) -> None:
        unread.append(Unread(place, reason, text))

    return replace(reading, reject=reject, remark=remarks.append), unread, remarks


# What was heard in this process while models were loaded, until a task can tell it.
_heard_before: list[str] = []


@contextlib.contextmanager
def hearing() -> Iterator[list[str]]:
    """Collect what the cache has to say instead of printing it: every process would say it."""
    told: list[str] = []
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always", CacheWarning)
        yield told
    for warning in heard:
        if issubclass(warning.category, CacheWarning):
            told.append(str(warning.message))
        else:
            warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)


def _size(result: Mined | Paired) -> int:
    return len(result.segments) if isinstance(result, Mined) else len(result.vi) + len(result.en)


def state_of(path: str) -> str:
    """What changes when a file does: its size and the time of its last change, or what its store says.

    :raises InputError: if there is no such file any more
    """
    if is_url(as_local(path)):
        system, name = system_at(path, InputError)
        return asked(lambda: str(system.ukey(name)), path, "read", InputError)
    path = as_local(path)
    try:
        state = os.stat(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}).") from error
    return f"{state.st_size}-{state.st_mtime_ns}"


def refuse_changes(task: Task) -> None:
    """See that the inputs of a task are as they were when the batch was planned.

    :raises InputError: if one is not
    """
    for item, state in zip(task.inputs, task.states, strict=True):
        if state_of(item.path) != state:
            raise InputError(f"{item.path}: changed while the batch was at work; start it again to take what is new.")


def signature_of(settings: WorkSettings) -> dict[str, Any]:
    """What must be the same for shards to belong together: the settings, the models and the version.

    :raises EncoderError: if the encoder cannot be had
    """
    from align import __version__
    from align.encoders import bare_encoder
    from align.pairing.score import fitted

    names = ("static", "mini") if settings.encoder == AUTO else (settings.encoder,)
    models = [bare_encoder(name, batch_size=settings.batch_size).fingerprint for name in names]
    reading = {name: value for name, value in asdict(settings.reading).items() if name not in _OF_NO_CONSEQUENCE}
    return {
        "align": __version__,
        "encoder": settings.encoder,
        "models": [*models, *(_digest(fitted(name)) for name in ("mine", "ordered"))],
        "lines": settings.lines,
        "max_bead": settings.max_bead,
        "paragraphs": settings.paragraphs,
        "rescue": settings.rescue,
        "across": settings.across,
        "keep_duplicates": settings.keep_duplicates,
        **reading,
    }


# What is not known before the work, or makes no other result.
_OF_NO_CONSEQUENCE = frozenset({"reject", "remark", "side", "texts", "limits"})


def _digest(data: Any) -> str:
    return blake2b(repr(data).encode(), digest_size=8).hexdigest()


@functools.lru_cache(maxsize=1)
def _miner(settings: WorkSettings) -> tuple[Miner, list[CountedEncoder]]:
    """The miner and what counts the lines of its encoders; loaded once in a process."""
    counters: list[CountedEncoder] = []

    def load(name: str, **options: Any) -> Encoder:
        counters.append(CountedEncoder(_load(name, **options)))
        return counters[-1]

    return load_miner(settings.encoder, **_options(settings), load=load), counters


@functools.lru_cache(maxsize=1)
def _aligner(settings: WorkSettings) -> OrderedAligner:
    return load_aligner(
        settings.encoder,
        **_options(settings),
        max_bead=settings.max_bead,
        paragraphs=settings.paragraphs,
        load=_load,
    )


@functools.lru_cache(maxsize=2)
def _warmed(settings: WorkSettings, *, mining: bool) -> None:
    """Load models and all libraries, of which some come with the first document only."""
    if mining:
        mine_document(Document("", "Xin chào.\n\nHello."), _miner(settings)[0])
    else:
        pair_documents(Document("", "Xin chào.", "vi"), Document("", "Hello.", "en"), _aligner(settings))


@functools.lru_cache(maxsize=2)
def encoder_for(settings: WorkSettings, name: str) -> Encoder:
    """An encoder, loaded once in a process."""
    return _load(name, **_options(settings))


def scale_for(settings: WorkSettings, name: str) -> Scale:
    """The scale of an encoder, see `align.pairing.evidence.scale_of`."""
    return scale_of(encoder_for(settings, name))


def _load(name: str, *, device: str | None, batch_size: int | None, cache: bool) -> Encoder:
    """An encoder, as `WorkSettings` wants it: cached only where the cache changes no bit."""
    from align.encoders import ENCODERS, load_encoder

    steady = name in ENCODERS and batch_size in (None, 1)
    return load_encoder(name, device=device, batch_size=batch_size, cache=cache and steady)


def _options(settings: WorkSettings) -> dict[str, Any]:
    return {"device": settings.device, "batch_size": settings.batch_size, "cache": settings.cache}
