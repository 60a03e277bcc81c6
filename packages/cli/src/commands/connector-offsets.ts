import { GluttonyError } from "@gluttony/model";
import { Command } from "commander";
import { faultLines, listIn } from "../output/connector-lines.ts";
import { type Fields, fieldsOf, shown } from "../output/fields.ts";
import { printListing } from "../output/print.ts";
import { type ApiOptions, reasonOption } from "./common-options.ts";
import {
  collectPairs,
  ofConnector,
  pairOf,
  pathOf,
  printAnswer,
  read,
  send,
  withReason,
} from "./connector-options.ts";

interface ResetOptions extends ApiOptions {
  readonly partition: readonly (readonly [string, string])[];
  readonly set?: string;
  readonly forget?: true;
  readonly reason: string;
  readonly dryRun?: true;
}

/** `gluttony connector offsets`: where connectors read their sources. */
export function offsetsCommand(): Command {
  const command = new Command("offsets").description(
    "where a connector reads its source; changed while it is stopped",
  );
  command.addCommand(showCommand());
  command.addCommand(resetCommand());
  return command;
}

function showCommand(): Command {
  return ofConnector("show", "show where a connector reads its source").action(
    async (name: string, options: ApiOptions) => {
      const body = await read(options, pathOf(name, "/offsets"));
      const rows = listIn(body, "offsets").flatMap(({ partition, offset }) =>
        Object.entries(fieldsOf(offset)).map(([field, value]) => [shown(partition), field, shown(value)]),
      );
      printListing({ header: ["PARTITION", "FIELD", "VALUE"], rows, value: body }, options.output);
    },
  );
}

function resetCommand(): Command {
  return ofConnector(
    "reset",
    "change one field of a position, or forget all positions, of a stopped connector",
  )
    .option("--partition <name=value>", "of which partition; may be repeated", collectPairs, [])
    .option("--set <field=value>", "the field and its new value, as it was read")
    .option("--forget", "forget every position: it begins as its snapshot mode says")
    .option("--dry-run", "print the plan and change nothing")
    .addOption(reasonOption().makeOptionMandatory())
    .action(async (name: string, options: ResetOptions) => {
      const deed = await deedOf(name, options);
      const plan = await send(options, pathOf(name, "/offsets:plan"), { deed });
      if (options.dryRun === true) {
        if (listIn(plan, "refusals").length > 0) process.exitCode = 2;
        return printAnswer(plan, planLines(plan), options);
      }
      const body = { deed, hash: shown(plan["hash"]), ...withReason(options.reason) };
      const done = await send(options, pathOf(name, "/offsets:apply"), body);
      return printAnswer(done, planLines(done), options);
    });
}

async function deedOf(name: string, options: ResetOptions): Promise<object> {
  const { set, forget, partition } = options;
  if (forget === true && set === undefined) return { do: "forget" };
  if (set === undefined || forget === true)
    throw invalid("--set", "Give one of --set and --forget.", "--set lsn=123");
  const [field, value] = pairOf(set);
  const there = listIn(await read(options, pathOf(name, "/offsets")), "offsets");
  const only = there.length === 1 ? fieldsOf(there[0]?.["partition"]) : {};
  const chosen = partition.length === 0 ? only : Object.fromEntries(partition);
  const entry = there.find((one) => JSON.stringify(fieldsOf(one["partition"])) === JSON.stringify(chosen));
  // The kind that the field has now decides how the text is meant: a number as a text ends the task.
  const before = fieldsOf(entry?.["offset"])[field];
  return { do: "move", partition: chosen, field, value: sameKind(value, before) };
}

function sameKind(written: string, before: unknown): string | number | boolean {
  if (typeof before === "number" && /^-?\d{1,16}$/.test(written)) return Number(written);
  if (typeof before === "boolean" && /^(?:true|false)$/.test(written)) return written === "true";
  return written;
}

function planLines(plan: Fields): readonly string[] {
  const lineOf = (title: string, one: Fields): string =>
    `${title} ${shown(one["partition"])}: ${shown(one["offset"])}`;
  return [
    `${shown(plan["do"])} ${shown(plan["connector"])}`,
    ...listIn(plan, "before").map((one) => lineOf("before", one)),
    ...listIn(plan, "after").map((one) => lineOf("after ", one)),
    ...faultLines("✕", listIn(plan, "refusals")),
    ...faultLines("!", listIn(plan, "warnings")),
  ];
}

function invalid(path: string, message: string, suggestion: string): GluttonyError {
  return new GluttonyError("request.invalid", {}, { faults: [{ path, message, suggestion }] });
}
