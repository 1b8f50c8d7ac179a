"""The pictures: what is in them, that texts stay texts, and what they do with little, much and odd input."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

import align
from align.plot import gaps, kinds, scores, similarity_matrix
from align.plot.look import escaped, hover_text
from align.types import Bead, Beads, Document, Segment, TranslationUnit

STORM = ROOT / "tests" / "gold" / "03-news-storm-bridge"
HOSTILE = "<script>alert(1)</script><b>đậm</b> $x^2$ & <a href='javascript:alert(1)'>Nghĩa</a> %{x}"
PICTURES: list[Callable[..., Any]] = [similarity_matrix, scores, kinds, gaps]


def side(text: str, language: str, name: str = "a") -> tuple[Segment, ...]:
    document = Document(f"{name}.{language}.txt", text)
    return (Segment(document, 0, len(text), language),) if text else ()  # type: ignore[arg-type]


def bead(vi: str = "Có.", en: str = "Yes.", score: float | None = 0.9, name: str = "a") -> Bead:
    return Bead(side(vi, "vi", name), side(en, "en", name), score=score if vi and en else None)


def line_beads(kinds: Sequence[tuple[int, int]]) -> Beads:
    """Beads of these kinds, a line a segment, one behind the other in two documents."""
    sizes = {"vi": sum(vi for vi, _ in kinds), "en": sum(en for _, en in kinds)}
    texts = {
        language: "".join(f"{language} {number:05}\n" for number in range(size)) for language, size in sizes.items()
    }
    documents = {language: Document(f"a.{language}.txt", text) for language, text in texts.items()}
    used = {"vi": 0, "en": 0}

    def take(language: str, number: int) -> tuple[Segment, ...]:
        first = used[language]
        used[language] += number
        return tuple(
            Segment(documents[language], 9 * line, 9 * line + 8, language)  # type: ignore[arg-type]
            for line in range(first, first + number)
        )

    return Beads(Bead(take("vi", vi), take("en", en), score=0.9 if vi and en else None) for vi, en in kinds)


@pytest.fixture(scope="module")
def storm() -> Beads:
    return align.pair(f"{STORM}.vi.txt", f"{STORM}.en.txt", lines=True, encoder="static")


@pytest.fixture(scope="module")
def storm_gold() -> list[TranslationUnit]:
    texts = (f"{STORM}.vi.txt", f"{STORM}.en.txt")
    return align.read_pairs(f"{STORM}.gold", align.ReadSettings(texts=texts))


def lines(figure: Any, width: int) -> list[Any]:
    """The traces that are lines of that width: of 1 the path, of 2 the frames, solid and dotted."""
    return [
        trace
        for trace in figure.data
        if trace.type == "scatter" and trace.mode == "lines" and trace.line.width == width
    ]


def words(figure: Any) -> str:
    return f"{figure.layout.title.text} {figure.layout.title.subtitle.text}"


@pytest.mark.parametrize("picture", PICTURES)
def test_beads_units_and_frames_are_drawn(picture: Callable[..., Any], storm: Beads) -> None:
    from align.formats.units import unit_of

    units = [unit_of(one) for one in storm]
    figures = [picture(storm), picture(units), picture(align.to_frame(storm)), picture(tuple(storm))]
    assert len({words(figure) for figure in figures} | {words(figures[0])}) <= (
        2 if picture is similarity_matrix else 1
    )
    for figure in figures:
        assert len(json.loads(figure.to_json())["data"]) >= 1
        assert figure.layout.title.text


@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize(
    "beads",
    [
        [],
        align.to_frame([]),
        [bead(en=""), bead(en="")],
        [bead(vi=""), bead(en="")],
        [bead(), bead(vi=""), bead(score=None)],
        [bead("\u0301", "🍚" * 3_000)],
    ],
    ids=["none", "no rows", "Vietnamese alone", "alone", "mixed", "odd"],
)
def test_little_is_drawn_too(picture: Callable[..., Any], beads: Any) -> None:
    assert picture(beads).to_json()


def test_where_there_is_nothing_to_draw_the_figure_says_so() -> None:
    for picture, beads in ((scores, [bead(en="")]), (kinds, []), (gaps, []), (similarity_matrix, [bead(en="")])):
        assert re.search(r"[Tt]here (is|are) (no|nothing)", picture(beads).layout.annotations[0].text)


@pytest.mark.parametrize("picture", PICTURES)
def test_html_and_formulas_in_a_text_are_drawn_as_they_stand(picture: Callable[..., Any]) -> None:
    drawn = [bead(HOSTILE, HOSTILE, name=HOSTILE), bead(HOSTILE, "", name=HOSTILE), bead("", HOSTILE, name=HOSTILE)]
    frame = align.to_frame(drawn).assign(kind=HOSTILE)
    data = "".join(json.dumps(json.loads(picture(pairs).to_json()), ensure_ascii=False) for pairs in (drawn, frame))
    assert not re.search("<(?!/?b>|br>|/?extra>)", data)
    assert "<b>đậm" not in data
    assert "$" not in data
    assert "<script>alert" not in picture(drawn).to_html(include_plotlyjs=False, full_html=False)


@given(st.text())
def test_no_text_can_open_a_tag_or_a_formula(text: str) -> None:
    for safe in (escaped(text), hover_text(text).replace("<br>", "")):
        assert not set(safe) & set("<>$")


def test_vietnamese_is_in_the_figure_letter_by_letter() -> None:
    text = "Ủy ban Nhân dân tỉnh Thừa Thiên Huế đã đồng ý"
    figure = similarity_matrix([bead(text, "The committee agreed")])
    assert figure.layout.yaxis.ticktext == (text,)
    assert text in figure.data[-1].customdata[0]


def test_the_matrix_has_the_cosines_that_the_encoder_gives(storm: Beads, static: align.Encoder) -> None:
    figure = similarity_matrix(storm, encoder=static)
    vi = [" ".join(s.text.split()) for one in storm for s in one.vi]
    en = [" ".join(s.text.split()) for one in storm for s in one.en]
    assert figure.data[0].z == pytest.approx(static.encode(vi) @ static.encode(en).T, abs=1e-6)
    assert (len(figure.layout.yaxis.ticktext), len(figure.layout.xaxis.ticktext)) == (len(vi), len(en))


def test_a_frame_surrounds_all_segments_of_its_pair() -> None:
    figure = similarity_matrix(line_beads([(1, 1), (1, 3), (0, 1), (2, 1)]))
    solid = lines(figure, 2)[0]
    assert list(zip(solid.x, solid.y, strict=True))[6:8] == [(0.5, 0.5), (3.5, 0.5)]
    assert list(zip(solid.x, solid.y, strict=True))[12:15] == [(4.5, 1.5), (5.5, 1.5), (5.5, 3.5)]


def test_the_path_breaks_where_the_order_does() -> None:
    beads = line_beads([(1, 1)] * 4)
    crossed = [beads[0], Bead(beads[1].vi, beads[2].en), Bead(beads[2].vi, beads[1].en), beads[3]]
    (path,) = lines(similarity_matrix(crossed), 1)
    assert list(path.y) == [0, 1, None, 2, 3]


def test_a_pair_that_is_likelier_wrong_than_right_is_dotted() -> None:
    figure = similarity_matrix([bead(score=0.2)])
    assert {trace.line.dash: len(trace.x) for trace in lines(figure, 2)} == {"solid": 0, "dot": 6}


def test_documents_stand_in_the_matrix_one_behind_the_other() -> None:
    figure = similarity_matrix([bead("Hai.", "Two.", name="b"), bead("Một.", "One.", name="a")])
    assert figure.layout.yaxis.ticktext == ("Hai.", "Một.")


def test_a_matrix_that_no_browser_draws_is_refused() -> None:
    with pytest.raises(ValueError, match=r"found 10,000 Vietnamese and 10,000 English segments.*such as beads\[:500\]"):
        similarity_matrix(line_beads([(1, 1)] * 10_000))


def test_ten_thousand_beads_are_counted() -> None:
    beads = line_beads([(1, 1), (1, 2), (0, 1), (1, 0), (1, 1)] * 2_000)
    assert words(scores(beads)).endswith("6,000 pairs with a score, 4,000 without")
    assert words(kinds(beads)).endswith("10,000 beads")
    assert words(gaps(beads)).endswith("2,000 of 8,000 Vietnamese and 2,000 of 10,000 English segments stand alone")
    assert len(similarity_matrix(beads[:500]).to_json()) < 5_000_000


def test_scores_are_counted_in_bins_the_last_with_its_end() -> None:
    figure = scores([bead(score=score) for score in (0.0, 0.04, 0.5, 1.0, 1.0)])
    assert [count for count in figure.data[0].y if count] == [2, 1, 2]
    assert (figure.data[0].y[0], figure.data[0].y[10], figure.data[0].y[19]) == (2, 1, 2)


def test_with_a_gold_alignment_scores_are_judged_as_evaluate_judges_them(
    storm: Beads, storm_gold: list[TranslationUnit]
) -> None:
    measured = align.score_beads(storm, storm_gold, mined=True)
    for gold in (storm_gold, align.to_frame(storm_gold)):
        figure = scores(align.to_frame(storm), gold)
        assert f"expected calibration error {measured.calibration_error:.3f}" in words(figure)
        line = next(trace for trace in figure.data if trace.name and trace.name.startswith("found"))
        assert list(line.y) == [one.right for one in measured.reliability]
        right, wrong = (next(trace for trace in figure.data if trace.name == name) for name in ("right", "wrong"))
        assert sum(right.y) + sum(wrong.y) == sum(one.beads for one in measured.reliability)


def test_kinds_are_counted_and_told_apart() -> None:
    figure = kinds(line_beads([(1, 1), (1, 1), (1, 2), (2, 1), (1, 0), (0, 1), (0, 1)]))
    found = {trace.name: dict(zip(trace.x, trace.y, strict=True)) for trace in figure.data}
    assert found == {"one to one": {"1-1": 2}, "several segments": {"1-2": 1, "2-1": 1}, "alone": {"0-1": 2, "1-0": 1}}
    assert figure.layout.xaxis.type == "category"  # 1-1 is no date


def test_gaps_stand_where_they_are_in_the_text() -> None:
    figure = gaps(line_beads([(1, 1), (1, 0), (1, 0), (1, 1), (0, 1)])[::-1])
    paired, alone = ({trace.name: trace for trace in figure.data}[name] for name in ("paired", "alone"))
    spans = dict(zip(alone.y, zip(alone.base, alone.x, strict=True), strict=True))
    assert spans["a.vi.txt, Vietnamese"] == pytest.approx((25, 50))
    assert spans["a.en.txt, English"] == pytest.approx((200 / 3, 100 / 3))
    assert "<b>2 segments alone</b><br>vi 00001<br>vi 00002" in alone.customdata
    assert len(paired.x) == 3


def test_of_many_documents_those_with_the_most_gaps_are_drawn() -> None:
    beads = [one for number in range(100) for one in (bead(name=f"{number:03}"), bead(name=f"{number:03}"))]
    figure = gaps([*beads, bead(en="", name="gap")])
    assert "gap.vi.txt, Vietnamese" in figure.layout.yaxis.categoryarray
    assert "the 24 of 201 texts with the most" in words(figure)


def test_a_frame_without_texts_is_refused() -> None:
    import pandas

    for picture in PICTURES:
        with pytest.raises(ValueError, match="found no column vi"):
            picture(pandas.DataFrame({"text": ["Có."]}))


@pytest.mark.parametrize("picture", [picture.__name__ for picture in PICTURES])
def test_without_plotly_the_extra_is_named(picture: str) -> None:
    code = (
        "import sys; sys.modules['plotly'] = None; import align\n"
        f"try: align.plot.{picture}([])\n"
        "except align.AlignError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "to draw a figure, install align-vi-en[plot].\n"


def test_importing_the_pictures_loads_nothing_heavy() -> None:
    code = "import align.plot, sys; print(sorted({'plotly', 'pandas', 'scipy', 'torch'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "[]\n"


def test_a_figure_is_kept_as_a_page(tmp_path: Path) -> None:
    kinds([bead()]).write_html(tmp_path / "kinds.html", include_plotlyjs="cdn")
    assert "What kinds of beads there are" in (tmp_path / "kinds.html").read_text(encoding="utf-8")
