from __future__ import annotations

import itertools
import random
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from align.errors import InputError
from align.formats.texts.legacy import decode_legacy, is_viqr, legacy_name
from align.formats.texts.plain import decode

ROOT = Path(__file__).resolve().parent.parent
TEXTS = [path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("tests/gold/*.vi.txt"))]
LINES = [line for text in TEXTS for line in text.split("\n") if line.strip()]
ENGLISH = [path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("tests/gold/*.en.txt"))]

TONES = "\u0301\u0300\u0309\u0303\u0323"
VOWELS = "aăâeêioôơuưy"
SMALL = [unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in ("", *TONES)]
SMALL = [letter for letter in SMALL if not letter.isascii()] + ["đ"]
LETTERS = SMALL + [letter.upper() for letter in SMALL]
# Typed by hand, in the order of SMALL, from the fonts' charts; Windows-1252 shows the bytes.
TCVN3 = "¸µ¶·¹¨¾»¼½Æ©ÊÇÈÉËÐÌÎÏÑªÕÒÓÔÖÝ×ØÜÞãßáâä«èåæçé¬íêëìîóïñòô\xadøõö÷ùýúûüþ®"
TCVN3_CAPITALS = dict(zip("ĂÂÊÔƠƯĐ", "¡¢£¤¥¦§", strict=True))
VNI = re.split(
    " ",
    "aù aø aû aõ aï aê aé aè aú aü aë aâ aá aà aå aã aä eù eø eû eõ eï eâ eá eà eå eã eä í ì æ ó ò "
    "où oø oû oõ oï oâ oá oà oå oã oä ô ôù ôø ôû ôõ ôï uù uø uû uõ uï ö öù öø öû öõ öï yù yø yû yõ î ñ",
)
VISCII = "áàäãÕå¡¢Æÿ£â¤¥¦ç§éèë¨©êª«¬\xad®íìïî¸óòöõ÷ô¯°±²µ½¾¶·Þþúùüûøßñ×Øæñýº"
VIQR_MARKS = dict(zip("\u0302\u0306\u031b" + TONES, "^(+'`?~.", strict=True))


def by_table(table: dict[str, str]) -> Callable[[str], bytes]:
    return lambda text: "".join(table.get(letter, letter) for letter in text).encode("cp1252")


def with_capitals(codes: list[str]) -> dict[str, str]:
    return dict(zip(LETTERS, codes + [code.upper() for code in codes], strict=True))


def to_cp1258(text: str) -> bytes:
    """Windows-1258 as Windows writes it: the tone alone is a byte of its own where it must be."""
    data = b""
    for letter in text:
        try:
            data += letter.encode("cp1258")
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", letter)
            base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in TONES))
            data += (base + "".join(part for part in parts if part in TONES)).encode("cp1258")
    return data


def to_viqr(text: str) -> bytes:
    """VIQR of RFC 1456, what could be a mark written with a backslash."""
    out = ""
    for letter in unicodedata.normalize("NFC", text).translate(str.maketrans("“”‘’–—…²×", "\"\"''--.2x")):
        parts = unicodedata.normalize("NFD", letter)
        marks = sorted((VIQR_MARKS[part] for part in parts[1:] if part in VIQR_MARKS), key="^(+'`?~.".index)
        if letter in "đĐ":
            out += "dd" if letter == "đ" else "DD"
        elif marks:
            out += parts[0] + "".join(marks)
        elif (letter in VIQR_MARKS.values() and re.search(r"[aeiouyAEIOUY][(^+]?$", out)) or (
            letter in "dD" and out[-1:] in ("d", "D")
        ):
            out += "\\" + letter
        else:
            out += letter
    return out.encode("ascii")


ENCODERS: dict[str, Callable[[str], bytes]] = {
    "tcvn3": by_table(
        {
            **dict(zip(SMALL, TCVN3, strict=True)),
            **{small.upper(): code for small, code in zip(SMALL, TCVN3, strict=True)},
            **TCVN3_CAPITALS,
        }
    ),
    "vni": by_table(with_capitals(VNI)),
    "cp1258": to_cp1258,
}
NAMES = {"tcvn3": "TCVN3", "vni": "VNI", "cp1258": "Windows-1258", "viscii": "VISCII", "viqr": "VIQR"}


def read(data: bytes) -> tuple[str | None, str]:
    """The text and what was remarked, or None and the refusal."""
    remarks: list[str] = []
    try:
        return decode(data, "a.txt", remark=remarks.append), " ".join(remarks)
    except InputError as error:
        return None, str(error)


