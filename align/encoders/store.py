"""Vectors on disk: one SQLite file, which several processes read and write at once.

A store saves time and is never needed: what goes wrong with it (a damaged file, a full disk,
a folder that nobody may write to) costs the vectors and a warning, not the run. Each call opens
the file and closes it again, so that a store can be copied, forked and pickled like its path.
"""

from __future__ import annotations

import math
import os
import shutil
import sqlite3
import tempfile
import time
import warnings
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import numpy as np

from align.errors import CacheError, CacheWarning

if TYPE_CHECKING:
    from align.encoders import Vectors

__all__ = ["BOUND", "FileState", "Summary", "VectorStore", "cache_folder"]

FileState: TypeAlias = tuple[bytes, int, int]
"""What tells whether a file is the one that was seen before: path, size, time of change in ns."""

BOUND = 1 << 30
"""Bytes that the vectors may take, 1 GiB: some 600,000 of width 384. Chosen by hand."""

KEPT = 0.9
"""The part of the bound that is left full when vectors are dropped, so that this is seldom
needed. Chosen by hand."""

PATIENCE = 5.0
"""Seconds to wait for another process that writes. Its transactions take a fraction of a
second; who holds the file longer is doing something else. Chosen by hand."""

TRIES = 3
"""How often something is tried where the file is damaged or vanishes. Chosen by hand: two for
damage, and one more for several processes that find it at once."""

TICK = 3600
"""Seconds: a vector that is read within so short a time of its last use is not marked again,
so that most reading writes nothing. Chosen by hand."""

SLICE = 500
"""Keys in one query. SQLite before 3.32 takes no more than 999."""

# The 1 stands for the tables below: a version with other tables takes another folder.
_FOLDER = "embeddings-1"
_FILE = "vectors.sqlite"
_FILES = (_FILE, f"{_FILE}-wal", f"{_FILE}-shm", f"{_FILE}-journal")

# `used` stands apart from the vectors, so that marking a vector as used does not write it
# again. Pages of 16 KiB hold ten vectors of width 384 or three of 1024 with little left over.
_TABLES = """
PRAGMA page_size = 16384;
PRAGMA journal_mode = WAL;
CREATE TABLE models (id INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL UNIQUE, dim INTEGER NOT NULL);
CREATE TABLE texts (
    id INTEGER PRIMARY KEY, model INTEGER NOT NULL, digest BLOB NOT NULL, used INTEGER NOT NULL, UNIQUE (model, digest)
);
CREATE TABLE vectors (id INTEGER PRIMARY KEY, checksum INTEGER NOT NULL, vector BLOB NOT NULL);
CREATE TABLE files (
    path BLOB NOT NULL, size INTEGER NOT NULL, changed INTEGER NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (path)
);
"""

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Summary:
    """What a store holds.

    :ivar folder: where it is, whether or not it has been made yet
    :ivar size: bytes on disk
    :ivar bound: bytes that it may take
    """

    folder: Path
    vectors: int
    size: int
    bound: int


def cache_folder() -> Path:
    """Where what can be made again is kept: `ALIGN_CACHE`, or the user's cache folder."""
    named = os.environ.get("ALIGN_CACHE")
    if named:
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("align", appauthor=False)


