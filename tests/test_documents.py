"""Documents that are compared by what they say."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from align.encoders import Encoder
from align.evaluate import calibration_error
from align.pairing.documents import FEATURES, Digest, candidates, digest_of, evidence, match
from align.pairing.score import fitted
from align.text.fold import strip_diacritics
from align.text.segment import segment
from align.types import Document

STORIES = [
    (
        "Giá gạo tăng tuần thứ ba\n\nNgày 21/9, gạo 5% tấm ở Cần Thơ đạt 412 đô la một tấn.",
        "Rice prices rise for a third week\n\nOn September 21, 5% broken rice in Can Tho reached 412 dollars a ton.",
    ),
    (
        "Mưa lớn làm ngập 14 tuyến đường ở Huế. Trường học đóng cửa đến thứ Hai. Chưa có thiệt hại về người.",
        "Heavy rain flooded 14 streets in Hue. Schools are closed until Monday. No casualties have been reported.",
    ),
    (
        "Đội tuyển Việt Nam thắng Thái Lan 2-1 ở Bangkok. Quang Hải ghi cả hai bàn trong hiệp hai.",
        "Vietnam beat Thailand 2-1 in Bangkok. Quang Hai scored both goals in the second half.",
    ),
    (
        "Các nhà khoa học tìm thấy một loài ếch mới ở Trường Sơn. Nó chỉ dài 3 cm và sống trên cây.",
        "Scientists found a new species of frog in the Annamite Range. It is only 3 cm long and lives in trees.",
    ),
]


def read(texts: Sequence[str], encoder: Encoder) -> list[Digest]:
    return [digest_of(segment(Document("", text)), encoder) for text in texts]


@pytest.fixture(scope="module")
def vi(static: Encoder) -> list[Digest]:
    return read([text for text, _ in STORIES], static)


@pytest.fixture(scope="module")
def en(static: Encoder) -> list[Digest]:
    return read([text for _, text in STORIES], static)


def positions(found: Sequence[tuple[int, int, float]]) -> list[tuple[int, int]]:
    return [(row, column) for row, column, _ in found]


def test_every_document_finds_its_translation(vi: list[Digest], en: list[Digest]) -> None:
    found = match(vi, en)
    assert positions(found) == [(0, 0), (1, 1), (2, 2), (3, 3)]
    assert all(0.5 <= score <= 1 for _, _, score in found)


def test_what_has_no_translation_stays_alone(vi: list[Digest], en: list[Digest]) -> None:
    assert positions(match(vi[:2], en[1:])) == [(1, 0)]
    assert match(vi[:2], en[2:]) == []
    assert match(vi[:1], en[1:2]) == []


def test_a_pair_that_is_alone_in_the_world_is_found(vi: list[Digest], en: list[Digest]) -> None:
    assert positions(match(vi[:1], en[:1])) == [(0, 0)]


def test_no_documents_make_no_pairs(vi: list[Digest], en: list[Digest]) -> None:
    assert match([], []) == match(vi, []) == match([], en) == []


def test_the_order_of_the_documents_counts_for_nothing(vi: list[Digest], en: list[Digest]) -> None:
    straight = {(row, column): score for row, column, score in match(vi, en)}
    turned = {(3 - row, column): score for row, column, score in match(vi[::-1], en)}
    assert turned == pytest.approx(straight, abs=1e-5)


def test_a_document_without_diacritics_finds_its_translation(static: Encoder, en: list[Digest]) -> None:
    plain = read([strip_diacritics(text) for text, _ in STORIES], static)
    assert positions(match(plain, en)) == [(0, 0), (1, 1), (2, 2), (3, 3)]


def test_numbers_tell_weekly_reports_apart(static: Encoder) -> None:
    numbers = random.Random(3).sample(range(100, 999), 12)
    vi = read([f"Giá vàng hôm nay đạt {n} đô la. Có {n + 7} người mua ở {n // 9} tiệm." for n in numbers], static)
    en = read([f"Gold reached {n} dollars today. {n + 7} people bought at {n // 9} shops." for n in numbers], static)
    assert positions(match(vi, en[::-1])) == [(row, 11 - row) for row in range(12)]


def test_a_document_has_one_partner_at_most(static: Encoder, vi: list[Digest], en: list[Digest]) -> None:
    found = match(vi * 3, en * 2)
    rows, columns = zip(*positions(found), strict=True)
    assert len(set(rows)) == len(rows)
    assert len(set(columns)) == len(columns)


def test_empty_documents_and_those_in_no_language_do_no_harm(
    static: Encoder, vi: list[Digest], en: list[Digest]
) -> None:
    empty = read(["", "\n\n", "1 2 3"], static)
    assert [digest.language for digest in empty] == [None, None, None]
    assert positions(match([*empty, *vi], [*en, *empty])) == [(3, 0), (4, 1), (5, 2), (6, 3)]
    assert match(empty, empty) == []


def test_a_document_is_in_a_language_if_nine_segments_in_ten_are(static: Encoder) -> None:
    vi_lines, en_lines = ["Hôm nay trời mưa rất to."] * 9, ["It is raining very hard today."] * 9
    quoting, mixed = "\n\n".join([*vi_lines, en_lines[0]]), "\n\n".join([*vi_lines[:8], en_lines[0]])
    languages = [one.language for one in read([quoting, mixed, "\n\n".join(en_lines), "\n\n".join(vi_lines)], static)]
    assert languages == ["vi", None, "en", "vi"]


def test_a_digest_survives_json(static: Encoder, vi: list[Digest], en: list[Digest]) -> None:
    kept = json.loads(json.dumps([[digest.to_json() for digest in side] for side in (vi, en)]))
    read_back = [[Digest.from_json(data) for data in side] for side in kept]
    assert match(*read_back) == match(vi, en)
    assert Digest.from_json(read(["", "x"], static)[0].to_json()).language is None


@pytest.mark.parametrize("damage", [{}, {"vi": 1}, {"vector": "?"}, {"names": "AAA="}, {"size": None}])
def test_a_damaged_digest_is_refused(vi: list[Digest], damage: dict[str, object]) -> None:
    data = {**vi[0].to_json(), **damage} if len(damage) and "vi" not in damage else damage
    with pytest.raises(ValueError, match=r".+"):
        Digest.from_json(data)


def test_a_digest_is_small_whatever_the_document(static: Encoder) -> None:
    article = "\n\n".join(f"Ông Nguyễn Văn {n} mua {n * 37} cổ phiếu ngày {n % 28 + 1}/9 ở Hà Nội." for n in range(40))
    book = "\n\n".join(f"Ông Nguyễn Văn Nam mua {n} cổ phiếu." for n in range(6000))
    sizes = [len(json.dumps(digest.to_json())) for digest in read([article, book], static)]
    assert sizes[0] < 8_000
    assert sizes[1] < 60_000


def test_the_vector_is_the_same_however_long_the_document(static: Encoder, vi: list[Digest]) -> None:
    (long,) = read(["\n\n".join([STORIES[0][0]] * 2000)], static)
    assert float(long.vector @ vi[0].vector) == pytest.approx(1, abs=1e-5)
    assert long.numbers.tolist() == vi[0].numbers.tolist()


def test_the_fitted_numbers_are_for_these_features(vi: list[Digest], en: list[Digest]) -> None:
    assert tuple(fitted("documents")["pair"]["weights"]) == FEATURES
    table = evidence(candidates(vi, en), vi, en)
    assert table.shape[1] == len(FEATURES)
    assert np.isfinite(table).all()


def test_three_thousand_documents_a_side_are_matched_in_seconds() -> None:
    draw = np.random.default_rng(5)
    vectors = draw.normal(size=(3000, 64)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    keys = [np.unique(draw.integers(0, 5000, 60).astype(np.uint32)) for _ in range(3000)]
    documents = [Digest(20, 0, 2000, vector, *[key] * 4) for vector, key in zip(vectors, keys, strict=True)]
    assert positions(match(documents, documents)) == [(row, row) for row in range(3000)]


def test_nearly_all_of_a_corpus_is_found_and_the_score_is_true(data: Path, static: Encoder) -> None:
    """On articles that the model was not fitted on; `benchmarks/document_matching.py` measures more."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))
    from fit_documents import corpus_of, made_documents
    from ordered_documents import articles

    draw = random.Random(4)
    held_out = articles(data / "train" / "evbnews_docs.tsv.gz")[1::4]
    made = list(made_documents(held_out, static, draw, each=4))
    corpora = [corpus_of(draw.sample(made, len(made)), 0.35, draw) for _ in range(5)]
    found = [(pair, corpus) for corpus in corpora for pair in match(corpus.vi, corpus.en)]
    right = [(row, column) in corpus.pairs for (row, column, _), corpus in found]
    assert sum(right) >= 0.97 * len(right)
    assert sum(right) >= 0.94 * sum(len(corpus.pairs) for corpus in corpora)
    assert calibration_error([score for (_, _, score), _ in found], right) <= 0.05
