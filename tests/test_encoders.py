"""The encoders: the bundled one against sentence-transformers, hard text, names that lead nowhere."""

from __future__ import annotations

import functools
import gzip
import itertools
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from align.encoders import ENCODERS, Encoder, Vectors, load_encoder
from align.encoders.mini import LONGEST, MINI_MODEL, MiniEncoder, _byte_floats
from align.encoders.pieces import Cutter
from align.encoders.sentence_transformer import SentenceTransformerEncoder, prompt_for
from align.encoders.static import STATIC_MODEL, StaticEncoder
from align.errors import EncoderError
from align.pairing.evidence import reference
from align.text.fold import strip_diacritics

PAIRS = [
    ("Giá gạo xuất khẩu của Việt Nam tăng tuần thứ ba.", "Vietnam's rice export prices rise for a third week."),
    ("Thủ tướng gặp Tổng thống Pháp tại Hà Nội.", "The prime minister met the French president in Hanoi."),
    ("Ba người bị thương trong vụ cháy nhà máy.", "Three people were injured in a factory fire."),
    ("Ngân hàng trung ương giữ nguyên lãi suất.", "The central bank left interest rates unchanged."),
    ("Đội tuyển bóng đá nữ vào chung kết.", "The women's football team reached the final."),
    ("Học sinh trở lại trường sau kỳ nghỉ hè.", "Students go back to school after the summer holiday."),
]
HARD = {
    "nothing": "",
    "white space": " \t\n\u00a0 ",
    "a null character": "giá\x00gạo",
    "a lone surrogate": "giá gạo \ud83d tăng",
    "no piece of it known": "ᚠᚢᚦᚨᚱᚲ",
    "emoji and other scripts": "Giá gạo 🍚 上涨 рис",
    "one long word": "a" * 50_000,
    "a long sentence": "Giá gạo tăng mạnh. " * 2_700,
}
WORDS = [
    *("chính", "phủ", "công", "an", "ninh", "Thành", "phố", "hồ", "CHÍ", "minh", "hoà", "hòa", "bình", "đã", "được"),
    *("new", "York", "yorkers", "said", "the", "vietnam's", "hanoi", "prime", "chinh", "phu", "thanh", "pho", "xyzzy"),
    *(" ", " ", " ", " ", " ", " ", " ", "  ", "\u00a0", "\n", ",", ".", "…", "(", "½", "7", "2019", "4.0", "ﬁ", "🍚"),
    *("Tiê\u0301ng", "a\u0301", "\u0301", "_", "Ａ", "Σας", "İ", "²"),
]
"""Words, and what stands between them, that a tokenizer and `str.split` might see differently."""


@functools.cache
def cutters() -> tuple[Tokenizer, Cutter]:
    """The tokenizer of the bundled folder, as its library runs it and as we do."""
    return Tokenizer.from_file(str(STATIC_MODEL / "tokenizer.json")), Cutter(STATIC_MODEL / "tokenizer.json")


@pytest.fixture(scope="module", params=[*ENCODERS, "mini uncached", "adapter", "cached adapter"])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    """Every encoder there is without a network; the adapter runs the bundled folder."""
    name, _, bare = request.param.partition(" uncached")
    name = str(STATIC_MODEL) if name.endswith("adapter") else name
    return load_encoder(name, cache=request.param != "adapter" and not bare)


def alike(ours: Vectors, theirs: Vectors, encoder: Encoder) -> bool:
    """Whether rows are equal, but for what rounding to bytes does: it hangs on what is read together."""
    if encoder.name == "mini":
        return bool((np.einsum("nd,nd->n", ours, theirs) > 0.995).all())
    return np.allclose(ours, theirs, atol=1e-5)


def test_rows_are_float32_of_unit_length(encoder: Encoder) -> None:
    vectors = encoder.encode([side for pair in PAIRS for side in pair])
    assert vectors.dtype == np.float32
    assert vectors.shape == (2 * len(PAIRS), encoder.dim)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_translation_is_the_nearest_sentence(encoder: Encoder) -> None:
    cosines = encoder.encode([vi for vi, _ in PAIRS]) @ encoder.encode([en for _, en in PAIRS]).T
    assert cosines.argmax(axis=0).tolist() == cosines.argmax(axis=1).tolist() == list(range(len(PAIRS)))


