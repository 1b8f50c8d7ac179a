"""The cache of vectors: what it saves, what it tells apart, and all that can go wrong with it."""

from __future__ import annotations

import os
import pickle
import shutil
import sqlite3
import subprocess
import sys
import unicodedata
import zlib
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from align.encoders import Progress, Vectors, bare_encoder, load_encoder
from align.encoders.cache import CHUNK, CachedEncoder
from align.encoders.fingerprint import fingerprint
from align.encoders.sentence_transformer import SentenceTransformerEncoder
from align.encoders.static import STATIC_MODEL, StaticEncoder
from align.encoders.store import BOUND, TICK, VectorStore, cache_folder
from align.errors import CacheError, CacheWarning, EncoderError

SENTENCES = ["Giá gạo tăng tuần thứ ba.", "Rice prices rise for a third week.", "Mưa lớn ở Huế", ""]


class Counting:
    """The bundled folder through the sentence-transformers adapter; notes what it is asked."""

    def __init__(self, encoder: SentenceTransformerEncoder) -> None:
        self.inner = encoder
        self.asked: list[str] = []
        self.fails_after = sys.maxsize

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def dim(self) -> int:
        return self.inner.dim

    @property
    def fingerprint(self) -> str:
        return self.inner.fingerprint

    def encode(self, sentences: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        if len(self.asked) >= self.fails_after:
            raise KeyboardInterrupt
        self.asked += sentences
        return self.inner.encode(sentences, progress=progress)


@pytest.fixture(scope="module")
def adapter() -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder(str(STATIC_MODEL))


@pytest.fixture
def counting(adapter: SentenceTransformerEncoder) -> Counting:
    return Counting(adapter)


@pytest.fixture
def store(tmp_path: Path) -> VectorStore:
    return VectorStore(tmp_path)


def rows_for(texts: Sequence[str], width: int = 8) -> Vectors:
    """Rows that tell which text they are of."""
    starts = [zlib.crc32(text.encode("utf-8", "surrogatepass")) % 100_000 for text in texts]
    return np.array([[start + place for place in range(width)] for start in starts], np.float32)


def vectors_in(store: VectorStore) -> int:
    return store.summary().vectors


# what it saves


def test_a_second_run_encodes_nothing_and_gives_the_same_bits(counting: Counting, tmp_path: Path) -> None:
    first = CachedEncoder(counting, VectorStore(tmp_path)).encode(SENTENCES)
    assert counting.asked == SENTENCES
    again = CachedEncoder(counting, VectorStore(tmp_path)).encode(SENTENCES[::-1])
    assert counting.asked == SENTENCES
    assert again.tobytes() == first[::-1].tobytes()
    assert first.tobytes() == counting.inner.encode(SENTENCES).tobytes()


def test_only_what_is_missing_is_encoded_and_a_copy_once(counting: Counting, store: VectorStore) -> None:
    encoder = CachedEncoder(counting, store)
    encoder.encode(SENTENCES[:2])
    mixed = ["new", *SENTENCES, "new"]
    assert np.allclose(encoder.encode(mixed), counting.inner.encode(mixed), atol=1e-6)
    assert counting.asked == [*SENTENCES[:2], "new", *SENTENCES[2:]]


def test_a_run_that_finds_everything_loads_no_model(tmp_path: Path) -> None:
    code = (
        "import sys; from align.encoders import load_encoder;"
        f"encoder = load_encoder({str(STATIC_MODEL)!r});"
        "print(encoder.encode(['Mưa lớn']).shape, encoder.dim, 'sentence_transformers' in sys.modules)"
    )
    shown = [
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True, text=True, check=True, env={**os.environ, "ALIGN_CACHE": str(tmp_path)},
        ).stdout
        for _ in range(2)
    ]  # fmt: skip
    assert shown == ["(1, 384) 384 True\n", "(1, 384) 384 False\n"]


def test_progress_counts_what_was_found(counting: Counting, store: VectorStore) -> None:
    encoder = CachedEncoder(counting, store)
    encoder.encode(SENTENCES[:2])
    calls: list[tuple[int, int]] = []
    encoder.encode([*SENTENCES, SENTENCES[0]], progress=lambda done, total: calls.append((done, total)))
    assert calls == [(3, 5), (5, 5)]


