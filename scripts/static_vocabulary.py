"""The pieces of the static encoder and the tokenizer that finds them.

Pieces are lower-cased words of both languages, Vietnamese compounds ("chính phủ" is one piece:
its syllables say little by themselves), both again without diacritics, numbers, marks, and
parts of words for all else. A Unigram tokenizer then takes the likeliest cut of a line.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

from align.text.fold import place_tones, strip_diacritics

__all__ = ["SPACE", "Counts", "Pieces", "choose_pieces", "other_tone_places", "parts_of_words", "tokenizer_of"]

UNKNOWN = "[UNK]"
SPACE = "▁"

# How many pieces of each sort. Chosen by hand so that the folder stays under 20 MB at a width
# of 384 in bytes (388 a piece with its factor, and about 35 in tokenizer.json).
ENGLISH, ENGLISH_COMPOUNDS = 18_000, 600
VIETNAMESE, VIETNAMESE_COMPOUNDS = 4_800, 9_500
STRIPPED, STRIPPED_COMPOUNDS = 2_000, 4_500
PARTS = 3_000

STRIPPED_SHARE = 0.15
"""How much rarer a word without its diacritics is taken to be than with them. Chosen by hand."""

COMPOUND_COUNT, COMPOUND_PMI = 15, 2.0
"""A compound occurs at least so often, and exp(2) = 7 times as often as by chance. Chosen by hand."""

PART_SCORE, LETTER_SCORE = -16.0, -18.0
"""Log-probabilities below those of whole words (-15 and up), so that a known word stays whole."""

MARKS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~“”‘’–—•«»°€£¥₫©®×→"
YEARS = range(1900, 2031)


@dataclass
class Counts:
    """Words and neighbouring words of one language, lower-cased, over all the text it was fed."""

    words: Counter[str] = field(default_factory=Counter)
    pairs: Counter[str] = field(default_factory=Counter)

    def feed(self, lines: Iterable[str], weight: int = 1) -> None:
        """Count the lines' words and neighbours, each `weight` times."""
        for line in lines:
            for run in re.split(r"[^\w\s]|\d+", place_tones(unicodedata.normalize("NFKC", line).lower())):
                words = run.split()
                for word in words:
                    self.words[word] += weight
                for pair in pairwise(words):
                    self.pairs[" ".join(pair)] += weight

    def compounds(self, number: int) -> dict[str, int]:
        """The neighbours that save most: count times pointwise mutual information."""
        total = sum(self.words.values())
        gains = []
        for pair, count in self.pairs.items():
            if count >= COMPOUND_COUNT:
                first, second = pair.split(" ")
                information = math.log(count * total / (self.words[first] * self.words[second]))
                if information > COMPOUND_PMI:
                    gains.append((count * information, pair))
        return {pair: self.pairs[pair] for _, pair in sorted(gains, reverse=True)[:number]}


@dataclass
class Pieces:
    """What there is to find, and what each piece means.

    :ivar scores: piece, in the tokenizer's spelling, to its log-probability
    :ivar meanings: piece to the words it stands for and their shares of it, which sum to 1:
        "chinh phu" is mostly "chính phủ". Parts of words mean themselves
    """

    scores: dict[str, float]
    meanings: dict[str, dict[str, float]]


def choose_pieces(vi: Counts, en: Counts, parts: Iterable[str]) -> Pieces:
    """The vocabulary.

    :param parts: parts of words by falling use, "##ing" inside a word and "un" at its start
    """
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    vi_words, vi_compounds = dict(vi.words.most_common(VIETNAMESE)), vi.compounds(VIETNAMESE_COMPOUNDS)
    for words in (dict(en.words.most_common(ENGLISH)), en.compounds(ENGLISH_COMPOUNDS), vi_words, vi_compounds):
        for word, count in words.items():
            counts[word][word] += count
    # twice the syllables: a rare one can lend its meaning to a common stripped form
    for words, number in ((dict(vi.words.most_common(2 * VIETNAMESE)), STRIPPED), (vi_compounds, STRIPPED_COMPOUNDS)):
        for word, meanings in _stripped(words, number).items():
            counts[word].update(meanings)
    for compound in [word for word in counts if " " in word]:
        for word in compound.split():
            if word not in counts:
                counts[word][word] += max(1, vi.words[word] + en.words[word])
    for word, count in _figures_and_marks():
        counts[word][word] += count
    total = sum(vi.words.values()) + sum(en.words.values())
    pieces = Pieces({}, {})
    for word, shares in counts.items():
        piece, count = SPACE + word.replace(" ", SPACE), sum(shares.values())
        pieces.scores[piece] = math.log(count / total)
        pieces.meanings[piece] = {meaning: share / count for meaning, share in shares.items()}
    _drop_idle_compounds(pieces)
    _add_parts(pieces, parts)
    return pieces


