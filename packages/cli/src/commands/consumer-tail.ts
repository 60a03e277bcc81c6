import { Command, Option } from "commander";
import { type ApiAddress, apiAddressOf } from "../api-client.ts";
import { followLive, type LiveEvent } from "../live/follow-live.ts";
import { ToldOnce } from "../live/told-once.ts";
import { type Fields, itemsOf } from "../output/fields.ts";
import { printLines } from "../output/print.ts";
import { gapLine, tailLines } from "../output/tail-lines.ts";
import { urlOption } from "./common-options.ts";
import { recordPages, recordWishOf, type RecordOptions, withRecordOptions } from "./consumer-records.ts";
import { wholeNumber } from "./whole-number.ts";

interface TailOptions extends RecordOptions {
  readonly output: "table" | "json" | "jsonl";
  readonly url?: string;
  readonly count?: number;
}

/** `gluttony consumer tail`: follows a consumer's records until Ctrl-C, which is no failure. */
export function tailCommand(): Command {
  return withRecordOptions(new Command("tail"))
    .description("follow the consumer's records, column by column, and what becomes of each; Ctrl-C ends it")
    .argument("<consumer>", "name or id")
    .option("--count <n>", "end after so many records", wholeNumber)
    .addOption(
      new Option("-o, --output <format>", "how to print; json and jsonl are one object a line")
        .choices(["table", "json", "jsonl"])
        .default("table"),
    )
    .addOption(urlOption())
    .action(tail);
}

async function tail(consumer: string, options: TailOptions): Promise<void> {
  const over = new AbortController();
  const interrupt = (): void => over.abort();
  process.once("SIGINT", interrupt);
  try {
    let left = options.count ?? Number.POSITIVE_INFINITY;
    for await (const event of eventsOf(apiAddressOf(options.url), { consumer, options }, over.signal)) {
      const isRecord = event.event === "record";
      if (isRecord || event.event === "gap") printLines(linesOf(event, options));
      if (isRecord) left -= 1;
      if (left <= 0) break;
    }
  } finally {
    process.removeListener("SIGINT", interrupt);
    over.abort();
  }
}

/** What was from a time on, and then what is, each once. */
async function* eventsOf(
  api: ApiAddress,
  { consumer, options }: { readonly consumer: string; readonly options: TailOptions },
  signal: AbortSignal,
): AsyncGenerator<LiveEvent> {
  const told = new ToldOnce();
  const { from, ...body } = recordWishOf(options);
  let after: string | null = null;
  if (from !== undefined) {
    const wish = { consumer, body: { ...body, from }, count: Number.MAX_SAFE_INTEGER };
    for await (const page of recordPages(api, wish)) {
      // Of the first page: what was written while the others were read comes again, and is known.
      after ??= placeOf(page);
      for (const data of itemsOf(page)) if (told.isNews(data)) yield { event: "record", data };
      if (signal.aborted) return;
    }
  }
  const path = `/api/v1/consumers/${encodeURIComponent(consumer)}/live:search`;
  for await (const event of followLive(api, { path, body, after }, signal))
    if (event.event !== "record" || told.isNews(event.data)) yield event;
}

function placeOf({ liveFrom }: Fields): string | null {
  return typeof liveFrom === "string" ? liveFrom : null;
}

function linesOf({ event, data }: LiveEvent, { output }: TailOptions): readonly string[] {
  if (output !== "table") return [JSON.stringify({ event, ...data })];
  if (event === "gap") return [gapLine(data)];
  return tailLines(data, process.stdout.isTTY && process.env["NO_COLOR"] === undefined);
}
