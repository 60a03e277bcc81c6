import { GluttonyError } from "@gluttony/model";
import { Command, InvalidArgumentError, Option } from "commander";
import { apiAddressOf, askApi } from "../api-client.ts";
import { type Fields, fieldsOf, shown } from "../output/fields.ts";
import { letterPlanLines } from "../output/letter-plan-lines.ts";
import { printJson, printLines } from "../output/print.ts";
import { type ApiOptions, outputOption, urlOption } from "./common-options.ts";
import { wholeNumber } from "./whole-number.ts";

/** Milliseconds that the database may need to mark every letter of a long incident. */
const manyLettersTimeoutMs = 300_000;

/** `gluttony dead-letter replay`. */
export function replayCommand(): Command {
  return withSelection(
    new Command("replay").description("ask for dead letters to be run again, in the order of their key"),
  )
    .option("--reason <text>", "why, for those who look later")
    .option("--rate <n>", "begin at most this many per second", decimal)
    .option("--stop-after <n>", "park the rest again after so many failures", wholeNumber)
    .option("--force", "also letters that failed five replays")
    .addOption(dryRunOption())
    .addOption(planOption())
    .action((ids: readonly string[], options: SelectionOptions) => ask(ids, options, "replay"));
}

/** `gluttony dead-letter discard`. */
export function discardCommand(): Command {
  return withSelection(new Command("discard").description("give parked records up for good"))
    .option("--reason <text>", "why; without a patient's data; needed unless with --dry-run")
    .addOption(dryRunOption())
    .addOption(planOption())
    .action((ids: readonly string[], options: SelectionOptions) => ask(ids, options, "discard"));
}

/** `gluttony dead-letter restore`. */
export function restoreCommand(): Command {
  return withSelection(
    new Command("restore").description("take discarded records back, while they are still held"),
  ).action((ids: readonly string[], options: SelectionOptions) => ask(ids, options, "restore"));
}

function dryRunOption(): Option {
  return new Option("--dry-run", "say what would be taken and left; change nothing");
}

function planOption(): Option {
  return new Option("--plan <hash@end>", "only exactly the letters of this plan, as --dry-run prints it");
}

interface SelectionOptions extends ApiOptions {
  readonly consumer?: string;
  readonly code?: string;
  readonly partition?: number;
  readonly subject?: string;
  readonly before?: string;
  readonly after?: string;
  readonly reason?: string;
  readonly rate?: number;
  readonly stopAfter?: number;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly plan?: string;
}

function withSelection(command: Command): Command {
  return command
    .argument("[ids...]", "dead letters; else --consumer")
    .option("--consumer <consumer>", "all of one consumer, narrowed by what follows")
    .option("--code <code>", "that failed with this code")
    .option("--partition <n>", "of one partition", wholeNumber)
    .option("--subject <subject>", "of one key's hash")
    .option("--before <time>", "parked before this time, as 2026-01-31T00:00:00Z")
    .option("--after <time>", "parked after this time")
    .addOption(outputOption())
    .addOption(urlOption());
}

async function ask(
  ids: readonly string[],
  options: SelectionOptions,
  deed: "replay" | "discard" | "restore",
): Promise<void> {
  if (options.dryRun === true) return plan(ids, options, deed);
  if (deed === "discard" && options.reason === undefined)
    throw new GluttonyError("dead_letter.reason_required", { missing: "--reason" });
  const { body } = await askApi(apiAddressOf(options.url), {
    method: "POST",
    path: `/api/v1/dead-letters:${deed}`,
    body: { ...bodyOf(ids, options), ...shownPlan(options.plan) },
    timeoutMs: manyLettersTimeoutMs,
  });
  if (options.output === "json") printJson(body);
  else printLines([sentenceOf(fieldsOf(body), deed)]);
}

/** Asks what would become of the letters, and prints it. */
async function plan(ids: readonly string[], options: SelectionOptions, deed: string): Promise<void> {
  const { reason: _, rate: _rate, stopAfter: _stop, ...selection } = options;
  const { body } = await askApi(apiAddressOf(options.url), {
    method: "POST",
    path: `/api/v1/dead-letters:plan-${deed}`,
    body: bodyOf(ids, selection),
    timeoutMs: manyLettersTimeoutMs,
  });
  if (options.output === "json") printJson(body);
  else printLines(letterPlanLines(fieldsOf(body)));
}

/** The plan that `--plan` names, as the API wants it. */
function shownPlan(written: string | undefined): Fields {
  if (written === undefined) return {};
  const [hash, expiresAt] = written.split("@");
  return { plan: { hash, expiresAt } };
}

/** What is not given is left out of the body. */
function bodyOf(ids: readonly string[], options: SelectionOptions): Fields {
  if (ids.length === 0 && options.consumer === undefined) {
    throw new GluttonyError("request.invalid", { missing: "ids or --consumer" });
  }
  const { consumer, code, partition, subject, before, after, reason, rate, stopAfter, force } = options;
  const selection = {
    consumer,
    failureCode: code,
    partition,
    subject,
    parkedBefore: before,
    parkedAfter: after,
  };
  const wish = { reason, perSecondMax: rate, failuresMax: stopAfter, force };
  const given = Object.entries({ ...selection, ...wish }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(ids.length === 0 ? given : [["ids", ids], ...given]);
}

function sentenceOf(body: Fields, deed: "replay" | "discard" | "restore"): string {
  if (deed === "discard") return `discarded ${shown(body["discarded"])}`;
  if (deed === "restore") return `restored ${shown(body["restored"])}`;
  return `asked for ${shown(body["asked"])} in order ${shown(body["id"])}: gluttony dead-letter orders`;
}

function decimal(text: string): number {
  if (/^\d{1,6}(\.\d{1,3})?$/.test(text)) return Number(text);
  throw new InvalidArgumentError("must be a number, as 5 or 0.5");
}
