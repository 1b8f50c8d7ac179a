// All that the page says, in both languages of its readers. To change a label, change it here.

import { vietnameseReason } from "#review/reasons";

/** @typedef {"en" | "vi"} Language */

const WORDS = {
  title: { en: "Review", vi: "Duyệt bản dịch" },
  languageName: { en: "Tiếng Việt", vi: "English" },
  looked: { en: "{done} of {all} looked at", vi: "Đã xem {done} trên {all}" },
  shown: { en: "{shown} shown", vi: "Hiện {shown} dòng" },
  save: { en: "Save decisions", vi: "Lưu quyết định" },
  savedTo: { en: "Saved as {name}. Send it back, or keep it: “Open decisions” goes on from it.", vi: "Đã lưu thành {name}. Hãy gửi lại tệp này hoặc giữ lấy: “Mở quyết định” sẽ làm tiếp từ đó." },
  kept: { en: "Kept in this browser", vi: "Đã giữ trong trình duyệt này" },
  keptServer: { en: "Saved to {name}", vi: "Đã lưu vào {name}" },
  keeping: { en: "Saving …", vi: "Đang lưu …" },
  notKept: { en: "This browser keeps nothing for this page: save your decisions before you close it.", vi: "Trình duyệt này không giữ được gì cho trang này: hãy lưu quyết định trước khi đóng." },
  notSaved: { en: "Could not be saved ({why}). Your work is still in this page: save the decisions as a file.", vi: "Không lưu được ({why}). Công việc của bạn vẫn còn trong trang này: hãy lưu quyết định thành tệp." },
  otherTab: { en: "This page is open in another window as well. Close one of them and load the other again, or one will undo the other’s work.", vi: "Trang này cũng đang mở ở cửa sổ khác. Hãy đóng một cửa sổ và tải lại cửa sổ kia, nếu không hai bên sẽ ghi đè lên nhau." },
  open: { en: "Open decisions", vi: "Mở quyết định" },
  opened: { en: "{count} decisions opened.", vi: "Đã mở {count} quyết định." },
  openedSome: { en: "{count} decisions opened; {passed} are about pairs that are not here, have changed, or were decided here.", vi: "Đã mở {count} quyết định; {passed} quyết định về các cặp không có ở đây, đã thay đổi hoặc đã được quyết định ở đây." },
  notDecisions: { en: "{name} is no file of decisions of this page.", vi: "{name} không phải là tệp quyết định của trang này." },
  undo: { en: "Undo", vi: "Hoàn tác" },
  redo: { en: "Redo", vi: "Làm lại" },
  undone: { en: "Undone: {what}", vi: "Đã hoàn tác: {what}" },
  redone: { en: "Done again: {what}", vi: "Đã làm lại: {what}" },
  nothingToUndo: { en: "Nothing to undo", vi: "Không có gì để hoàn tác" },
  nothingToRedo: { en: "Nothing to do again", vi: "Không có gì để làm lại" },
  help: { en: "Help", vi: "Trợ giúp" },
  close: { en: "Close", vi: "Đóng" },
  theme: { en: "Light or dark", vi: "Sáng hoặc tối" },
  reviewer: { en: "Your name", vi: "Tên bạn" },
  more: { en: "More", vi: "Thêm" },
  search: { en: "Search both sides", vi: "Tìm trong cả hai bên" },
  searchHint: { en: "Search: words, ha noi finds Hà Nội", vi: "Tìm: ha noi cũng tìm ra Hà Nội" },
  filters: { en: "Filters", vi: "Bộ lọc" },
  clearFilters: { en: "Show all", vi: "Hiện tất cả" },
  status: { en: "Status", vi: "Trạng thái" },
  anyStatus: { en: "Any status", vi: "Mọi trạng thái" },
  flag: { en: "Flag", vi: "Dấu hiệu" },
  anyFlag: { en: "Any flag or none", vi: "Có hay không dấu hiệu" },
  someFlag: { en: "With a flag", vi: "Có dấu hiệu" },
  document: { en: "Document", vi: "Văn bản" },
  anyDocument: { en: "All documents", vi: "Mọi văn bản" },
  scoreFrom: { en: "Score from", vi: "Điểm từ" },
  scoreTo: { en: "to", vi: "đến" },
  score: { en: "score", vi: "điểm" },
  noScore: { en: "no score", vi: "không có điểm" },
  open_: { en: "Not looked at", vi: "Chưa xem" },
  doubtful: { en: "Doubtful, not looked at", vi: "Đáng ngờ, chưa xem" },
  accepted: { en: "Accepted", vi: "Đã nhận" },
  rejected: { en: "Rejected", vi: "Đã loại" },
  edited: { en: "Edited", vi: "Đã sửa" },
  rearranged: { en: "Split, merged or moved", vi: "Đã tách, gộp hoặc dời" },
  commented: { en: "With a comment", vi: "Có ghi chú" },
  alone: { en: "Without a partner", vi: "Không có cặp" },
  nothing: { en: "No pair fits these filters.", vi: "Không có cặp nào khớp bộ lọc." },
  empty: { en: "There are no pairs in this file.", vi: "Tệp này không có cặp nào." },
  missing: { en: "nothing on this side", vi: "bên này không có" },
  before: { en: "before", vi: "trước" },
  after: { en: "after", vi: "sau" },
  was: { en: "was", vi: "gốc" },
  comment: { en: "Comment", vi: "Ghi chú" },
  accept: { en: "Accept", vi: "Nhận" },
  reject: { en: "Reject", vi: "Loại" },
  editVi: { en: "Edit Vietnamese", vi: "Sửa tiếng Việt" },
  editEn: { en: "Edit English", vi: "Sửa tiếng Anh" },
  merge: { en: "Merge with next", vi: "Gộp với dòng sau" },
  splitVi: { en: "Split Vietnamese", vi: "Tách tiếng Việt" },
  splitEn: { en: "Split English", vi: "Tách tiếng Anh" },
  splitHere: { en: "Split here", vi: "Tách tại đây" },
  up: { en: "Up", vi: "Lên" },
  down: { en: "Down", vi: "Xuống" },
  viUp: { en: "Vietnamese up", vi: "Tiếng Việt lên" },
  viDown: { en: "Vietnamese down", vi: "Tiếng Việt xuống" },
  enUp: { en: "English up", vi: "Tiếng Anh lên" },
  enDown: { en: "English down", vi: "Tiếng Anh xuống" },
  takeApart: { en: "Take apart", vi: "Tách cặp" },
  pairWith: { en: "Pair with another", vi: "Ghép với dòng khác" },
  pairHere: { en: "Pair with the one chosen", vi: "Ghép với dòng đã chọn" },
  pairStarted: { en: "Now go to the one it belongs to and press p again. Esc gives up.", vi: "Hãy đến dòng cần ghép rồi bấm p lần nữa. Esc để bỏ." },
  pairEnded: { en: "No longer pairing", vi: "Đã bỏ ghép" },
  nextDoubtful: { en: "Next doubtful", vi: "Cặp đáng ngờ tiếp" },
  noDoubtful: { en: "No doubtful pair below that was not looked at.", vi: "Phía dưới không còn cặp đáng ngờ nào chưa xem." },
  notPossible: { en: "Not possible here.", vi: "Không làm được ở đây." },
  mergeNot: { en: "Only rows of one document can be merged.", vi: "Chỉ gộp được các dòng cùng văn bản." },
  apply: { en: "Done", vi: "Xong" },
  cancel: { en: "Cancel", vi: "Bỏ" },
  editHint: { en: "Enter: done · Esc: cancel · Ctrl+Enter: split at the cursor", vi: "Enter: xong · Esc: bỏ · Ctrl+Enter: tách tại con trỏ" },
  splitHint: { en: "Move the cursor with the arrows · Enter: split there · Esc: cancel", vi: "Di chuyển con trỏ bằng mũi tên · Enter: tách tại đó · Esc: bỏ" },
  commentHint: { en: "Enter: done · Esc: cancel", vi: "Enter: xong · Esc: bỏ" },
  vietnamese: { en: "Vietnamese", vi: "Tiếng Việt" },
  english: { en: "English", vi: "Tiếng Anh" },
  rowsLabel: { en: "Pairs", vi: "Các cặp câu" },
  rowActions: { en: "What to do with this pair", vi: "Xử lý cặp này" },
  agree: { en: "the other side says the same", vi: "bên kia nói giống vậy" },
  clash: { en: "see the reason below", vi: "xem lý do bên dưới" },
  error: { en: "error", vi: "lỗi" },
  warning: { en: "warning", vi: "cảnh báo" },
  note: { en: "note", vi: "lưu ý" },
  keysGo: { en: "Going about", vi: "Di chuyển" },
  keysDecide: { en: "Deciding", vi: "Quyết định" },
  keysText: { en: "Texts", vi: "Văn bản" },
  keysPlace: { en: "Putting in place", vi: "Sắp xếp" },
  keysOther: { en: "Other", vi: "Khác" },
  kNext: { en: "next, previous row", vi: "dòng sau, dòng trước" },
  kPage: { en: "ten rows on, back", vi: "mười dòng sau, trước" },
  kEnds: { en: "first, last row", vi: "dòng đầu, dòng cuối" },
  kDoubtful: { en: "next doubtful pair", vi: "cặp đáng ngờ tiếp theo" },
  kSides: { en: "Vietnamese side, English side", vi: "bên tiếng Việt, bên tiếng Anh" },
  kAccept: { en: "accept, and go on", vi: "nhận và sang dòng sau" },
  kReject: { en: "reject, and go on", vi: "loại và sang dòng sau" },
  kOpen: { en: "leave open again", vi: "bỏ quyết định" },
  kComment: { en: "comment", vi: "ghi chú" },
  kEdit: { en: "edit Vietnamese, English", vi: "sửa tiếng Việt, tiếng Anh" },
  kSplit: { en: "split the side you are on", vi: "tách bên đang chọn" },
  kMerge: { en: "merge with the next row", vi: "gộp với dòng sau" },
  kShift: { en: "move the side you are on up, down", vi: "dời bên đang chọn lên, xuống" },
  kPair: { en: "pair two rows without a partner", vi: "ghép hai dòng không có cặp" },
  kApart: { en: "take a pair apart", vi: "tách cặp thành hai dòng" },
  kUndo: { en: "undo, do again", vi: "hoàn tác, làm lại" },
  kSearch: { en: "search", vi: "tìm" },
  kSave: { en: "save decisions", vi: "lưu quyết định" },
  kHelp: { en: "this sheet", vi: "bảng này" },
  helpScores: { en: "The score is the probability that a pair is right: of those at 90, about nine in ten are.", vi: "Điểm là xác suất cặp đúng: trong các cặp 90 điểm, khoảng chín phần mười là đúng." },
  helpMarks: { en: "A dotted line: the other side says the same number, date or name. A box: something to look at, with the reason below.", vi: "Gạch chấm: bên kia nói cùng con số, ngày tháng hay tên. Ô màu: chỗ cần xem, lý do ghi bên dưới." },
  helpMove: { en: "Moving a side takes along all that stand between it and the next empty place.", vi: "Dời một bên sẽ kéo theo mọi ô cho đến chỗ trống gần nhất." },
  helpKeep: { en: "Your work is kept in this browser as you go. “Save decisions” gives you the file to send back.", vi: "Công việc được giữ trong trình duyệt này trong lúc bạn làm. “Lưu quyết định” tạo tệp để gửi lại." },
};

