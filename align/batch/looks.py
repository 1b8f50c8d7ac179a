"""Looking at documents before they are paired: which of those without a partner by name are translations."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import blake2b

from align.batch.engine import UNBOUNDED, Ceiling
from align.batch.plan import Plan, with_matches
from align.batch.seal import DamagedError, sealed, unsealed
from align.batch.stages import Stages, read_sealed
from align.batch.store import Store
from align.batch.work import Task, WorkSettings, encoder_for, refuse_changes, state_of
from align.errors import FormatError, InputError
from align.formats.reading import read_documents
from align.pairing.documents import Digest, digest_of
from align.text.segment import segment

__all__ = ["matched"]

_LOOKS = ".align/looks"

# What documents are compared by, whatever they are aligned by: `align.pairing.documents` was fitted for it.
_ENCODER = "static"


def matched(
    plan: Plan,
    stages: Stages,
    settings: WorkSettings,
    *,
    ceiling: Ceiling = UNBOUNDED,
) -> Plan:
    """A plan in which documents without a partner by name are paired by what they say.

    Of each a digest is kept in the store. A file that holds several documents, or cannot be read, stays what it is.

    :raises StoppedError: if it was stopped
    """
    tasks = _tasks(plan, settings)
    work = _Look(stages.store, settings)

    def failed(task: Task) -> None:  # the document's own work unit fails likewise, and says so
        stages.store.write(task.shard, _packed(None))

    stages.run("matching", work, tasks, ceiling=ceiling, failed=failed)
    with stages.timed("matching"):
        for name in set(stages.store.names(_LOOKS)).difference(task.shard for task in tasks):
            stages.store.remove(name)
        found = {task.stem: _digest_in(stages.store, task, work) for task in tasks}
        return with_matches(plan, {stem: digest for stem, digest in found.items() if digest is not None})


def _tasks(plan: Plan, settings: WorkSettings) -> list[Task]:
    tasks = []
    reading = repr((settings.lines, replace(settings.reading, reject=None, remark=None)))
    for item in plan.items:
        if len(item.inputs) != 1:
            continue
        try:
            state = state_of(item.inputs[0].path)
        except InputError:
            continue
        digest = blake2b("\x1e".join([item.stem, item.inputs[0].path, state, reading]).encode("utf-8", "surrogatepass"))
        name = digest.hexdigest()[:32]
        tasks.append(Task(f"{_LOOKS}/{name[:2]}/{name}", item.stem, item.inputs, (state,)))
    return tasks


@dataclass(frozen=True, slots=True)
class _Look:
    """Work: the digest of a document."""

    store: Store
    settings: WorkSettings

    def prepare(self, _task: Task) -> None:
        encoder_for(self.settings, _ENCODER)

    def __call__(self, task: Task) -> None:
        refuse_changes(task)
        self.store.write(task.shard, _packed(self._digest(task)))

    def _digest(self, task: Task) -> Digest | None:
        try:
            documents = list(read_documents(task.inputs[0], replace(self.settings.reading, reject=_ignored)))
        except (FormatError, InputError):
            return None
        if len(documents) != 1:
            return None
        return digest_of(segment(documents[0], lines=self.settings.lines), encoder_for(self.settings, _ENCODER))


def _ignored(_place: str, _reason: str, _text: str) -> None:
    """What could not be read of a document is reported when it is aligned."""


def _packed(digest: Digest | None) -> bytes:
    return sealed(json.dumps(None if digest is None else digest.to_json()).encode())


def _digest_in(store: Store, task: Task, look: Callable[[Task], None]) -> Digest | None:
    def read(data: bytes) -> Digest | None:
        found = json.loads(unsealed(data))
        return None if found is None else Digest.from_json(found)

    try:
        return read_sealed(store, task.shard, read)
    except DamagedError:
        look(task)
        return read_sealed(store, task.shard, read)