# --- tables ------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", [*ENCODERS, "viqr"])
def test_every_letter_comes_back(encoding: str) -> None:
    encode = to_viqr if encoding == "viqr" else ENCODERS[encoding]
    assert len(set(LETTERS)) == 134
    for letter in LETTERS:
        if (
            encoding == "viqr"
            and letter not in "đĐ"
            and not {*unicodedata.normalize("NFD", letter)} & {*"\u0302\u0306\u031b"}
        ):
            continue  # alone, `a'` could be a letter in quotes
        expected = letter
        if encoding == "tcvn3" and letter.isupper() and letter not in TCVN3_CAPITALS:
            expected = letter.lower()
        assert decode_legacy(encode(letter), encoding) == expected, letter


def test_every_letter_of_viscii_comes_back() -> None:
    table = {}
    for byte in range(256):
        table[decode_legacy(bytes([byte]), "viscii")] = byte
    assert {*LETTERS} <= table.keys()
    # RFC 1456, a few from each part of the chart
    for letter, byte in {
        "Ẳ": 0x02,
        "Ỵ": 0x1E,
        "Ạ": 0x80,
        "Đ": 0xD0,
        "đ": 0xF0,
        "ư": 0xDF,
        "ỹ": 0xDB,
        "õ": 0xF5,
    }.items():
        assert table[letter] == byte


@pytest.mark.parametrize("encoding", ["tcvn3", "vni"])
def test_a_second_implementation_reads_the_same(encoding: str) -> None:
    table = getattr(pytest.importorskip(f"viparse.normalize.{encoding}"), encoding.upper())
    letters = {code: decode_legacy(code.encode("cp1252"), encoding) for code, _ in table.pairs}
    differing = {code.lower() for code, letter in table.pairs if letters[code] != letter}
    assert len(table.pairs) > 60
    # These it derives by a rule; the fonts have signs of their own for ì, í and ỵ.
    assert differing <= {"iø", "iù", "yï"}


@given(st.lists(st.sampled_from(LETTERS + list("bcdghklmnpqrstvx ,.?\n")), max_size=40).map("".join))
@settings(max_examples=100, deadline=None)
def test_text_in_an_encoding_comes_back_when_it_is_named(text: str) -> None:
    assert decode(to_cp1258(text), "a.txt", "windows-1258") == text
    assert decode(ENCODERS["vni"](text), "a.txt", "VNI") == text
    tcvn3 = "".join(c if c in TCVN3_CAPITALS or c.isascii() else c.lower() for c in text)
    assert decode(ENCODERS["tcvn3"](text), "a.txt", "abc") == tcvn3


def test_a_capital_of_vni_may_have_a_small_mark() -> None:
    assert decode("Ñaïi hoïc, Aâu, OÂng, Ôû, Uûy ban".encode("cp1252"), "a.txt", "vni") == "Đại học, Âu, Ông, Ở, Ủy ban"


def test_a_mark_of_vni_behind_another_letter_stays_what_it_is() -> None:
    assert decode("café, tuø".encode("cp1252"), "a.txt", "vni") == "café, tù"


def test_quotes_and_dashes_are_those_of_windows() -> None:
    for encoding in ("tcvn3", "vni", "cp1258"):
        assert decode(b"\x93a\x94 \x96 b\x85", "a.txt", encoding) == "“a” – b…"


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("TCVN-3", "tcvn3"),
        ("abc", "tcvn3"),
        ("TCVN5712-1", "tcvn3"),
        ("x-viet-vni", "vni"),
        ("VISCII", "viscii"),
        ("windows_1258", "cp1258"),
        ("viqr", "viqr"),
        ("cp1252", None),
        ("", None),
    ],
)
def test_an_old_encoding_has_several_names(name: str, known: str | None) -> None:
    assert legacy_name(name) == known


# --- which one it is ---------------------------------------------------------------------

PIECES = {
    "three words": [" ".join(line.split()[:3]) for line in LINES],
    "one line": LINES,
    "five lines": ["\n".join(LINES[at : at + 5]) for at in range(0, len(LINES), 5)],
    "whole": TEXTS,
}
# How many of a hundred are recognised at least; none may be taken for another.
RECOGNISED = {"three words": 70, "one line": 95, "five lines": 100, "whole": 100}


