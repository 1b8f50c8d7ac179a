// The reasons of flags in Vietnamese. `align check` says them in English; a reason that none of these fits stays so.

const TEXT = { vietnamese: "văn bản tiếng Việt", english: "văn bản tiếng Anh" };
const NAME = { vietnamese: "tiếng Việt", english: "tiếng Anh" };

const SIDE = "(?:[Tt]he )(Vietnamese|English) text";
const LANGUAGE = "(Vietnamese|English)";

/** @param {string} name */
const textOf = (name) => (name.toLowerCase() === "english" ? TEXT.english : TEXT.vietnamese);

/** @param {string} name */
const nameOf = (name) => (name.toLowerCase() === "english" ? NAME.english : NAME.vietnamese);

/** @param {string} list */
const listed = (list) => list.replace(/ and (?=“)/gu, " và ").replace(/ and (\d+) more/gu, " và $1 chỗ nữa");

/** @param {string} text */
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** @type {[RegExp, (...found: string[]) => string][]} */
const REASONS = [
  [/^(.+) has no counterpart in English; (.+) stands there instead\.$/u, (one, two) => `${one} không có chỗ tương ứng trong tiếng Anh; ở đó là ${two}.`],
  [new RegExp(`^(.+) has no counterpart in ${LANGUAGE}\\.$`, "u"), (one, side) => `${one} không có chỗ tương ứng trong ${nameOf(side)}.`],
  [/^(.+) is in (.+), but (.+) in English is in (.+)\.$/u, (one, unit, two, other) => `${one} tính bằng ${unit}, còn ${two} trong tiếng Anh tính bằng ${other}.`],
  [new RegExp(`^(.+) of ${SIDE} (?:is|are) not in ${SIDE}\\.$`, "u"), (names, side, other) => `${listed(names)} của ${textOf(side)} không có trong ${textOf(other)}.`],
  [new RegExp(`^(.+) of ${SIDE} (?:has|have) no counterpart in ${SIDE}\\.$`, "u"), (words, side, other) => `${listed(words)} của ${textOf(side)} không có chỗ tương ứng trong ${textOf(other)}.`],
  [/^(“.+”) of the Vietnamese text is (“.+”) in the English text\.$/u, (one, two) => `${one} của văn bản tiếng Việt thành ${two} trong văn bản tiếng Anh.`],
  [
    new RegExp(`^The ${LANGUAGE} text is ([\\d.]+) times as long as the ${LANGUAGE} one; ([\\d.]+) to ([\\d.]+) times is usual for such a text\\.$`, "u"),
    (longer, ratio, shorter, least, most) => `${capital(textOf(longer))} dài gấp ${ratio} lần ${textOf(shorter)}; thông thường là từ ${least} đến ${most} lần.`,
  ],
  [new RegExp(`^${SIDE} ends with (.+), ${SIDE} with a full sentence\\.$`, "u"), (side, sign, other) => `${capital(textOf(side))} kết thúc bằng ${sign}, còn ${textOf(other)} kết thúc trọn câu.`],
  [new RegExp(`^${SIDE} is in neither Vietnamese nor English\\.$`, "u"), (side) => `${capital(textOf(side))} không phải tiếng Việt cũng không phải tiếng Anh.`],
  [new RegExp(`^(.+) in ${SIDE} is in ${LANGUAGE}, the same as in ${SIDE}\\.$`, "u"), (part, side, language, other) => `${part} trong ${textOf(side)} là ${nameOf(language)}, y như trong ${textOf(other)}.`],
  [new RegExp(`^${SIDE} is in ${LANGUAGE}, the same as ${SIDE}\\.$`, "u"), (side, language, other) => `${capital(textOf(side))} là ${nameOf(language)}, y như ${textOf(other)}.`],
  [new RegExp(`^${SIDE} is in ${LANGUAGE}\\.$`, "u"), (side, language) => `${capital(textOf(side))} là ${nameOf(language)}.`],
  [new RegExp(`^(.+) of ${SIDE} looks? like (.+?)(?:; it may be (“.+”))?\\.$`, "u"), damaged],
  [new RegExp(`^The (.+) in (“.+”) of ${SIDE} is not (closed|opened)\\.$`, "u"), (mark, around, side, state) => `${capital(markOf(mark))} trong ${around} của ${textOf(side)} chưa được ${stateOf(state)}.`],
  [/^On both sides, a (.+) is not (closed|opened): (.+)\.$/u, (mark, state, places) => `Ở cả hai bên có ${markOf(mark)} chưa được ${stateOf(state)}: ${listed(places)}.`],
  [new RegExp(`^${SIDE} has (.+) pairs? of brackets, the other text (.+) pairs? of brackets\\.$`, "u"), (side, more, less) => `${capital(textOf(side))} có ${more} cặp ngoặc, văn bản kia ${less === "no" ? "không có cặp nào" : `có ${less} cặp`}.`],
  [/^Both texts are those of (.+) but for numbers or one word\.$/u, (first) => `Cả hai văn bản giống hệt ${first}, chỉ khác con số hoặc một từ.`],
  [/^Both texts are those of (.+)\.$/u, (first) => `Cả hai văn bản giống hệt ${first}.`],
  [new RegExp(`^${SIDE} is translated as (.+)\\.$`, "u"), (side, texts) => `${capital(textOf(side))} được dịch là ${listed(texts)}.`],
  [/^(.+) must not be (.+) in (.+)\.$/u, (term, wrong, side) => `${term} không được dịch là ${wrong} trong ${sideOf(side)}.`],
  [/^(.+) should be (.+) in (.+)\.$/u, (term, wanted, side) => `${term} phải là ${wanted} trong ${sideOf(side)}.`],
];

