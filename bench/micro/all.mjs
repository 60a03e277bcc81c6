// Runs every micro-benchmark in a process of its own, so that none meets code that another one has warmed up.
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

const notBenches = new Set(["all.mjs", "cell-parts.mjs", "compare.mjs", "raw-record.mjs", "target.mjs"]);

export async function runMicro() {
  const files = readdirSync(import.meta.dirname).filter(
    (file) => file.endsWith(".mjs") && !notBenches.has(file),
  );
  for (const file of files.toSorted()) {
    const code = await new Promise((resolve) => {
      const child = spawn(process.execPath, [join(import.meta.dirname, file)], { stdio: "inherit" });
      child.on("close", resolve);
    });
    if (code !== 0) throw new Error(`${file} failed.`);
  }
}