@pytest.mark.parametrize("change", [strip_diacritics, str.upper, str.title], ids=["no diacritics", "capitals", "title"])
def test_a_headline_is_found_in_its_other_spellings(static: Encoder, change: object) -> None:
    assert callable(change)
    cosines = static.encode([change(vi) for vi, _ in PAIRS]) @ static.encode([en for _, en in PAIRS]).T
    assert cosines.argmax(axis=0).tolist() == cosines.argmax(axis=1).tolist() == list(range(len(PAIRS)))


@pytest.mark.parametrize(("one", "other"), [("hoà bình", "hòa bình"), ("uỷ ban", "ủy ban"), ("thuý", "thúy")])
def test_where_the_tone_mark_stands_makes_no_difference(static: Encoder, one: str, other: str) -> None:
    first, second = static.encode([one, other])
    assert first @ second > 0.99


@pytest.mark.parametrize("text", ["Tiếng Việt có dấu", "Đường phố Hà Nội"])
def test_decomposed_text_has_the_vector_of_composed_text(static: Encoder, text: str) -> None:
    import unicodedata

    composed, decomposed = static.encode([text, unicodedata.normalize("NFD", text)])
    assert composed @ decomposed > 0.9999


@pytest.mark.parametrize("text", HARD.values(), ids=HARD.keys())
def test_hard_text_gives_a_finite_row_and_leaves_its_neighbours_alone(encoder: Encoder, text: str) -> None:
    before, after = PAIRS[0]
    vectors = encoder.encode([before, text, after])
    assert np.isfinite(vectors).all()
    assert alike(vectors[[0, 2]], encoder.encode([before, after]), encoder)
    assert np.linalg.norm(vectors[1]) == pytest.approx(1, abs=1e-5) or not vectors[1].any()


@pytest.mark.parametrize("text", ["", "  \n"])
def test_a_sentence_without_a_known_piece_has_a_row_of_zeros(encoder: Encoder, text: str) -> None:
    assert not encoder.encode([text, PAIRS[0][0]])[0].any()


def test_no_sentences_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dim)


def test_the_end_of_a_long_sentence_counts(static: Encoder) -> None:
    start = "Giá gạo tăng mạnh. " * 500
    first, second = static.encode([start, start + "Bóng đá nữ. " * 500])
    assert first @ second < 0.95


def test_progress_counts_up_to_the_total(encoder: Encoder) -> None:
    calls: list[tuple[int, int]] = []
    encoder.encode(["Giá gạo tăng"] * 5_000, progress=lambda done, total: calls.append((done, total)))
    assert [done for done, _ in calls] == sorted({done for done, _ in calls})
    assert calls[-1] == (5_000, 5_000)


def test_the_bundled_folder_gives_the_same_vectors_in_sentence_transformers(static: Encoder) -> None:
    from sentence_transformers import SentenceTransformer

    sentences = [side for pair in PAIRS for side in pair] + ["", "GIÁ XĂNG", "1.234,5 tỷ đồng (21/9)", "🍚"]
    model = SentenceTransformer(str(STATIC_MODEL), device="cpu", local_files_only=True)
    assert type(model[0]).__name__ == "StaticEmbedding"
    assert np.allclose(model.encode(sentences), static.encode(sentences), atol=1e-5)


def test_mini_gives_the_vectors_of_its_folder_in_sentence_transformers() -> None:
    from sentence_transformers import SentenceTransformer

    sentences = [side for pair in reference() for side in pair] + ["GIÁ XĂNG", "1.234,5 tỷ đồng (21/9)", "🍚", "ᚠᚢ"]
    model = SentenceTransformer(str(MINI_MODEL), device="cpu", local_files_only=True)
    cosines = np.einsum("nd,nd->n", model.encode(sentences), MiniEncoder().encode(sentences))
    assert cosines.min() >= 0.995


def test_a_byte_is_the_float_that_torch_takes_it_for() -> None:
    import torch

    theirs = torch.arange(256, dtype=torch.uint8).view(torch.float8_e4m3fn).float().numpy()
    assert np.array_equal(_byte_floats(), theirs, equal_nan=True)