def _drop_idle_compounds(pieces: Pieces) -> None:
    """Those that are no likelier than their words apart: the tokenizer would not take them."""
    for piece, score in list(pieces.scores.items()):
        words = [SPACE + word for word in piece.split(SPACE)[1:]]
        if len(words) > 1 and score <= sum(pieces.scores[word] for word in words):
            del pieces.scores[piece], pieces.meanings[piece]


def _stripped(words: dict[str, int], number: int) -> dict[str, Counter[str]]:
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    for word, count in words.items():
        form = strip_diacritics(word)
        if form != word:
            forms[form][word] += max(1, round(count * STRIPPED_SHARE))
    chosen = sorted(forms, key=lambda form: (-forms[form].total(), form))[:number]
    return {form: forms[form] for form in chosen}


def _figures_and_marks() -> Iterable[tuple[str, int]]:
    """Numbers of up to three digits, years and marks, with counts chosen by hand."""
    for number in range(1000):
        for width in {len(str(number)), 2, 3} - set(range(len(str(number)))):
            yield f"{number:0{width}d}", 50
    for year in YEARS:
        yield str(year), 100
    for mark in MARKS:
        yield mark, 1000


def _add_parts(pieces: Pieces, parts: Iterable[str]) -> None:
    parts = list(parts)[:PARTS]
    scores = {part.removeprefix("##"): PART_SCORE for part in parts if part.startswith("##")}
    for letter in (part for part in parts if len(part) == 1):
        scores.setdefault(letter, LETTER_SCORE)
        scores.setdefault(SPACE + letter, PART_SCORE)
    scores.setdefault(SPACE, PART_SCORE - 1)
    # by name: the trainer numbers parts of equal use anew in every run
    for part, score in sorted(scores.items()):
        if part not in pieces.scores:
            pieces.scores[part] = score
            pieces.meanings[part] = {part.replace(SPACE, "") or " ": 1.0}


def other_tone_places(piece: str) -> str:
    """The piece with the tone mark on the other vowel, where writers differ; itself elsewhere.

    >>> other_tone_places("▁hòa▁bình"), other_tone_places("▁toàn"), other_tone_places("▁ủy▁ban")
    ('▁hoà▁bình', '▁toàn', '▁uỷ▁ban')
    """
    return SPACE.join(_TONE_ON_FIRST.sub(lambda match: _MOVED[match[0]], word) for word in piece.split(SPACE))


_MOVED = {
    first[k] + second[0]: first[0] + second[k]
    for first, second in (("oòóỏõọ", "aàáảãạ"), ("oòóỏõọ", "eèéẻẽẹ"), ("uùúủũụ", "yỳýỷỹỵ"))
    for k in range(1, 6)
}
_TONE_ON_FIRST = re.compile(f"({'|'.join(_MOVED)})$")


def parts_of_words(lines: Iterable[str], size: int = 25_000) -> list[str]:
    """Parts of words by falling use, and the letters, learnt as WordPiece from the lines."""
    learner = Tokenizer(models.WordPiece(unk_token=UNKNOWN))
    learner.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    learner.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(
        vocab_size=size, special_tokens=[UNKNOWN], limit_alphabet=400, show_progress=False
    )
    learner.train_from_iterator(lines, trainer)
    pieces = sorted(learner.get_vocab().items(), key=lambda item: item[1])
    return [piece for piece, _ in pieces if piece.startswith("##") or len(piece) == 1]


def tokenizer_of(pieces: Pieces) -> Tokenizer:
    """A tokenizer whose row 0 stands for every character without a piece.

    A line is cut at marks and numbers; every stretch between starts with the space mark, so
    that a word after a bracket is the piece it is elsewhere. It is not cut at spaces, for
    compounds run over them.
    """
    vocabulary = [(UNKNOWN, min(pieces.scores.values()) - 10), *pieces.scores.items()]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=0))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Lowercase(),
            normalizers.Replace(Regex(r"\s+"), " "),
            normalizers.Strip(),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"[^\w\s]|\d+"), "isolated"),
            pre_tokenizers.Metaspace(replacement=SPACE, prepend_scheme="always", split=False),
        ]
    )
    return tokenizer
