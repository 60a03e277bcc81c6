import { Command } from "commander";
import { apiAddressOf, askApi } from "../api-client.ts";
import { fieldsOf, itemsOf, shown } from "../output/fields.ts";
import { printJson, printLines, printListing } from "../output/print.ts";
import { type ApiOptions, outputOption, urlOption } from "./common-options.ts";
import { listRevisions } from "./consumer-revisions.ts";
import { wholeNumber } from "./whole-number.ts";

/** `gluttony consumer history`. */
export function historyCommand(): Command {
  return ofConsumer("history", "show the states it came to and what was done to mend it, the newest first")
    .option("--limit <n>", "at most this many lines", "50")
    .option("--revisions", "show who changed it, when, what and why, instead")
    .action((consumer: string, options: HistoryOptions) =>
      options.revisions === true ? listRevisions(consumer, options) : history(consumer, options),
    );
}

interface HistoryOptions extends ApiOptions {
  readonly limit: string;
  readonly revisions?: boolean;
}

async function history(consumer: string, options: HistoryOptions): Promise<void> {
  const query = new URLSearchParams({ limit: options.limit });
  const { body } = await askApi(apiAddressOf(options.url), {
    method: "GET",
    path: `${pathOf(consumer)}/history?${query.toString()}`,
  });
  const rows = itemsOf(body).map((line) =>
    [line["at"], line["hostId"], line["state"], line["code"], line["note"]].map(shown),
  );
  printListing({ header: ["AT", "HOST", "STATE", "CODE", "NOTE"], rows, value: body }, options.output);
}

/** `gluttony consumer move`. */
export function moveCommand(): Command {
  return ofConsumer("move", "choose from where a partition is read; skips or repeats records")
    .requiredOption("--partition <n>", "which partition", wholeNumber)
    .requiredOption("--to <offset>", "earliest, latest or an offset")
    .requiredOption("--reason <text>", "why; it is kept")
    .action(move);
}

interface MoveOptions extends ApiOptions {
  readonly partition: number;
  readonly to: string;
  readonly reason: string;
}

async function move(consumer: string, options: MoveOptions): Promise<void> {
  const { partition, to, reason } = options;
  const { body } = await askApi(apiAddressOf(options.url), {
    method: "POST",
    path: `${pathOf(consumer)}/positions/${partition}`,
    body: { to, reason },
  });
  if (options.output === "json") {
    printJson(body);
    return;
  }
  const { topic, mark, endings } = fieldsOf(body);
  const skipped = shown(fieldsOf(endings)["skipped"]);
  printLines([`${shown(topic)}/${partition} is read from ${shown(mark)}; skipped in all: ${skipped}`]);
}

/** `gluttony consumer fence-clear`. */
export function fenceClearCommand(): Command {
  return ofConsumer("fence-clear", "forget which versions were delivered, as after a restore of the source")
    .requiredOption("--reason <text>", "why; it is kept")
    .action(async (consumer: string, options: ApiOptions & { readonly reason: string }) => {
      const { body } = await askApi(apiAddressOf(options.url), {
        method: "POST",
        path: `${pathOf(consumer)}/fence:clear`,
        body: { reason: options.reason },
      });
      if (options.output === "json") printJson(body);
      else printLines([`forgot ${shown(fieldsOf(body)["cleared"])} keys`]);
    });
}

function ofConsumer(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .argument("<consumer>", "name or id")
    .addOption(outputOption())
    .addOption(urlOption());
}

function pathOf(consumer: string): string {
  return `/api/v1/consumers/${encodeURIComponent(consumer)}`;
}
