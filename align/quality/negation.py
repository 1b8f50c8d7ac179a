"""A negation on one side only."""

from __future__ import annotations

import re
from collections.abc import Iterator

from align.quality.damage import is_damaged
from align.quality.finding import Finding, Severity
from align.quality.sides import Span, about, listed, other, sides, text_of
from align.types import Language, TranslationUnit

__all__ = ["check_negation"]


def check_negation(unit: TranslationUnit) -> Iterator[Finding]:
    """One side says no, the other nothing of the kind: `negation`.

    Each language has many ways to say no without a word for it (`thiếu`, `từ chối`; `fail`, `-less`,
    `un-`), and words for it that say nothing (`có … không?`, `không khí`, `không chỉ`; `isn't it?`). So
    what demands a negation is narrow, and what answers it wide; what was made from counts on good
    pairs, and a double negation counts as one.

    >>> from align.formats.units import unit_ids, unit_of_texts
    >>> unit = unit_of_texts("Công ty không tăng giá.", "The company raises prices.", ids=unit_ids())
    >>> [finding.reason for finding in check_negation(unit)]
    ['“không” of the Vietnamese text has no counterpart in the English text.']
    """
    vi, en = unit.vi, unit.en
    if not (vi and en):
        return
    said: dict[Language, tuple[Span, ...]] = {"vi": _said(vi, "vi"), "en": _said(en, "en")}
    if bool(said["vi"]) == bool(said["en"]) or is_damaged(vi) or is_damaged(en):
        return
    for language, text in sides(unit):
        if not said[language] or _hints(en if language == "vi" else vi, other(language)):
            continue
        words = [text[slice(*span)] for span in said[language]]
        # In a long text, more is said in other words.
        severity: Severity = "warning" if len(text) <= _SHORT else "note"
        verb = "has" if len(words) == 1 else "have"
        reason = f"{listed(words)} of {text_of(language)} {verb} no counterpart in {text_of(other(language))}."
        yield about(language, "negation", severity, reason, said[language])


_SHORT = 120


def _said(text: str, language: Language) -> tuple[Span, ...]:
    """The negations that want an answer."""
    if not _SCREENS[language].search(text):
        return ()
    return tuple(found.span() for found in _PATTERNS[language].finditer(text) if found.lastgroup == "said")


def _hints(text: str, language: Language) -> bool:
    """Whether a text has something that may answer a negation."""
    return any(found.lastgroup == "hint" for found in _PATTERNS[language].finditer(text))


# `none` comes first: what looks like a negation and is none. Then `hint`: what may answer a negation
# and asks for no answer. Then `said`.
_VI = re.compile(
    r"""
    \b(?:
    (?P<none>
        (?:hàng|phòng|chân|trên|số|bầu|đường|thinh|hư|tầng|tĩnh)\ không(?!\ (?:phải|có|thể|được|còn|nên|bao))
      | không\ (?:khí|gian|quân|kích|lực|phận|vận|trung|tặc|lưu|độ|giờ|ảnh|tưởng)\b
      | (?:chẳng|chả)\ (?:hạn|qua|lẽ|trách|may)\b
      | (?:bún|nem|giò|ram|bánh)\ chả\b | chả\ (?:cá|lụa|giò|mực|cua|ốc|quế|bò|tôm)\b
      | không(?=\s*(?:ạ|nhỉ|hả|vậy|thế|đây|nào|em|anh|cô|ông|bà|bạn|con|các\ bạn)?\s*[?])
      | chưa(?=\s*(?:ạ|nhỉ|hả|vậy|thế|em|anh|con)?\s*[?])
      | (?:hay|hoặc)\ (?:không|chưa|chăng)\b
    )
    |(?P<hint>
        không\ (?:chỉ|những|riêng|phải\ chỉ|khỏi|ít|lâu|ngừng|ngớt|kém|thua|xa|ngờ|may|sao|nhỏ|hẹn|kể|thì|dưới|hiếm
          |bao\ lâu|quá|nguôi|dứt|đâu|biết|dễ|hẳn|đơn\ thuần|hoàn\ toàn)\b
      | không(?=\s*(?:[.,:;!…"”]|$))
      | (?:nếu|có|liệu|sao|sao\ lại)\ không\b | (?:không|chẳng)\ gì\ (?:khác|hơn)\b
      | chẳng\ (?:bao\ lâu|mấy\ chốc|những|chỉ|khác|kém)\b
      | chưa\ (?:đầy|tới|đến|kể|nói|biết|quá)\b
      | đừng\ (?:lo|ngại|sợ|quên|bỏ\ (?:lỡ|qua)|để\ lỡ|buồn|khóc|vội|nóng)\b
      | (?:bất|vô|phi|thiếu|tránh|từ\ (?:chối|bỏ|nan)|khước
          |phủ|bác|cấm|ngừng|ngưng|mất|trừ|khỏi|hiếm|ít|khó|thôi|hết|tuyệt|trái|sai|ngoại|kém
          |chống|phản|đâu|há|thay|bỏ|nghèo|loại|miễn|dừng|hoãn|hủy|huỷ|quên|lỡ|trượt|hỏng|thất|rời|chối|ngăn
          |tước|đình|tan|yếu|hơn|trước|mới|đỡ|chỉ(?!\ (?:tiêu|số|đạo|thị|định|huy|dẫn))|riêng|kẻo|ngoài|giả
          |lạ|đơn\ (?:độc|thuần|chiếc)|xấu|vắng|nổi|im|nín)\b
    )
    |(?P<said>
        (?:không|chưa|chẳng|chả|đừng)(?:\ (?:bao\ giờ|hề|thể|được|phải|còn|từng|nên|có|ai))?\b
    ))
    """,
    re.VERBOSE | re.IGNORECASE,
)

