import { once } from "node:events";
import { open } from "node:fs/promises";
import { createInterface } from "node:readline";
import { GluttonyError, toGluttonyError } from "@gluttony/model";
import { compileDecoding } from "@gluttony/sdk/codecs";
import type { RawRecord } from "@gluttony/sdk/codecs";
import { Command } from "commander";
import { changeFindCommands } from "./change-find.ts";
import { revealCommand } from "./change-reveal.ts";
import { describeWith } from "../change/describe-record.ts";
import type { DescribeMeans } from "../change/describe-record.ts";
import { readDecoding } from "../change/read-decoding.ts";
import { recordOfLine } from "../change/record-of-line.ts";
import { schemaSourceOf } from "../change/schema-source.ts";
import type { SchemaWish } from "../change/schema-source.ts";

/** Some records were not understood. */
const notUnderstoodExit = 7;

/** `gluttony change`: records of a topic, asked of a host or decoded without one. */
export function changeCommand(): Command {
  const command = new Command("change").description("records of a topic");
  for (const asking of changeFindCommands()) command.addCommand(asking);
  command.addCommand(revealCommand());
  return command.addCommand(
    new Command("decode")
      .description(
        "decode JSON lines of records as a plugin would get them; exits 7 when some are not understood",
      )
      .argument("[file]", "the lines; standard input when left out")
      .option("--registry <url>", "the schema registry of records in Avro, Protobuf or JSON Schema")
      .option("--schemas <folder>", "their schemas as files by id: 7.avsc, 7.proto, 7.json")
      .option("--decoding <file>", "JSON of configuration.decoding, for records without a schema")
      .option("--reveal", "show what was not understood, which may hold rows of patients", false)
      .action(decode),
  );
}

interface DecodeOptions extends SchemaWish {
  readonly reveal: boolean;
  readonly decoding?: string;
}

/** What the lines are decoded with. */
interface LineSettings extends DescribeMeans {
  readonly reveal: boolean;
}

async function decode(file: string | undefined, options: DecodeOptions): Promise<void> {
  const decoding = compileDecoding(await readDecoding(options.decoding));
  const source = schemaSourceOf(options);
  try {
    const input = file === undefined || file === "-" ? process.stdin : await openFile(file);
    await decodeLines(input, { source, decoding, reveal: options.reveal });
  } finally {
    await source.close();
  }
}

async function decodeLines(input: NodeJS.ReadableStream, settings: LineSettings): Promise<void> {
  let lineNumber = 0;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    lineNumber += 1;
    if (line.trim() === "") continue;
    const described = await describeLine({ line, lineNumber }, settings);
    if ("failure" in described) process.exitCode = notUnderstoodExit;
    if (!process.stdout.write(`${JSON.stringify(described)}\n`)) await once(process.stdout, "drain");
  }
}

/** One line of the input. */
interface Line {
  readonly line: string;
  readonly lineNumber: number;
}

async function openFile(path: string): Promise<NodeJS.ReadableStream> {
  try {
    return (await open(path)).createReadStream();
  } catch (cause) {
    throw new GluttonyError("change.file_unreadable", { path }, { cause });
  }
}

async function describeLine({ line, lineNumber }: Line, settings: LineSettings): Promise<object> {
  const { reveal } = settings;
  try {
    const record = recordOfLine(line, lineNumber);
    const described = await describeWith(record, settings);
    return "failure" in described && reveal ? { ...described, record: revealed(record) } : described;
  } catch (thrown) {
    const error = toGluttonyError(thrown);
    if (!(thrown instanceof GluttonyError)) throw thrown;
    const { path, seen } = error.facts;
    return { failure: { code: error.code, line: lineNumber, path: String(path), detail: String(seen) } };
  }
}

function revealed({ key, value }: RawRecord): object {
  const textOf = (bytes: Uint8Array | null): string | null =>
    bytes === null ? null : Buffer.from(bytes).toString();
  return { key: textOf(key), value: textOf(value) };
}