def test_an_interrupted_run_keeps_what_it_did(counting: Counting, store: VectorStore) -> None:
    sentences = [f"Câu số {number}" for number in range(2 * CHUNK)]
    counting.fails_after = CHUNK
    encoder = CachedEncoder(counting, store)
    with pytest.raises(KeyboardInterrupt):
        encoder.encode(sentences)
    assert vectors_in(store) == CHUNK
    counting.fails_after = sys.maxsize
    encoder.encode(sentences)
    assert counting.asked == sentences


def test_slow_encoders_are_cached_and_the_bundled_one_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALIGN_CACHE", str(tmp_path))
    assert isinstance(load_encoder("static"), StaticEncoder)
    assert isinstance(load_encoder(str(STATIC_MODEL)), CachedEncoder)
    load_encoder(str(STATIC_MODEL), cache=False).encode(SENTENCES)
    assert os.listdir(tmp_path) == []


def test_a_cached_encoder_can_be_sent_to_another_process(store: VectorStore) -> None:
    encoder = CachedEncoder(StaticEncoder(), store)
    first = encoder.encode(SENTENCES)
    assert (pickle.loads(pickle.dumps(store)).find(encoder.fingerprint, SENTENCES)[SENTENCES[0]] == first[0]).all()


# what it tells apart


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a", "a "),
        ("a", "A"),
        ("Huế", unicodedata.normalize("NFD", "Huế")),
        ("gạo \ud83d", "gạo \ufffd"),
        ("\ud83d", "\ud83e"),
        ("a\x00b", "a"),
    ],
    ids=["space", "case", "NFC and NFD", "surrogate and its replacement", "surrogates", "null"],
)
def test_only_the_exact_text_is_found(store: VectorStore, one: str, other: str) -> None:
    store.keep("model", [one], rows_for([one]))
    assert list(store.find("model", [one, other])) == [one]


def test_another_model_is_another_key(store: VectorStore) -> None:
    store.keep("model", ["a"], rows_for(["a"], 8))
    store.keep("other", ["a"], rows_for(["b"], 4))
    assert (store.dim("model"), store.dim("other"), store.dim("third")) == (8, 4, None)
    assert store.find("model", ["a"])["a"].shape == (8,)
    assert store.find("other", ["a"])["a"].shape == (4,)
    assert store.find("third", ["a"]) == {}


def test_rows_come_back_bit_for_bit(store: VectorStore) -> None:
    rows = np.array([[0.1, -0.0, 1e-45, np.pi]], np.float32)
    store.keep("model", ["a"], rows)
    found = store.find("model", ["a"])["a"]
    assert found.dtype == np.float32
    assert found.tobytes() == rows.tobytes()


def test_more_texts_than_one_query_takes_are_found(store: VectorStore) -> None:
    texts = [str(number) for number in range(3_000)]
    rows = rows_for(texts)
    store.keep("model", texts, rows)
    found = store.find("model", texts)
    assert all((found[text] == row).all() for text, row in zip(texts, rows, strict=True))


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return Path(shutil.copytree(STATIC_MODEL, tmp_path / "model"))


def test_a_model_is_known_by_its_files_wherever_it_lies(model: Path, adapter: SentenceTransformerEncoder) -> None:
    assert bare_encoder(str(model)).fingerprint == adapter.fingerprint
    (model / "README.md").write_text("Read me")
    assert bare_encoder(str(model), device="cpu", batch_size=7).fingerprint == adapter.fingerprint


def test_a_changed_file_makes_another_model(model: Path, adapter: SentenceTransformerEncoder) -> None:
    path = model / "model.safetensors"
    weights = bytearray(path.read_bytes())
    weights[-1] ^= 1
    path.write_bytes(weights)
    assert bare_encoder(str(model)).fingerprint != adapter.fingerprint
    weights[-1] ^= 1
    path.write_bytes(weights)
    assert bare_encoder(str(model)).fingerprint == adapter.fingerprint
    (model / "vocab.txt").touch()
    assert bare_encoder(str(model)).fingerprint != adapter.fingerprint


def test_what_stands_before_each_sentence_makes_another_model(model: Path) -> None:
    plain = bare_encoder(str(model)).fingerprint
    renamed = model.rename(model.with_name("multilingual-e5-static"))
    assert bare_encoder(str(renamed)).fingerprint != plain


def test_a_file_is_read_once(model: Path, store: VectorStore) -> None:
    first = fingerprint(model, ["*.safetensors"], store=store)
    path = model / "model.safetensors"
    times = path.stat().st_atime_ns, path.stat().st_mtime_ns
    path.write_bytes(bytes(path.stat().st_size))
    os.utime(path, ns=times)  # as if it had not been touched: it is not read again
    assert fingerprint(model, ["*.safetensors"], store=store) == first
    path.touch()
    assert fingerprint(model, ["*.safetensors"], store=store) != first