@pytest.mark.parametrize("length", PIECES)
@pytest.mark.parametrize("encoding", ENCODERS)
def test_a_text_is_recognised_or_refused_but_never_misread(encoding: str, length: str) -> None:
    counts: Counter[str] = Counter()
    for text in PIECES[length]:
        data = ENCODERS[encoding](text)
        if data.isascii():
            continue
        found, words = read(data)
        if found is None:
            assert "--encoding" in words
            counts["refused"] += 1
            continue
        assert found == decode_legacy(data, encoding), (words, text)
        assert words in (
            f"a.txt: read as {NAMES[encoding]}; --encoding names another.",
            "a.txt: read as Windows-1252; --encoding names another.",  # quotes alone
        ) or found == decode_legacy(data, "cp1258")
        counts["recognised"] += 1
    assert counts["recognised"] >= counts.total() * RECOGNISED[length] / 100, counts


@pytest.mark.parametrize("length", PIECES)
def test_viqr_is_recognised_or_left_as_it_is(length: str) -> None:
    counts: Counter[bool] = Counter()
    for text in PIECES[length]:
        data = to_viqr(text)
        found, words = read(data)
        taken = words == "a.txt: read as VIQR; --encoding names another."
        assert found == (decode_legacy(data, "viqr") if taken else data.decode())
        counts[taken] += 1
    assert (
        counts[True]
        >= counts.total() * {"three words": 0, "one line": 55, "five lines": 90, "whole": 100}[length] / 100
    )


@pytest.mark.parametrize("encoding", [*ENCODERS, "viqr"])
def test_a_page_in_both_languages_is_recognised(encoding: str) -> None:
    encode = to_viqr if encoding == "viqr" else ENCODERS[encoding]
    for vietnamese, english in zip(TEXTS, ENGLISH, strict=True):
        rows = itertools.zip_longest(english.split("\n"), vietnamese.split("\n")[:10], fillvalue="")
        page = "\n".join("\n".join(row) for row in rows).translate(str.maketrans("“”‘’–—…²×", "\"\"''--.2x"))
        assert read(encode(page))[1] == f"a.txt: read as {NAMES[encoding]}; --encoding names another."


def test_viqr_comes_back_with_its_english() -> None:
    text = (
        'Trường Đại học Khoa học ở Đắk Lắk nói. Ông "Thạnh" có con tên Én? Dạ, ạ.\n'
        "I'm here at 8 a.m., and you're not. Add the middle of it to me.\n"
        "Chuyến phà nào cũng đầy. Vũng Tàu, Mỹ Tho, cà-phê, 50.000 đ, QĐ 3. Trên đường về, tôi kể chuyện này.\n"
    )
    assert read(to_viqr(text)) == (text, "a.txt: read as VIQR; --encoding names another.")
    # As it was typed, without backslashes: what cannot be a mark is punctuation.
    assert decode(b"Ha` No^.i. Bo^' o+? dda^u? You're here. a.m.", "a.txt", "viqr") == (
        "Hà Nội. Bố ở đâu? You're here. a.m."
    )


@pytest.mark.parametrize(
    "text",
    [
        "Ha Noi? Ra. Da, thua ba. La' la, va` to^i",
        "x^2 + y^2 = (a+b)^2; e^x, o(n), f(a(b)), a^b^c, u+v, i++ " * 20,
        "print(data[a(1)]) if (o+1) else (u+2) # TODO? Why.\n" * 30,
        "He said 'we're here'. Who are you? I do. Go. " * 30,
        "http://ho.com.vn/a.htm?a=o+o&u^u ~user/a.b a~b a`b`c`\n" * 20,
        "`a` `e` ^^^^ ???? .... ++++ ((((" * 20,
        *ENGLISH,
    ],
)
def test_ascii_that_is_no_viqr_stays_as_it_is(text: str) -> None:
    if text.isascii():
        assert read(text.encode()) == (text, "")
    assert not is_viqr(text)