class VectorStore:
    """Rows by the fingerprint of a model and the exact text, in a file of bounded size.

    When it is full, the vectors that were not used for longest go. After a failure a store
    warns once, finds nothing and keeps nothing.
    """

    def __init__(self, folder: str | Path | None = None, *, bound: int = BOUND, quiet: bool = False) -> None:
        """
        :param folder: where its own folder stands or is made at first use; None is `cache_folder`
        :param bound: bytes that it may take, give or take what one call of `keep` adds
        :param quiet: don't warn
        """
        self.folder = (Path(folder) if folder is not None else cache_folder()) / _FOLDER
        self.bound = bound
        self._quiet = quiet
        self._off = False

    def dim(self, model: str) -> int | None:
        """The width of a model's vectors, if it has kept any."""
        query = "SELECT dim FROM models WHERE fingerprint = ?"
        found = self._attempt(lambda connection: connection.execute(query, (model,)).fetchone())
        return None if found is None else int(found[0])

    def find(self, model: str, texts: Sequence[str]) -> dict[str, Vectors]:
        """The rows that are kept for these texts, each as it was given to `keep`, bit for bit."""
        named = {_digest(text): text for text in texts}
        now = _tick()
        found: dict[str, Vectors] = {}
        old: list[int] = []
        for number, digest, used, checksum, row in self._attempt(lambda c: _rows(c, model, list(named))) or []:
            if checksum == _checksum(model, digest, row):
                found[named[digest]] = np.frombuffer(row, "<f4").astype(np.float32)
                if used < now:
                    old.append(number)
        if old:
            self._attempt(lambda connection: _mark(connection, old, now))
        return found

    def keep(self, model: str, texts: Sequence[str], rows: Vectors) -> None:
        """Keep one row a text.

        :param rows: float32, shape (len(texts), dim)
        """
        digests = [_digest(text) for text in texts]
        blobs = [row.tobytes() for row in rows.astype("<f4")]

        def write(connection: sqlite3.Connection) -> None:
            with _transaction(connection):
                _insert(connection, model, rows.shape[1], digests, blobs)
            _make_room(connection, self.bound)

        self._attempt(write)

    def find_digests(self, files: Iterable[FileState]) -> dict[FileState, str]:
        """The digests of those files that are as they were when `keep_digests` was told."""
        query = "SELECT digest FROM files WHERE path = ? AND size = ? AND changed = ?"
        found = self._attempt(lambda c: [(state, c.execute(query, state).fetchone()) for state in files])
        return {state: row[0] for state, row in found or [] if row is not None}

    def keep_digests(self, digests: Mapping[FileState, str]) -> None:
        """Keep the digests of files, in place of those that these files had before."""
        rows = [(*state, digest) for state, digest in digests.items()]
        self._attempt(lambda c: c.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)", rows))

    def summary(self) -> Summary:
        """What is kept at present.

        :raises CacheError: if that cannot be found out
        """
        try:
            if not self.folder.exists():
                return Summary(self.folder, 0, 0, self.bound)
            with self._connection() as connection:
                (vectors,) = connection.execute("SELECT COUNT(*) FROM texts").fetchone()
            size = sum(path.stat().st_size for name in _FILES if (path := self.folder / name).exists())
        except (sqlite3.Error, OSError) as error:
            raise CacheError(
                f"{self.folder}: the cache cannot be read ({_reason(error)}); `align cache --clear` begins it anew"
            ) from error
        return Summary(self.folder, vectors, size, self.bound)

    def clear(self) -> None:
        """Remove everything. Processes that work with it meanwhile begin anew.

        :raises CacheError: if it cannot be removed
        """
        try:
            self._discard()
        except OSError as error:
            raise CacheError(
                f"{self.folder}: the cache cannot be removed ({_reason(error)}); remove the folder by hand"
            ) from error

    def _attempt(self, work: Callable[[sqlite3.Connection], _Result], tries: int = TRIES) -> _Result | None:
        """Do some work on the file; None after a failure, here or before."""
        if self._off:
            return None
        try:
            with self._connection() as connection:
                return work(connection)
        except (sqlite3.Error, OSError) as error:
            if tries > 1 and self._is_mended(error):
                return self._attempt(work, tries - 1)
            self._off = True
            if not self._quiet:
                warning = f"{self.folder}: vectors are not kept on disk ({_reason(error)}); the run goes on without"
                warnings.warn(warning, CacheWarning, stacklevel=2)
            return None

    def _is_mended(self, error: Exception) -> bool:
        """Whether it can go better next time: with a new file, in place of a damaged one."""
        if not _is_damage(error):
            # also what SQLite says when another process has just moved the file away
            return str(error).startswith(("unable to open", "attempt to write a readonly", "disk I/O error"))
        try:
            self._discard()
        except OSError:
            return False
        return True

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        if not (self.folder / _FILE).exists():
            self._make()
        # mode=rw: a file that another process has just removed is not made without its tables
        address = f"{(self.folder / _FILE).absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(address, uri=True, timeout=PATIENCE, isolation_level=None)) as connection:
            # no waiting for the disk: what a power cut damages is found out and begun anew
            connection.execute("PRAGMA synchronous = OFF")
            yield connection

    def _make(self) -> None:
        # made aside and moved into place, so that no process finds a file without tables
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f"{_FOLDER}.", dir=self.folder.parent))
        try:
            with closing(sqlite3.connect(aside / _FILE)) as connection:
                connection.executescript(_TABLES)
            with suppress(OSError):  # another process was first
                aside.rename(self.folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    def _discard(self) -> None:
        # moved away as a whole first: a new file must never meet an old file's journal
        if not self.folder.exists():
            return
        aside = Path(tempfile.mkdtemp(prefix=f"{_FOLDER}.", dir=self.folder.parent))
        old = aside / _FOLDER
        try:
            with suppress(FileNotFoundError):  # another process was first
                self.folder.rename(old)
                for name in _FILES:
                    (old / name).unlink(missing_ok=True)
                old.rmdir()
        finally:
            with suppress(OSError):
                aside.rmdir()


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _checksum(model: str, digest: bytes, row: bytes) -> int:
    """Ties a row to its model and text: a damaged file may hold a sound row in a wrong place."""
    return zlib.crc32(row, zlib.crc32(digest, zlib.crc32(model.encode())))


def _tick() -> int:
    return int(time.time()) // TICK


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error).splitlines()[0]