/** What text that was damaged looks like. @type {Record<string, string>} */
const DAMAGE = {
  "a character that was lost": "ký tự đã mất",
  "UTF-8 that was read as Windows-1252": "UTF-8 bị đọc thành Windows-1252",
  "TCVN3 (ABC) text that was not decoded": "chữ TCVN3 (ABC) chưa giải mã",
  "VNI text that was not decoded": "chữ VNI chưa giải mã",
  "a word that lost letters": "từ bị mất chữ",
  "a letter that was escaped": "chữ còn ở dạng mã thoát",
  "an entity that was escaped twice": "thực thể bị mã hóa hai lần",
  "the picture of a control character": "hình của ký tự điều khiển",
  "a sign of a private font": "ký hiệu của phông chữ riêng",
  "a mark without its letter": "dấu không có chữ",
  "the Icelandic Ð in place of Đ": "chữ Ð tiếng Iceland thay cho Đ",
  "a word of mixed alphabets": "từ lẫn nhiều bảng chữ cái",
};

/**
 * @param {string} parts
 * @param {string} side
 * @param {string} what
 * @param {string} repaired
 */
function damaged(parts, side, what, repaired) {
  return `${listed(parts)} của ${textOf(side)} giống ${DAMAGE[what] ?? what}${repaired ? `; có thể là ${repaired}` : ""}.`;
}

/** @param {string} mark */
const markOf = (mark) => (mark === "bracket" ? "dấu ngoặc" : "dấu ngoặc kép");

/** @param {string} state */
const stateOf = (state) => (state === "closed" ? "đóng" : "mở");

/** @param {string} side */
const sideOf = (side) => (side in { Vietnamese: 1, English: 1 } ? nameOf(side) : textOf(side.replace(/^the | text$/gu, "")));

/**
 * A reason in Vietnamese, or null where none of the forms fits.
 * @param {string} reason
 * @returns {string | null}
 */
export function vietnameseReason(reason) {
  for (const [form, said] of REASONS) {
    const found = form.exec(reason);
    if (found) return said(...found.slice(1));
  }
  return null;
}