FOREIGN = [
    ("cp1252", "El presidente del Gobierno anunció ayer que la inversión pública crecerá, según informó el ministro."),
    ("cp1252", "¿Qué pasó en Málaga? Está aquí, señor: así, sí, también él.\nMamá, tú y yo.\nSí, mí, té, más."),
    ("cp1252", "Le président a reçu hier à l'Élysée son homologue, où ils ont évoqué la coopération.\nIl est né là."),
    (
        "mac-roman",
        "Le président a reçu hier à l'Élysée son homologue, où ils ont évoqué la coopération.\nIl est né là.",
    ),
    (
        "cp1252",
        "O presidente não quis comentar a decisão, mas já está só em São Paulo.\nVocê está aí? Já há lá. É à mãe.",
    ),
    ("cp1252", "Die Bundesregierung möchte künftig größere Beträge ausgeben.\nÜber Köln fährt der Zug früh."),
    ("cp1252", "La città è più bella perché c'è il mare.\nGià, lì, là, più, né, sì: perciò è lunedì."),
    ("cp1252", "Regeringen föreslår i dag nya åtgärder för att öka tryggheten.\nHär är en ö i en å."),
    ("cp1250", "Prezydent powiedział, że rząd będzie wspierał budowę dróg.\nŁódź, Kraków i Gdańsk są piękne."),
    ("cp1250", "Příliš žluťoučký kůň úpěl ďábelské ódy.\nPředseda vlády řekl, že nový zákon začne platit."),
    ("cp1250", "Árvíztűrő tükörfúrógép.\nA kormányfő elmondta, hogy jövőre több pénz jut az utak felújítására."),
    ("cp1250", "Preşedintele a declarat că ţara va investi mai mult în educaţie şi sănătate."),
    ("cp1254", "Cumhurbaşkanı dün yaptığı açıklamada yeni yolların açılacağını söyledi.\nİstanbul'da güneşli bir gün."),
    ("cp1251", "Президент заявил вчера, что будут построены дороги и мосты.\nИ я с ним, а он о ней.\nМы и вы."),
    ("koi8-r", "Президент заявил вчера, что будут построены дороги и мосты.\nИ я с ним, а он о ней.\nМы и вы."),
    ("cp1253", "Ο πρόεδρος δήλωσε χθες ότι θα γίνουν νέοι δρόμοι.\nΝαι, η Αθήνα."),
    ("cp1256", "قال الرئيس أمس إن الحكومة ستبني طرقا وجسورا جديدة في العام المقبل."),
    ("cp1255", "ראש הממשלה אמר אתמול כי בשנה הבאה ייבנו כבישים חדשים."),
    ("cp874", "นายกรัฐมนตรีกล่าวเมื่อวานนี้ว่าปีหน้าจะสร้างถนนและสะพานใหม่\nสวัสดี ครับ"),
    ("gbk", "总理昨天表示，明年将修建新的公路和桥梁。\n你好 世界"),
    ("big5", "總理昨天表示，明年將修建新的公路和橋樑。\n你好 世界"),
    ("shift_jis", "首相は昨日、来年新しい道路と橋を建設すると述べた。\nはい そう です"),
    ("euc-jp", "首相は昨日、来年新しい道路と橋を建設すると述べた。\nはい そう です"),
    ("euc-kr", "총리는 어제 내년에 새로운 도로와 다리를 건설할 것이라고 말했다.\n네 안녕"),
]


@pytest.mark.parametrize(("encoding", "text"), FOREIGN, ids=[f"{code}-{at}" for at, (code, _) in enumerate(FOREIGN)])
def test_other_languages_are_never_called_vietnamese(encoding: str, text: str) -> None:
    pieces = [text, *text.split("\n"), *re.split("[,.:?]", text), *text.split()]
    for piece in pieces:
        data = piece.encode(encoding)
        if data.isascii():
            continue
        found, words = read(data)
        assert found is None or found == piece, (words, piece)
        assert found is None or "Windows-1252" in words


@pytest.mark.parametrize(
    "text",
    [
        "He said “yes” – it’s fine, and left.",
        "The café was closed on Monday, but the owner said it would open again.",
        "It is 25°C in Hanoi today, the weather service said, and £1 was paid for it.",
        "“Thu tuong Pham Minh Chinh” tham My",
        (
            "The naïve résumé of Beyoncé Müller from São Paulo was read with great interest by all of the people in "
            "the room, who had not seen anything like it before and did not know what they should say to her."
        ),
    ],
)
def test_english_with_a_few_signs_is_windows_1252(text: str) -> None:
    assert read(text.encode("cp1252")) == (text, "a.txt: read as Windows-1252; --encoding names another.")
    article = ENGLISH[0] + text + "\n" + ENGLISH[1]
    found, words = read(article.encode("cp1252"))
    assert found == article
    assert "Windows-1252" in words


def test_english_with_vietnamese_names_in_an_old_encoding_is_not_windows_1252() -> None:
    text = "Tô Lâm visits Cuba and says that the two countries are good friends and will be."
    for encode in ENCODERS.values():
        found, _ = read(encode(text))
        assert found in (None, text)


def test_what_cannot_be_decided_is_shown_in_each_encoding() -> None:
    found, words = read(b"first line\nVi\xea\xf2t Nam\nlast")
    assert found is None
    first, *lines = words.split("\n")
    assert first.startswith("a.txt: is not in UTF-8 (line 2: byte 0xea cannot stand there), UTF-16 or UTF-32")
    assert "say which it is, such as --encoding cp1258" in first
    assert lines == ["  cp1258: Việt Nam", "  tcvn3: Viờũt Nam", "  vni: Viêịt Nam", "  viscii, cp1252: Viêòt Nam"]


