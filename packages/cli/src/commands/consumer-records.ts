import { outcomeNames } from "@gluttony/admin";
import { GluttonyError } from "@gluttony/model";
import { Command } from "commander";
import { type ApiAddress, apiAddressOf, askApi } from "../api-client.ts";
import { untilTimeOf } from "../operation/until-time.ts";
import { type Fields, fieldsOf, itemsOf, shown } from "../output/fields.ts";
import { printJson, printLines } from "../output/print.ts";
import { tailLines } from "../output/tail-lines.ts";
import { type ApiOptions, outputOption, urlOption } from "./common-options.ts";
import { wholeNumber } from "./whole-number.ts";

/** Pages that one command asks for; where it stopped is said. */
const pagesMax = 100;
const countStandard = 20;

/** Which records of a consumer. */
export interface RecordOptions {
  readonly key?: string;
  readonly partition?: string;
  readonly from?: string;
  readonly op?: string;
  readonly outcome?: string;
}

interface ListOptions extends ApiOptions, RecordOptions {
  readonly to?: string;
  readonly offset?: string;
  readonly count: number;
}

/** `gluttony consumer records`: what became of each record of a consumer. */
export function recordsCommand(): Command {
  return withRecordOptions(new Command("records"))
    .description("the consumer's records, the newest unless told otherwise, and what became of each")
    .argument("<consumer>", "name or id")
    .option("--to <time>", "before this time: RFC 3339, or 10m for ten minutes ago")
    .option("--offset <n>", "from this offset of --partition on")
    .option("--count <n>", "records at most", wholeNumber, countStandard)
    .addOption(outputOption())
    .addOption(urlOption())
    .action(list);
}

/** The options that say which records. */
export function withRecordOptions(command: Command): Command {
  return command
    .option("--from <time>", "from this time on: RFC 3339, or 10m for ten minutes ago")
    .option("--key <key>", 'of this key, such as {"id":42}, or a key\'s own text')
    .option("--partition <n>", "of this partition only")
    .option("--op <letters>", "only these operations: c, u, d, r, t; several as c,d")
    .option("--outcome <names>", `only with these outcomes, as parked,retrying: ${outcomeNames.join(", ")}`);
}

async function list(consumer: string, options: ListOptions): Promise<void> {
  const api = apiAddressOf(options.url);
  const { to, offset, count } = options;
  const body = {
    ...recordWishOf(options),
    ...(to === undefined ? {} : { to: timeAgo(to) }),
    ...(offset === undefined ? {} : { fromOffset: offset }),
  };
  const items: Fields[] = [];
  let last: Fields = {};
  for await (const page of recordPages(api, { consumer, body, count })) {
    items.push(...itemsOf(page));
    last = page;
  }
  const shownItems = items.slice(0, count);
  if (options.output === "json") return printJson({ ...last, items: shownItems });
  const { offsets, ofOffsets } = fieldsOf(last["searched"]);
  printLines([
    ...shownItems.flatMap((item) => tailLines(item, false)),
    `searched ${shown(offsets)} of ${shown(ofOffsets)} offsets`,
  ]);
}

/** What is asked for, as the API takes it. Throws `request.invalid` for a time that is none. */
export function recordWishOf({ key, partition, from, op, outcome }: RecordOptions): Fields {
  const given = { key, partition, op, outcome, from: from === undefined ? undefined : timeAgo(from) };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** Pages of records until there are so many, or no more. The key goes in the body: it belongs into no log of addresses. */
export async function* recordPages(
  api: ApiAddress,
  wish: { readonly consumer: string; readonly body: Fields; readonly count: number },
): AsyncGenerator<Fields> {
  const path = `/api/v1/consumers/${encodeURIComponent(wish.consumer)}/records:search`;
  let cursor: Fields = {};
  let left = wish.count;
  for (let pages = 0; pages < pagesMax && left > 0; pages += 1) {
    const limit = String(Math.min(200, left));
    const { body } = await askApi(api, { method: "POST", path, body: { ...wish.body, limit, ...cursor } });
    yield fieldsOf(body);
    left -= itemsOf(body).length;
    const { next } = fieldsOf(body);
    if (typeof next !== "string") return;
    cursor = { cursor: next };
  }
}

/** A time, or how long ago it is. Throws `request.invalid`. */
function timeAgo(text: string): string {
  const nowMs = Date.now();
  const time = untilTimeOf(text, nowMs);
  if (time === null) throw new GluttonyError("request.invalid", { seen: text, expected: "RFC 3339, or 10m" });
  const isAgo = /^\d+[smhd]$/.test(text);
  return new Date(isAgo ? 2 * nowMs - time.getTime() : time.getTime()).toISOString();
}