_EN = re.compile(
    r"""
    (?P<none>
        \b(?:isn|aren|wasn|weren|don|doesn|didn|won|wouldn|can|couldn|shouldn|haven|hasn|hadn|ain)\ ?['’]t
        \ (?:it|he|she|they|we|you|i|there|that|this)\b
      | \bno\ (?:doubt|matter|wonder|less|sooner|more\ than)\b
      | \bNo\.\s?\d | \bno-(?=\w) | \bwhy\ (?:not|don['’]t)\b
    )
    |(?P<hint>
        \bno(?=\s*[,.!?;:]) | \bnothing\ (?:but|less|short)\b | \b(?:if|or)\ not\b
      | \bnot\ (?:long|far|until|only|just|merely|to\ mention|least|unlike)\b
      | \b(?:fail(?!(?:s|ed|ing)?\ to\b)|refus(?!(?:e|es|ed|ing)\ to\b)|den(?:y|ie)|lack
          |reject|avoid|prevent|stop|prohibit|forbid|forbad|refrain|miss|lose|losing
          |lost|absen|exclu|except|wrong|false|rare|seldom|scarce|unless|until|without|neither|impossib|ignor
          |neglect|forg[eo]t|ceas|declin|oppos|disabl|invalid|illegal|zero|hardly|barely|shortage|otherwise
          |un(?!der|i[oqtv]|cles?\b|til|to\b)[a-z]{3}|hesita|reluctan|closed|differ|keep|kept|instead|rather|beyond
          |beware|constant|same\b|stead(?:y|ily)|at\ most
          |short\ of|out\ of|free\ (?:of|from)|too|difficult|nor)\w{0,12}\b
      | \b(?:ban|bans|banned|bar|barred|few|little|poor|bad|hard|ill|off|away|only|yet|still|against|less|but|before
          |dis(?:agree|allow|appear|approv|connect|honest|like|miss|order|regard|respect|satisf|trust|abilit|abled
            |obey)\w{0,9}
          |in(?:ability|accura|active|adequa|appropria|capab|complet|consisten|correct|decis|definite|depend|direct
            |effective|efficien|eligib|equal|expensive|experienc|secur|sensitiv|significan|stabil|sufficien|tolera
            |visib|voluntar)\w{0,9}
          |im(?:possib|material|mature|moral|mortal|partial|patien|perfect|plausib|polite|practica|precis|proper|pure)\w{0,9}
          |(?:il(?:leg|liter|logic)|ir(?:regular|relevan|respons|revers))\w{0,9}
          |(?:non|anti)-?[a-z]{3,20})\b
      | \b[a-z]{2,20}(?<!un)less(?:ly|ness)?\b
    )
    |(?P<said>
        \b(?:do|does|did|is|are|was|were|wo|would|ca|could|should|have|has|had|must|need|might|ai)\ ?n\ ?['’]t\b
      | \bcan\ ?not\b | \bnot\b(?:\ (?:been|be|yet|at\ all))?
      | \b(?:fail(?:s|ed|ing)?|refus(?:e|es|ed|ing))\ to\b
      | \bno\ (?:longer|one)\b | \b(?:no|never|nobody|nothing|none|nowhere)\b
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_PATTERNS: dict[Language, re.Pattern[str]] = {"vi": _VI, "en": _EN}
_SCREENS: dict[Language, re.Pattern[str]] = {
    "vi": re.compile("[Kk]hông|[Cc]h[ưẳả]|[Đđ]ừng|KHÔNG|CHƯA|ĐỪNG"),
    "en": re.compile("[Nn][o'’]|[Ff]ail|[Rr]efus|[Nn]ever|NO|NEVER|n ['’]t"),
}
