import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import { apiAddressOf, askApi } from "../api-client.ts";
import { fieldsOf } from "../output/fields.ts";
import { overviewLines } from "../output/overview-lines.ts";
import { printJson, printLines } from "../output/print.ts";
import { type ApiOptions, outputOption, urlOption } from "./common-options.ts";
import { wholeNumber } from "./whole-number.ts";

const everySecondsStandard = 2;
const clearScreen = "\u001b[H\u001b[2J";

interface StatusOptions extends ApiOptions {
  readonly state?: string;
  readonly watch?: boolean;
  readonly every: number;
}

/** `gluttony status`: everything in one view, worst first. */
export function statusCommand(): Command {
  return new Command("status")
    .description("all consumers in one view, worst first, each from its source to its targets")
    .option("--state <state>", "only consumers in this state, as blocked")
    .option("--watch", "show it again and again until Ctrl-C; with -o json, one line each")
    .option("--every <seconds>", "how often, with --watch", wholeNumber, everySecondsStandard)
    .addOption(outputOption())
    .addOption(urlOption())
    .action(async (options: StatusOptions) => {
      if (options.watch !== true) return showOnce(options);
      const interrupted = new AbortController();
      process.once("SIGINT", () => interrupted.abort());
      await watch(options, interrupted.signal);
    });
}

async function showOnce(options: StatusOptions): Promise<void> {
  const body = await readOverview(options);
  if (options.output === "json") printJson(body);
  else printLines(overviewLines(fieldsOf(body)));
}

async function watch(options: StatusOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const body = await readOverview(options);
    if (options.output === "json") printLines([JSON.stringify(body)]);
    else
      printLines([`${process.stdout.isTTY ? clearScreen : ""}${overviewLines(fieldsOf(body)).join("\n")}`]);
    await sleep(Math.max(1, options.every) * 1_000, undefined, { signal }).catch(() => undefined);
  }
}

async function readOverview({ url, state }: StatusOptions): Promise<unknown> {
  const query = new URLSearchParams({ limit: "200", ...(state === undefined ? {} : { state }) });
  const { body } = await askApi(apiAddressOf(url), {
    method: "GET",
    path: `/api/v1/overview?${query.toString()}`,
  });
  return body;
}
