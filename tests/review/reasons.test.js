import assert from "node:assert/strict";
import { test } from "node:test";
import { vietnameseReason } from "#review/reasons";

test("reasons are said in Vietnamese, with what they quote as it stands", () => {
  assert.equal(
    vietnameseReason("“1,5 tỷ đồng” (1,500,000,000) has no counterpart in English; “1.5 million dong” (1,500,000) stands there instead."),
    "“1,5 tỷ đồng” (1,500,000,000) không có chỗ tương ứng trong tiếng Anh; ở đó là “1.5 million dong” (1,500,000).",
  );
  assert.equal(vietnameseReason("“Phạm Minh Chính” of the Vietnamese text is not in the English text."), "“Phạm Minh Chính” của văn bản tiếng Việt không có trong văn bản tiếng Anh.");
  assert.equal(
    vietnameseReason("The English text is 2.7 times as long as the Vietnamese one; 0.4 to 1.9 times is usual for such a text."),
    "Văn bản tiếng Anh dài gấp 2.7 lần văn bản tiếng Việt; thông thường là từ 0.4 đến 1.9 lần.",
  );
});

test("a reason of another form stays as it is", () => {
  assert.equal(vietnameseReason("Something else."), null);
});