def test_a_vector_of_mini_is_the_same_to_the_last_bit_whatever_else_is_encoded() -> None:
    sentences = [side for pair in PAIRS for side in pair]
    encoder = MiniEncoder()
    together = encoder.encode(sentences)
    alone = np.concatenate([encoder.encode([sentence]) for sentence in sentences])
    assert np.array_equal(together, alone)
    assert np.array_equal(encoder.encode(sentences[::-1])[::-1], together)


def test_a_batch_size_changes_rounding_only() -> None:
    sentences = [side for pair in PAIRS for side in pair]
    one, other = MiniEncoder(batch_size=1), MiniEncoder(batch_size=5)
    assert alike(one.encode(sentences), other.encode(sentences), one)


def test_mini_reads_as_far_as_it_has_positions() -> None:
    encoder = MiniEncoder()
    long = "gạo " * (LONGEST + 10)
    first, second = encoder.encode([long, long + "Bóng đá nữ. " * 50])
    assert first @ second > 0.995


def test_an_interrupt_of_mini_stops_at_once() -> None:
    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        MiniEncoder().encode(["Giá gạo tăng mạnh trong tuần này. " * 20] * 2_000, progress=interrupt)
    assert time.monotonic() - started < 20  # all of them would take minutes


@pytest.mark.parametrize("name", ["graph.onnx", "outliers.json", "tokenizer.json", "model.safetensors"])
@pytest.mark.parametrize("content", [None, b"", b"\x00\xff{]"], ids=["missing", "empty", "broken"])
def test_a_broken_mini_is_one_line(tmp_path: Path, name: str, content: bytes | None) -> None:
    folder = tmp_path / "mini"
    shutil.copytree(MINI_MODEL, folder)
    (folder / name).unlink() if content is None else (folder / name).write_bytes(content)
    with pytest.raises(EncoderError, match=r"mini: .*; install the package again$") as raised:
        MiniEncoder(folder).encode(["Giá gạo tăng"])
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("encoder", [StaticEncoder, MiniEncoder])
def test_a_line_break_or_tab_within_a_sentence_is_a_space(encoder: type[Encoder]) -> None:
    plain = ["Giá gạo tăng mạnh trong tuần này", "Rice prices rose sharply this week"]
    broken = ["\nGiá gạo\ttăng mạnh\r\ntrong tuần này\n", " Rice prices\n\nrose\u2028sharply this week \t"]
    vectors = encoder().encode([*plain, *broken])
    assert np.einsum("nd,nd->n", vectors[:2], vectors[2:]).min() > 0.998  # mini rounds with its batch


@pytest.mark.parametrize("language", ["vi", "en"])
def test_hardly_a_piece_of_unseen_text_is_unknown_to_mini(data: Path, language: str) -> None:
    tokenizer = Tokenizer.from_file(str(MINI_MODEL / "tokenizer.json"))
    with gzip.open(data / "train" / f"mono.{language}.txt.gz", "rt", encoding="utf-8") as stream:
        lines = list(itertools.islice(stream, 300_000, 305_000))  # the first 300,000 chose the pieces
    pieces = [piece for encoding in tokenizer.encode_batch(lines) for piece in encoding.ids]
    assert pieces.count(tokenizer.token_to_id("<unk>")) / len(pieces) <= 0.001


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=12).map("".join))
def test_lines_are_cut_as_the_tokenizer_cuts_them(line: str) -> None:
    tokenizer, cutter = cutters()
    space = tokenizer.token_to_id("▁")
    pieces, ends = cutter.cut([line, "giá", line])
    wanted = tokenizer.encode(line, add_special_tokens=False).ids
    for found in (wanted, pieces[: ends[0]], pieces[ends[1] :]):
        names = [tokenizer.id_to_token(number) for number in found if number != space]
        assert names == [tokenizer.id_to_token(number) for number in wanted if number != space]


def test_every_whole_word_of_the_vocabulary_is_its_own_piece() -> None:
    tokenizer, cutter = cutters()
    pieces = [piece for piece in tokenizer.get_vocab() if piece[0] == "▁" and len(piece) > 1]
    lines = [piece[1:].replace("▁", " ") for piece in pieces]
    encodings = tokenizer.encode_batch_fast(lines, add_special_tokens=False)
    assert [piece for piece, encoding in zip(pieces, encodings, strict=True) if len(encoding.ids) > 1] == []
    numbers, ends = cutter.cut(lines)
    assert [tokenizer.id_to_token(number) for number in numbers] == pieces
    assert ends.tolist() == list(range(1, len(pieces) + 1))


