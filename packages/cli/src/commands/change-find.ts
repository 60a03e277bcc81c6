import { Command } from "commander";
import { apiAddressOf, askApi } from "../api-client.ts";
import { changeLines } from "../output/change-lines.ts";
import { type Fields, fieldsOf, itemsOf, shown } from "../output/fields.ts";
import { printJson, printLines } from "../output/print.ts";
import { type ApiOptions, outputOption, urlOption } from "./common-options.ts";
import { wholeNumber } from "./whole-number.ts";

/** Pages that one command asks for; where it stopped is said. */
const pagesMax = 100;
const countStandard = 20;

interface WhereOptions extends ApiOptions {
  readonly topic?: string;
  readonly table?: string;
  readonly key: string;
  readonly partition?: string;
  readonly from?: string;
  readonly to?: string;
}

interface PeekOptions extends ApiOptions {
  readonly partition?: string;
  readonly count: number;
}

/** What `gluttony change` asks a host: values come masked as the host's rules say. */
export function changeFindCommands(): readonly Command[] {
  return [
    ofKey("find", "the first page of what was changed in the row of a key").action((options: WhereOptions) =>
      show(options, searchOf(options), 1),
    ),
    ofKey("history", "everything that was changed in the row of a key, oldest first").action(
      (options: WhereOptions) => show(options, searchOf(options), pagesMax),
    ),
    ofApi("peek", "the newest records of a topic")
      .argument("<topic>", "a topic that a consumer reads")
      .option("--partition <n>", "of this partition only")
      .option("--count <n>", "records at most", wholeNumber, countStandard)
      .action((topic: string, options: PeekOptions) => {
        const { partition, count } = options;
        const where = partition === undefined ? {} : { partition };
        return show(options, { topic, ...where, limit: String(count) }, 1);
      }),
  ];
}

function ofKey(name: string, description: string): Command {
  return ofApi(name, description)
    .requiredOption("--key <key>", "the row's key, such as {\"id\":42}, or a key's own text")
    .option("--table <table>", "schema.table")
    .option("--topic <topic>", "in place of a table")
    .option("--partition <n>", "this partition, or all; by default the key's own")
    .option("--from <time>", "from this time on (RFC 3339)")
    .option("--to <time>", "before this time (RFC 3339)");
}

function ofApi(name: string, description: string): Command {
  return new Command(name).description(description).addOption(outputOption()).addOption(urlOption());
}

function searchOf(options: WhereOptions): Fields {
  const { topic, table, key, partition, from, to } = options;
  return Object.fromEntries(
    Object.entries({ topic, table, key, partition, from, to }).filter(([, value]) => value !== undefined),
  );
}

async function show(options: ApiOptions, search: Fields, pages: number): Promise<void> {
  const api = apiAddressOf(options.url);
  const items: Fields[] = [];
  let body: unknown = {};
  let cursor: Fields = {};
  for (let page = 0; page < pages; page += 1) {
    // In the body: a key belongs into no log of addresses.
    const wish = { method: "POST", path: "/api/v1/changes:search", body: { ...search, ...cursor } } as const;
    ({ body } = await askApi(api, wish));
    items.push(...itemsOf(body));
    const { next } = fieldsOf(body);
    if (typeof next !== "string") break;
    cursor = { cursor: next };
  }
  if (options.output === "json") return printJson({ ...fieldsOf(body), items });
  printLines([...items.flatMap(changeLines), ...searchedLines(fieldsOf(body))]);
}

function searchedLines({ searched, keyPlace }: Fields): readonly string[] {
  const { offsets, ofOffsets, isComplete, goesOnAt } = fieldsOf(searched);
  const { partition, offset } = fieldsOf(goesOnAt);
  const { note } = fieldsOf(keyPlace);
  const rest = isComplete === true ? "" : `; it goes on at ${shown(partition)}@${shown(offset)}`;
  return [
    `searched ${shown(offsets)} of ${shown(ofOffsets)} offsets${rest}`,
    ...(note === undefined ? [] : [shown(note)]),
  ];
}
