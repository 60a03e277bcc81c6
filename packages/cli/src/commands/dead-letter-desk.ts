import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import { Command } from "commander";
import { apiAddressOf, askApi } from "../api-client.ts";
import { fieldsOf, shown } from "../output/fields.ts";
import { printJson, printLines } from "../output/print.ts";
import { type ApiOptions, outputOption, urlOption } from "./common-options.ts";
import { queryOf } from "./query-of.ts";
import { wholeNumber } from "./whole-number.ts";

/** Milliseconds for one file of 10,000 letters. */
const fileTimeoutMs = 60_000;

/** `gluttony dead-letter note`. */
export function noteCommand(): Command {
  return new Command("note")
    .description("keep a note on a dead letter, in place of the one before")
    .argument("<id>")
    .argument("[text]", "without a patient's data; left out, the note is taken away")
    .addOption(outputOption())
    .addOption(urlOption())
    .action(async (id: string, text: string | undefined, options: ApiOptions) => {
      const { body } = await askApi(apiAddressOf(options.url), {
        method: "PATCH",
        path: `/api/v1/dead-letters/${encodeURIComponent(id)}`,
        body: { note: text ?? null },
      });
      if (options.output === "json") printJson(body);
      else printLines([`note: ${shown(fieldsOf(body)["note"])}`]);
    });
}

interface ExportOptions extends ApiOptions {
  readonly consumer?: string;
  readonly state?: string;
  readonly code?: string;
  readonly partition?: number;
  readonly subject?: string;
  readonly out?: string;
}

/** `gluttony dead-letter export`. */
export function exportCommand(): Command {
  return new Command("export")
    .description("write the list of dead letters as CSV, without messages and what they hold")
    .option("--consumer <consumer>", "of one consumer")
    .option("--state <state>", "parked, replaying, replayed or discarded")
    .option("--code <code>", "that failed with this code")
    .option("--partition <n>", "of one partition", wholeNumber)
    .option("--subject <subject>", "of one key's hash")
    .option("--out <file>", "into a file; else on stdout")
    .addOption(outputOption())
    .addOption(urlOption())
    .action(exportLetters);
}

async function exportLetters(options: ExportOptions): Promise<void> {
  const { consumer, state, code, partition, subject, out } = options;
  const api = apiAddressOf(options.url);
  const into = out === undefined ? null : createWriteStream(out, { mode: 0o600 });
  let letters = 0;
  let path: string | null =
    `/api/v1/dead-letters:export?${queryOf({ consumer, state, failureCode: code, partition, subject })}`;
  let isFirst = true;
  while (path !== null) {
    const file: { readonly text: string; readonly link: string | null } = await askApi(api, {
      method: "GET",
      path,
      timeoutMs: fileTimeoutMs,
    });
    // Every file begins with the names of the columns; one is enough.
    const text = isFirst ? file.text : file.text.slice(file.text.indexOf("\n") + 1);
    letters += file.text.split("\r\n").length - 2;
    if (into === null) process.stdout.write(text);
    else into.write(text);
    isFirst = false;
    path = /^<([^>]+)>; rel="next"$/.exec(file.link ?? "")?.[1] ?? null;
  }
  if (into === null) return;
  into.end();
  await finished(into);
  if (options.output === "json") printJson({ file: out, letters });
  else printLines([`wrote ${letters} to ${out ?? ""}`]);
}
