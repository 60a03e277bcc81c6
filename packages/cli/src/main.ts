#!/usr/bin/env node
import { toGluttonyError } from "@gluttony/model";
import { CommanderError } from "commander";
import { exitCodeOf } from "./exit-code.ts";
import { knownSecrets } from "./known-secrets.ts";
import { problemLines } from "./output/problem.ts";
import { createProgram } from "./program.ts";

// Whoever reads the output may have read enough, such as `head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});

/** The command's edge: the only place that turns an error into words and an exit code. */
async function main(): Promise<void> {
  try {
    await createProgram().parseAsync(process.argv);
  } catch (thrown) {
    if (thrown instanceof CommanderError) {
      process.exitCode = thrown.exitCode === 0 ? 0 : 2;
      return;
    }
    const error = toGluttonyError(thrown);
    const lines = [...problemLines(error)];
    if (error.code === "internal.unexpected" && thrown instanceof Error) lines.push(`${thrown.stack}`);
    process.stderr.write(`${knownSecrets.scrubText(lines.join("\n"))}\n`);
    process.exitCode = exitCodeOf(error);
  }
}

await main();