def test_words_are_forgotten_when_they_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    import align.encoders.pieces

    monkeypatch.setattr(align.encoders.pieces, "REMEMBERED", 3)
    cutter = Cutter(STATIC_MODEL / "tokenizer.json")
    lines = ["Giá gạo tăng mạnh", "giá xăng giảm", "Giá gạo tăng mạnh"]
    first, *_, last = [cutter.cut([line])[0].tolist() for line in lines]
    assert first == last


@pytest.mark.parametrize(("folder", "most"), [(STATIC_MODEL, 20_000_000), (MINI_MODEL, 45_000_000)])
def test_the_bundled_folders_stay_small(folder: Path, most: int) -> None:
    assert sum(path.stat().st_size for path in folder.rglob("*")) <= most


@pytest.mark.parametrize("name", ENCODERS)
def test_a_bundled_encoder_loads_no_heavy_library(name: str) -> None:
    code = (
        "import sys; from align.encoders import load_encoder;"
        "assert not {'tokenizers', 'safetensors', 'onnxruntime'} & set(sys.modules), 'imported before use';"
        f"load_encoder('{name}', cache=False).encode(['Xin chào']);"
        "print(sorted({'torch', 'transformers', 'sentence_transformers', 'scipy', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
    assert done.stderr == ""


@pytest.mark.parametrize("name", ["statik", "intfloat/no-such-model", "./no-such-folder", "two words", "a/b/c", ""])
def test_a_name_that_leads_nowhere_says_so_at_once(
    name: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    # a proxy that no one answers, in place of a missing network
    for variable in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")
    start = time.perf_counter()
    with pytest.raises(EncoderError, match="static") as error:
        load_encoder(name)
    assert time.perf_counter() - start < 5
    assert "\n" not in str(error.value)
    assert capfd.readouterr() == ("", "")


def test_auto_is_no_encoder_and_says_so() -> None:
    with pytest.raises(EncoderError, match="auto is static and mini working together"):
        load_encoder("auto")


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"neither modules\.json nor config\.json"):
        load_encoder(str(tmp_path))


def test_weights_in_a_pickle_are_refused(tmp_path: Path) -> None:
    shutil.copytree(STATIC_MODEL, tmp_path / "model")
    (tmp_path / "model" / "model.safetensors").rename(tmp_path / "model" / "pytorch_model.bin")
    with pytest.raises(EncoderError, match="pickle"):
        load_encoder(str(tmp_path / "model"))


def test_a_model_that_brings_code_is_refused_and_its_code_not_run(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(STATIC_MODEL, folder)
    (folder / "own.py").write_text("raise SystemExit('the code of the model ran')")
    (folder / "modules.json").write_text(json.dumps([{"idx": 0, "name": "0", "path": "", "type": "own.Own"}]))
    with pytest.raises(EncoderError) as error:
        load_encoder(str(folder))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("broken", ["model.safetensors", "tokenizer.json"])
def test_a_broken_file_is_named_by_its_folder(tmp_path: Path, broken: str) -> None:
    shutil.copytree(STATIC_MODEL, tmp_path / "model")
    (tmp_path / "model" / broken).write_bytes(b"not this")
    for build in (StaticEncoder, SentenceTransformerEncoder):
        with pytest.raises(EncoderError, match="model") as error:
            build(str(tmp_path / "model"))
        assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "prompts", "prompt"),
    [
        ("intfloat/multilingual-e5-large", {}, "query: "),
        ("models/multilingual-e5-small/", {"query": "", "document": ""}, "query: "),
        ("intfloat/multilingual-e5-base", {"query": "query: ", "passage": "passage: "}, "query: "),
        ("intfloat/multilingual-e5-large-instruct", {}, "Instruct: Retrieve parallel sentences.\nQuery: "),
        ("LaBSE", {}, None),
        ("BAAI/bge-m3", {"query": ""}, None),
    ],
)
def test_e5_models_get_their_prefix_and_others_none(name: str, prompts: dict[str, str], prompt: str | None) -> None:
    assert prompt_for(name, prompts) == prompt
