import { describeFiles } from "./local-stack/pinned-files.js";
import { fetchInto } from "./local-stack/jars.js";
import { writeFileSync, rmSync } from "node:fs";
await fetchInto("/tmp/ls-pin");
const f = await describeFiles("/tmp/ls-pin");
writeFileSync(
  new URL("../local-stack/files.sha256", import.meta.url),
  f.map((x) => `${x.sha256} ${x.sizeBytes} ${x.path}\n`).join(""),
);
rmSync("/tmp/ls-pin", { recursive: true });
console.log(f.length);