# its size


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = VectorStore(tmp_path, bound=1_000_000)
    hours = iter(range(1_000))
    monkeypatch.setattr("time.time", lambda: next(hours) * TICK)
    texts = [[f"{block}-{number}" for number in range(50)] for block in range(40)]
    for block in texts:
        store.keep("model", block, rows_for(block, 384))
        assert len(store.find("model", texts[0])) == 50
        assert store.summary().size < 1_200_000 + 4_200_000  # and the journal, which SQLite holds to 4 MB
    assert len(store.find("model", texts[-1])) == 50
    assert store.find("model", texts[1]) == {}
    # the file has room for 650 such vectors in one million bytes, and was left nine tenths full
    assert 450 < vectors_in(store) < 650


def test_a_bound_of_nothing_keeps_nothing(counting: Counting, tmp_path: Path) -> None:
    store = VectorStore(tmp_path, bound=0)
    encoder = CachedEncoder(counting, store)
    assert np.array_equal(encoder.encode(SENTENCES), encoder.encode(SENTENCES))
    assert vectors_in(store) == 0


def test_clearing_removes_the_files_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").touch()
    store = VectorStore(tmp_path)
    store.clear()
    store.keep("model", ["a"], rows_for(["a"]))
    assert vectors_in(store) == 1
    store.clear()
    assert os.listdir(tmp_path) == ["mine.txt"]
    assert vectors_in(store) == 0
    store.keep("model", ["a"], rows_for(["a"]))
    assert vectors_in(store) == 1


def test_the_folder_is_the_one_named_or_the_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALIGN_CACHE", str(tmp_path))
    assert VectorStore().folder.parent == cache_folder() == tmp_path
    monkeypatch.setenv("ALIGN_CACHE", "")
    assert cache_folder().name.lower() in {"align", "cache"}
    assert VectorStore().bound == BOUND


# what goes wrong


def damaged_to_nothing(path: Path) -> None:
    path.write_bytes(b"")


def damaged_to_another_format(path: Path) -> None:
    path.write_bytes(b"this is no database" * 1_000)


