"""Build the ranked word lists that `align.text.language` reads.

    python scripts/word_lists.py DATA_TRAIN

counts the words of `mono.en.txt.gz`, `mono.vi.txt.gz` and the open pairs of
`parallel.tsv.gz` in that folder and writes `align/text/words.en.txt` and
`align/text/words.vi.txt`, commonest first. A star marks a word that is often a name: with a
capital it says nothing about the language of a line.
"""

from __future__ import annotations

import csv
import gzip
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from align.text.fold import SYLLABLE, place_tones, strip_tone

HERE = Path(__file__).parents[1] / "align" / "text"
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# Chosen by hand: past these ranks, misspellings and names outnumber the words that help.
SIZES = {"en": 20_000, "vi": 6_000}
# Vietnamese names are made of words (`Hạnh`, `Minh`: 0.6), English ones seldom are.
NAME_BELOW = {"en": 0.25, "vi": 0.75}
HEADER = """# {} by falling frequency in news, talks and software (scripts/word_lists.py).
# A star: often a name, says nothing when it has a capital.
"""


def main(train: Path) -> None:
    for language in ("en", "vi"):
        counts = Counter[str]()
        for line in lines(train, language):
            counts.update(WORD.findall(unicodedata.normalize("NFC", line).replace("’", "'")))
        words = ranked(counts, language)
        title = "English words" if language == "en" else "Vietnamese syllables"
        text = HEADER.format(title) + "\n".join(words) + "\n"
        (HERE / f"words.{language}.txt").write_text(text, encoding="utf-8")
        print(language, len(words))


def lines(train: Path, language: str) -> Iterator[str]:
    with gzip.open(train / f"mono.{language}.txt.gz", "rt", encoding="utf-8") as file:
        yield from file
    with gzip.open(train / "parallel.tsv.gz", "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["open"] == "yes":
                yield row[language]


def ranked(counts: Counter[str], language: str) -> list[str]:
    lower = Counter[str]()
    every = Counter[str]()
    for word, n in counts.items():
        key = word.lower() if language == "en" else place_tones(word.lower())
        every[key] += n
        if word.islower():
            lower[key] += n
    fit = english if language == "en" else vietnamese
    kept = Counter({w: n for w, n in lower.items() if n >= 5 and n > every[w] / 10 and fit(w)})
    star = NAME_BELOW[language]
    common = kept.most_common(SIZES[language])
    return [word + "*" * (n < star * every[word]) for word, n in common]


def english(word: str) -> bool:
    return word.isascii() and (len(word) > 1 or word in "ai")


def vietnamese(word: str) -> bool:
    return bool(SYLLABLE.fullmatch(strip_tone(word)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
