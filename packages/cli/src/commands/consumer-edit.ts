import { GluttonyError } from "@gluttony/model";
import { Command } from "commander";
import { apiAddressOf, askApi } from "../api-client.ts";
import { type EditedText, editorOf, editText } from "../edit-text.ts";
import { type Fields, fieldsOf, shown } from "../output/fields.ts";
import { printJson, printLines } from "../output/print.ts";
import { processEnvironment } from "../parse-environment.ts";
import { type ApiOptions, outputOption, urlOption } from "./common-options.ts";

/** Columns that a GET shows and nobody writes. */
const readOnly: ReadonlySet<string> = new Set(["id", "count", "creation_time", "revision", "steering"]);

/** `gluttony consumer edit`: the consumer in an editor, written back on the revision that was read. */
export function editCommand(): Command {
  return new Command("edit")
    .description("open a consumer in $VISUAL or $EDITOR, and write back what was changed")
    .argument("<consumer>", "name or id")
    .addOption(outputOption())
    .addOption(urlOption())
    .action(edit);
}

async function edit(consumer: string, options: ApiOptions): Promise<void> {
  const api = apiAddressOf(options.url);
  const path = `/api/v1/consumers/${encodeURIComponent(consumer)}`;
  const read = await askApi(api, { method: "GET", path });
  const columns = Object.entries(fieldsOf(read.body)).filter(([name]) => !readOnly.has(name));
  const before = `${JSON.stringify(Object.fromEntries(columns), null, 2)}\n`;
  const edited = editText(before, "consumer.json", editorOf(processEnvironment.env));
  if (edited.text === before) {
    edited.discard();
    printLines(["nothing was changed"]);
    return;
  }
  try {
    const body = bodyOf(edited);
    const ifMatch = read.etag === null ? {} : { ifMatch: read.etag };
    const written = await askApi(api, { method: "PUT", path, body, ...ifMatch });
    edited.discard();
    if (options.output === "json") printJson(written.body);
    else printLines([`${consumer} is now revision ${shown(fieldsOf(written.body)["revision"])}`]);
  } catch (error) {
    // What was written by hand is not thrown away with a refusal.
    process.stderr.write(`what you wrote is kept in ${edited.file}\n`);
    throw error;
  }
}

function bodyOf({ text, file }: EditedText): Fields {
  try {
    return fieldsOf(JSON.parse(text));
  } catch (error) {
    throw new GluttonyError("request.invalid", { file, problem: "not JSON" }, { cause: error });
  }
}