def _is_damage(error: Exception) -> bool:
    """Whether the file is to blame, and not the disk, its rights or another process."""
    # sqlite3 has a class of its own for every other failure; a file cut to nothing is a
    # sound one without tables
    return type(error) is sqlite3.DatabaseError or str(error).startswith(("no such table", "no such column"))


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        with suppress(sqlite3.Error):  # SQLite has rolled back by itself
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _rows(connection: sqlite3.Connection, model: str, digests: list[bytes]) -> list[tuple[int, bytes, int, int, bytes]]:
    rows: list[tuple[int, bytes, int, int, bytes]] = []
    for start in range(0, len(digests), SLICE):
        part = digests[start : start + SLICE]
        query = (
            "SELECT id, digest, used, checksum, vector FROM texts JOIN vectors USING (id) "
            "WHERE model = (SELECT id FROM models WHERE fingerprint = ?) "
            f"AND digest IN ({','.join('?' * len(part))})"
        )
        rows += connection.execute(query, (model, *part))
    return rows


def _mark(connection: sqlite3.Connection, numbers: list[int], now: int) -> None:
    with _transaction(connection):
        connection.executemany("UPDATE texts SET used = ? WHERE id = ?", [(now, number) for number in numbers])


def _insert(connection: sqlite3.Connection, model: str, dim: int, digests: list[bytes], blobs: list[bytes]) -> None:
    connection.execute("INSERT OR IGNORE INTO models (fingerprint, dim) VALUES (?, ?)", (model, dim))
    (number,) = connection.execute("SELECT id FROM models WHERE fingerprint = ?", (model,)).fetchone()
    now = _tick()
    connection.executemany(
        "INSERT OR IGNORE INTO texts (model, digest, used) VALUES (?, ?, ?)",
        [(number, digest, now) for digest in digests],
    )
    connection.executemany(
        "INSERT OR REPLACE INTO vectors SELECT id, ?, ? FROM texts WHERE model = ? AND digest = ?",
        [(_checksum(model, digest, row), row, number, digest) for digest, row in zip(digests, blobs, strict=True)],
    )


def _make_room(connection: sqlite3.Connection, bound: int) -> None:
    """Drop what was not used for longest, if there is more than the bound."""
    pages, free, page_size = (
        int(connection.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_count", "freelist_count", "page_size")
    )
    size = (pages - free) * page_size
    if size <= bound:
        return
    with _transaction(connection):
        (count,) = connection.execute("SELECT COUNT(*) FROM texts").fetchone()
        surplus = math.ceil(count * (1 - KEPT * bound / size))
        oldest = "(SELECT id FROM texts ORDER BY used, id LIMIT ?)"
        connection.execute(f"DELETE FROM vectors WHERE id IN {oldest}", (surplus,))
        connection.execute(f"DELETE FROM texts WHERE id IN {oldest}", (surplus,))