/** What each change is called. */
const CHANGES = {
  decide: { en: "decision", vi: "quyết định" },
  edit: { en: "edit", vi: "sửa" },
  comment: { en: "comment", vi: "ghi chú" },
  merge: { en: "merge", vi: "gộp" },
  split: { en: "split", vi: "tách" },
  shift: { en: "move", vi: "dời" },
  takeApart: { en: "taking apart", vi: "tách cặp" },
  pair: { en: "pairing", vi: "ghép cặp" },
  open: { en: "opened decisions", vi: "mở quyết định" },
};

/** The flags of `align check` and of the aligners. */
const FLAGS = {
  number: { en: "number", vi: "con số" },
  date: { en: "date", vi: "ngày tháng" },
  time: { en: "time", vi: "giờ" },
  currency: { en: "currency", vi: "tiền tệ" },
  unit: { en: "unit", vi: "đơn vị" },
  name: { en: "name", vi: "tên riêng" },
  negation: { en: "negation", vi: "phủ định" },
  untranslated: { en: "untranslated", vi: "chưa dịch" },
  language: { en: "language", vi: "sai ngôn ngữ" },
  length: { en: "length", vi: "độ dài" },
  truncated: { en: "cut off", vi: "bị cắt" },
  quotes: { en: "quotation marks", vi: "dấu ngoặc kép" },
  brackets: { en: "brackets", vi: "dấu ngoặc" },
  placeholder: { en: "placeholder", vi: "chỗ điền" },
  link: { en: "link", vi: "liên kết" },
  damage: { en: "damaged text", vi: "chữ bị hỏng" },
  term: { en: "term", vi: "thuật ngữ" },
  consistency: { en: "consistency", vi: "nhất quán" },
  duplicate: { en: "duplicate", vi: "trùng lặp" },
  "near-duplicate": { en: "near-duplicate", vi: "gần trùng" },
  moved: { en: "out of order", vi: "sai thứ tự" },
};

/** @typedef {keyof typeof WORDS} Word */

/**
 * What there is to say in a language.
 * @param {Language} language
 */
export function speaker(language) {
  /**
   * @param {Word} word
   * @param {Record<string, string | number>} [values]
   */
  const say = (word, values = {}) => WORDS[word][language].replace(/\{(\w+)\}/gu, (_, name) => String(values[name]));
  return {
    language,
    say,
    /** @param {string} name */
    change: (name) => /** @type {Record<string, Record<Language, string>>} */ (CHANGES)[name]?.[language] ?? name,
    /** @param {string} name */
    flag: (name) => /** @type {Record<string, Record<Language, string>>} */ (FLAGS)[name]?.[language] ?? name,
    /**
     * Why a flag was raised, as far as it can be said in this language.
     * @param {string} reason
     */
    reason: (reason) => (language === "vi" ? (vietnameseReason(reason) ?? reason) : reason),
    /**
     * @param {string} reason
     * @returns {Language}
     */
    reasonLanguage: (reason) => (language === "vi" && vietnameseReason(reason) !== null ? "vi" : "en"),
    /** @param {number} number */
    number: (number) => number.toLocaleString(language),
  };
}

/** @typedef {ReturnType<typeof speaker>} Speaker */
