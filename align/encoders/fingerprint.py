"""What tells one model from another: a digest of the files that determine its vectors."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from pathlib import Path

from align.encoders.store import FileState, VectorStore
from align.errors import EncoderError

__all__ = ["fingerprint"]

BLOCK = 1 << 20
"""Bytes read at a time."""


def fingerprint(
    folder: str | Path,
    patterns: Iterable[str],
    settings: Sequence[str | None] = (),
    *,
    store: VectorStore | None = None,
) -> str:
    """A name for the model in a folder: the same for equal files and settings, wherever they lie.

    A file is read once: its digest is kept, and holds as long as its size and time of change
    stay. A file that is changed without either being changed is taken for the old one.

    :param patterns: which files count, such as ``"*.safetensors"``, at any depth
    :param settings: whatever else the vectors depend on, such as what is put before a sentence
    :param store: where digests of files are kept; None is the user's own
    :returns: 32 hexadecimal digits
    :raises EncoderError: if a file cannot be read
    """
    folder = Path(folder)
    try:
        paths = sorted({path for pattern in patterns for path in folder.rglob(pattern) if path.is_file()})
        # quiet: whoever keeps vectors in that place hears of it then
        digests = _digests(paths, store or VectorStore(quiet=True))
    except OSError as error:
        raise EncoderError(f"{folder}: the encoder's files cannot be read ({error.strerror})") from error
    files = [(path.relative_to(folder).as_posix(), digest) for path, digest in zip(paths, digests, strict=True)]
    return blake2b(json.dumps([files, settings]).encode(), digest_size=16).hexdigest()


def _digests(paths: list[Path], store: VectorStore) -> list[str]:
    states = [_state(path) for path in paths]
    known = store.find_digests(states)
    new = {state: _digest(path) for path, state in zip(paths, states, strict=True) if state not in known}
    if new:
        store.keep_digests(new)
    return [(known | new)[state] for state in states]


def _state(path: Path) -> FileState:
    found = path.stat()
    return os.fsencode(path.resolve()), found.st_size, found.st_mtime_ns


def _digest(path: Path) -> str:
    digest = blake2b(digest_size=16)
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()