def test_the_lines_of_an_error_can_be_printed() -> None:
    _, words = read(b"\x1b[31m \xff\xfe\x81\x9d\x7f " + bytes(range(0x80, 0x100)))
    assert all(line.isprintable() for line in words.split("\n"))
    assert max(map(len, words.split("\n"))) < 300


def test_a_large_file_is_judged_by_lines_all_over_it() -> None:
    head = "“Rice is up,” he said – and left the café.\n" * 4000
    body = "\n".join(LINES * 10)
    text = head + body
    data = head.encode("cp1252") + ENCODERS["vni"](body)
    found, words = read(data)
    assert (found, words) == (text, "a.txt: read as VNI; --encoding names another.") or found is None


def test_chance_makes_no_text_of_bytes() -> None:
    dice = random.Random(7)
    letters = bytes(range(0x20, 0x7F)) * 2 + bytes(range(0x80, 0x100))
    for _ in range(300):
        data = bytes(dice.choices(letters, k=dice.randint(20, 200))) + b"\xff"
        found, words = read(data)
        assert found is None, words


# --- mojibake ----------------------------------------------------------------------------

WRONGLY = ["sloppy-windows-1252", "latin-1", "sloppy-windows-1258"]


def spoilt(text: str, codec: str) -> str:
    from ftfy import bad_codecs  # noqa: F401

    return text.encode().decode(codec)


@pytest.mark.parametrize("codec", WRONGLY)
def test_what_was_read_in_another_encoding_once_is_mended(codec: str) -> None:
    mended = total = 0
    for text in TEXTS:
        lines = text.split("\n")
        found, words = read(spoilt(text, codec).encode())
        assert found is not None
        pairs = list(zip(found.split("\n"), lines, strict=True))
        # A line is mended or left, but no other text is made of it.
        for one, line in pairs:
            assert one in (line, spoilt(line, codec)) or strangers(one) < strangers(spoilt(line, codec)), one
        mended += sum(one == line for one, line in pairs)
        total += len(pairs)
        assert re.fullmatch(r"a\.txt: was read in another encoding once and saved so; \d+ lines are mended\.", words)
    assert mended >= 0.97 * total


def strangers(text: str) -> int:
    return len(re.findall("[ÃĂÄÅÆáâ][\x80-\xbf]|á[º»]", text))


def test_only_spoilt_lines_are_mended() -> None:
    good = "Tổng Bí thư thăm Cuba; «má»” và chữ “Ă”\n"
    found, words = read((good + spoilt("Ngôi trường mới\n", "latin-1") + good).encode())
    assert found == good + "Ngôi trường mới\n" + good
    assert words == "a.txt: was read in another encoding once and saved so; 1 line is mended."


def test_a_lost_space_of_a_letter_is_found_again() -> None:
    spoilt_text = spoilt("Bà con và làm việc ở nhà máy Hàn Quốc", "sloppy-windows-1252").replace("\xa0", " ")
    assert read(spoilt_text.encode())[0] == "Bà con và làm việc ở nhà máy Hàn Quốc"


def test_quotes_of_an_english_line_are_mended() -> None:
    assert read("He said â€œyesâ€\x9d and itâ€™s fine.".encode())[0] == "He said “yes” and it’s fine."


@pytest.mark.parametrize(
    "text",
    [
        "cafÃ© crÃ¨me",
        "«má»” «cá», «cá»… má» má»\n",
        "CHỮ “Ă”, “Ơ” Ă… Ă– Ă!",
        "ÂNG “Â” Â’ Â°C",
        "Ã, Õ, Ñ",
        "â€",
    ],
)
def test_what_is_not_certain_is_left_as_it_is(text: str) -> None:
    assert read(text.encode()) == (text, "")


GOOD = sorted({word for line in LINES for word in line.split()})


@given(
    st.lists(
        st.sampled_from([*GOOD, "«", "»", "“", "”", "’", "…", "\xa0", "º", "°", "–", "Ă", "Â", "á", "â"]), max_size=12
    )
)
@example(["«má»”", "và"])
@settings(max_examples=300, deadline=None)
def test_good_words_with_any_signs_are_never_touched(words: list[str]) -> None:
    for text in (" ".join(words), "".join(words)):
        assert read(text.encode()) == (text, "")


@given(st.text(alphabet="áºÃÄÆâ€»¡°‘’“”• \xa0\n\x80\x9dabn", max_size=30))
@settings(max_examples=200, deadline=None)
def test_mending_comes_to_an_end_with_a_text(text: str) -> None:
    found, words = read(text.encode())
    assert found is not None or "binary" in words