def damaged_by_truncation(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def damaged_to_zeros(path: Path) -> None:
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(16384)
        file.write(bytes(size - 16384))


def damaged_to_other_tables(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE texts (id INTEGER)")


@pytest.mark.parametrize(
    "damage",
    [
        damaged_to_nothing,
        damaged_to_another_format,
        damaged_by_truncation,
        damaged_to_zeros,
        damaged_to_other_tables,
    ],
)
def test_a_damaged_file_is_begun_anew(counting: Counting, tmp_path: Path, damage: Callable[[Path], None]) -> None:
    encoder = CachedEncoder(counting, VectorStore(tmp_path))
    sentences = [f"Câu số {number}" for number in range(200)]
    first = encoder.encode(sentences)
    (file,) = tmp_path.glob("*/*.sqlite")
    damage(file)
    again = CachedEncoder(counting, store := VectorStore(tmp_path))
    assert np.allclose(again.encode(sentences), first, atol=1e-6)
    assert np.array_equal(again.encode(sentences), again.encode(sentences))
    assert vectors_in(store) == 200
    assert len(os.listdir(tmp_path)) == 1


def test_a_row_that_changed_on_disk_is_not_believed(store: VectorStore) -> None:
    store.keep("model", ["a", "b"], rows_for(["a", "b"]))
    with closing(sqlite3.connect(store.folder / "vectors.sqlite")) as connection:
        first, second = [row[0] for row in connection.execute("SELECT vector FROM vectors ORDER BY id")]
        connection.execute("UPDATE vectors SET vector = ? WHERE id = 1", (second,))  # sound, but another text's
        connection.execute("UPDATE vectors SET vector = ? WHERE id = 2", (b"\xff" + second[1:],))
        connection.commit()
    assert first != second
    assert store.find("model", ["a", "b"]) == {}
    store.keep("model", ["a"], rows_for(["a"]))
    assert list(store.find("model", ["a", "b"])) == ["a"]


def goes_on_without(counting: Counting, store: VectorStore) -> None:
    """One warning, the vectors all the same, and no second try."""
    encoder = CachedEncoder(counting, store)
    with pytest.warns(CacheWarning, match="goes on without") as warned:
        vectors = [encoder.encode(SENTENCES) for _ in range(2)]
    assert len(warned) == 1
    assert np.array_equal(vectors, [counting.inner.encode(SENTENCES)] * 2)
    assert counting.asked == 2 * SENTENCES


def test_a_folder_that_cannot_be_made_costs_a_warning(counting: Counting, tmp_path: Path) -> None:
    (tmp_path / "file").touch()  # root may write to any folder, but nobody into a file
    goes_on_without(counting, VectorStore(tmp_path / "file"))


def test_a_file_in_its_place_costs_a_warning(counting: Counting, store: VectorStore) -> None:
    store.folder.touch()
    goes_on_without(counting, store)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write to a read-only folder")
def test_a_read_only_folder_costs_a_warning(counting: Counting, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    goes_on_without(counting, VectorStore(tmp_path))


def test_a_locked_file_costs_a_warning(counting: Counting, store: VectorStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("align.encoders.store.PATIENCE", 0.1)
    store.keep("model", ["a"], rows_for(["a"]))
    with closing(sqlite3.connect(store.folder / "vectors.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        goes_on_without(counting, store)


def test_a_full_disk_costs_a_warning(counting: Counting, store: VectorStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.keep("model", ["a"], rows_for(["a"]))

    class Full(sqlite3.Connection):
        """A connection that may not make the file larger, as on a full disk."""

        def __init__(self, *arguments: object, **options: object) -> None:
            super().__init__(*arguments, **options)  # type: ignore[arg-type]
            self.execute("PRAGMA max_page_count = 1")  # SQLite takes the present size where it is more

    connect = sqlite3.connect
    monkeypatch.setattr("sqlite3.connect", lambda *args, **options: connect(*args, factory=Full, **options))
    sentences = [f"Câu số {number}" for number in range(100)]
    with pytest.warns(CacheWarning, match="full"):
        assert np.array_equal(CachedEncoder(counting, store).encode(sentences), counting.inner.encode(sentences))
    monkeypatch.undo()
    assert list(VectorStore(store.folder.parent).find("model", ["a"])) == ["a"]


def test_a_cache_that_cannot_be_read_or_removed_says_so(tmp_path: Path) -> None:
    store = VectorStore(tmp_path)
    store.keep("model", ["a"], rows_for(["a"]))
    damaged_to_another_format(store.folder / "vectors.sqlite")
    with pytest.raises(CacheError, match="align cache --clear"):
        store.summary()
    (store.folder / "mine.txt").touch()
    with pytest.raises(CacheError, match="cannot be removed"):
        store.clear()


WRITER = """
import sys
import numpy as np
from align.encoders.store import VectorStore
store, own = VectorStore(sys.argv[1]), sys.argv[2]
for block in range(20):
    texts = [f"shared {block} {number}" for number in range(20)] + [f"{own} {block} {number}" for number in range(20)]
    found = store.find("model", texts)
    rows = np.array([[len(text)] * 384 for text in texts], np.float32)
    assert all((found[text] == row).all() for text, row in zip(texts, rows) if text in found)
    store.keep("model", texts, rows)
"""


@pytest.mark.parametrize("damaged", [False, True], ids=["begun by all at once", "damaged"])
def test_several_processes_share_one_cache(tmp_path: Path, damaged: bool) -> None:
    store = VectorStore(tmp_path)
    if damaged:
        store.keep("model", ["a"], rows_for(["a"], 384))
        damaged_to_another_format(store.folder / "vectors.sqlite")
    command = [sys.executable, "-W", "error", "-c", WRITER, str(tmp_path)]
    writers = [subprocess.Popen([*command, f"own{number}"], stderr=subprocess.PIPE) for number in range(4)]
    messages = [writer.communicate(timeout=120)[1].decode() for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0, 0, 0], messages
    if not damaged:  # else what a process kept can have gone with the damaged file
        assert vectors_in(store) == 20 * 20 * 5
    assert len(store.find("model", ["shared 19 0", "own0 19 0"])) == 2


# the encoder behind it


def test_a_model_on_a_device_that_is_not_there_is_told_in_a_line() -> None:
    encoder = bare_encoder(str(STATIC_MODEL), device="nonesuch")
    with pytest.raises(EncoderError, match="nonesuch") as error:
        encoder.encode(SENTENCES)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["static", str(STATIC_MODEL)])
def test_the_batch_size_changes_no_vector(name: str) -> None:
    usual, small = (bare_encoder(name, batch_size=size).encode(SENTENCES) for size in (None, 1))
    assert np.allclose(usual, small, atol=1e-6)


def test_a_batch_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="batch_size is 0"):
        load_encoder("static", batch_size=0)
