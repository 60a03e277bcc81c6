import { GluttonyError } from "@gluttony/model";
import { Command, Option } from "commander";
import { type ApiAddress, apiAddressOf, askApi } from "../api-client.ts";
import { type Fields, fieldsOf, itemsOf, shown } from "../output/fields.ts";
import { printJson, printLines, printListing } from "../output/print.ts";
import { tableLines } from "../output/table.ts";
import { type ApiOptions, outputOption, reasonOption, urlOption } from "./common-options.ts";
import { wholeNumber } from "./whole-number.ts";

/** Milliseconds for a plan or a move: the log's bounds of every partition are asked for. */
const moveTimeoutMs = 60_000;

/** `gluttony consumer position`: from where partitions are read, planned before it is moved. */
export function positionCommand(): Command {
  const command = new Command("position").description(
    "from where partitions are read; planned, moved, gone back to",
  );
  command.addCommand(
    ofConsumer("show", "list the marks of a consumer").action(async (name: string, options: ApiOptions) => {
      const { body } = await askApi(apiAddressOf(options.url), { method: "GET", path: pathOf(name) });
      const rows = itemsOf(body).map(({ topic, partition, start, mark }) =>
        [topic, partition, start, mark].map(shown),
      );
      printListing({ header: ["TOPIC", "PARTITION", "START", "MARK"], rows, value: body }, options.output);
    }),
  );
  command.addCommand(
    ofConsumer("snapshots", "list where partitions stood before a person moved them").action(
      async (name: string, options: ApiOptions) => {
        const { body } = await askApi(apiAddressOf(options.url), {
          method: "GET",
          path: `${pathOf(name)}/snapshots`,
        });
        const rows = itemsOf(body).map(({ id, at, actor, reason, partitions }) =>
          [id, at, actor, Array.isArray(partitions) ? partitions.length : 0, reason].map(shown),
        );
        printListing(
          { header: ["ID", "AT", "ACTOR", "PARTITIONS", "REASON"], rows, value: body },
          options.output,
        );
      },
    ),
  );
  command.addCommand(
    withTarget("plan", "say what a move would read again and skip; changes nothing").action(
      async (name: string, options: TargetOptions) => {
        const plan = await planOf(apiAddressOf(options.url), name, options);
        if (options.output === "json") printJson(plan);
        else printLines(planLines(plan));
      },
    ),
  );
  command.addCommand(
    withTarget("reset", "plan a move and do it; with the hash of a plan, only if it is still that plan")
      .addOption(reasonOption().makeOptionMandatory())
      .option("--plan-hash <hash>", "what the plan that you looked at would do, as `position plan` prints it")
      .action(async (name: string, options: ResetOptions) => {
        const api = apiAddressOf(options.url);
        const plan = await planOf(api, name, options);
        requireSamePlan(plan, options.planHash);
        await apply(api, { name, plan, options });
      }),
  );
  command.addCommand(
    ofConsumer("undo", "go back to where the partitions stood before the last move")
      .addOption(reasonOption().makeOptionMandatory())
      .action(async (name: string, options: ApiOptions & { readonly reason: string }) => {
        const api = apiAddressOf(options.url);
        const { body } = await askApi(api, { method: "GET", path: `${pathOf(name)}/snapshots` });
        const [last] = itemsOf(body);
        if (last === undefined) throw new GluttonyError("position.snapshot_unknown", { consumer: name });
        const plan = await planOf(api, name, { snapshot: shown(last["id"]) });
        await apply(api, { name, plan, options });
      }),
  );
  return command;
}

interface Target {
  readonly to?: "earliest" | "latest";
  readonly time?: string;
  readonly shift?: string;
  readonly offset?: readonly string[];
  readonly snapshot?: string;
  readonly partition?: readonly number[];
}

interface TargetOptions extends ApiOptions, Target {}

interface ResetOptions extends TargetOptions {
  readonly reason: string;
  readonly planHash?: string;
}

function withTarget(name: string, description: string): Command {
  return ofConsumer(name, description)
    .addOption(new Option("--to <end>", "an end of the log").choices(["earliest", "latest"]))
    .option("--time <time>", "the first record of this time or later (RFC 3339)")
    .option("--shift <n>", "so many records on, or back with a minus")
    .option("--offset <partition=offset...>", "an offset for each partition that is to move")
    .option("--snapshot <id>", "where partitions stood before an earlier move")
    .option(
      "--partition <n...>",
      "only these partitions",
      (text: string, before: readonly number[] | undefined) => [...(before ?? []), wholeNumber(text)],
    );
}

async function planOf(api: ApiAddress, name: string, target: Target): Promise<Fields> {
  const { body } = await askApi(api, {
    method: "POST",
    path: `${pathOf(name)}:plan`,
    body: {
      to: targetOf(target),
      ...(target.partition === undefined ? {} : { partitions: target.partition }),
    },
    timeoutMs: moveTimeoutMs,
  });
  return fieldsOf(body);
}

function targetOf({ to, time, shift, offset, snapshot }: Target): object {
  const given = [
    ...(to === undefined ? [] : [{ kind: to }]),
    ...(time === undefined ? [] : [{ kind: "time", time: new Date(time).toISOString() }]),
    ...(shift === undefined ? [] : [{ kind: "shift", by: shift }]),
    ...(offset === undefined ? [] : [{ kind: "offsets", offsets: Object.fromEntries(offset.map(pairOf)) }]),
    ...(snapshot === undefined ? [] : [{ kind: "snapshot", id: snapshot }]),
  ];
  const [one] = given;
  if (one !== undefined && given.length === 1) return one;
  const fault = { path: "--to", message: "Give one of --to, --time, --shift, --offset, --snapshot." };
  throw new GluttonyError("request.invalid", {}, { faults: [fault] });
}

function pairOf(text: string): readonly [string, string] {
  const [partition, offset] = text.split("=");
  if (partition !== undefined && offset !== undefined && /^\d+$/.test(partition) && /^\d+$/.test(offset))
    return [partition, offset];
  const fault = { path: "--offset", message: "Is written partition=offset.", suggestion: "0=1500" };
  throw new GluttonyError("request.invalid", {}, { faults: [fault] });
}

/** The hash of a plan covers its time; what it would do is compared, so that an older look still counts. */
function requireSamePlan(plan: Fields, hash: string | undefined): void {
  if (hash === undefined || hash === deedOf(plan)) return;
  throw new GluttonyError("position.plan_stale", { seen: hash, current: deedOf(plan) });
}

/** What a plan would do, in short: partitions and where each goes to. */
function deedOf(plan: Fields): string {
  const partitions = Array.isArray(plan["partitions"]) ? plan["partitions"].map(fieldsOf) : [];
  return `r${shown(plan["revision"])}:${partitions.map(({ partition, to }) => `${shown(partition)}=${shown(to)}`).join(",")}`;
}

async function apply(
  api: ApiAddress,
  move: {
    readonly name: string;
    readonly plan: Fields;
    readonly options: ApiOptions & { readonly reason: string };
  },
): Promise<void> {
  const { name, plan, options } = move;
  if (!Array.isArray(plan["partitions"]) || plan["partitions"].length === 0) {
    if (options.output === "json") printJson({ partitions: [] });
    else printLines(["Nothing to move."]);
    return;
  }
  const { body } = await askApi(api, {
    method: "POST",
    path: `${pathOf(name)}:apply`,
    body: { plan, reason: options.reason },
    timeoutMs: moveTimeoutMs,
  });
  if (options.output === "json") printJson(body);
  else printLines(moveLines(fieldsOf(body)["partitions"]));
}

function planLines(plan: Fields): readonly string[] {
  const warnings = Array.isArray(plan["warnings"]) ? plan["warnings"].map(fieldsOf) : [];
  return [
    ...moveLines(plan["partitions"]),
    `in all: ${shown(plan["rereads"])} read again, ${shown(plan["skips"])} skipped`,
    ...warnings.map(
      ({ message, partition }) =>
        `! ${partition === null ? "" : `partition ${shown(partition)}: `}${shown(message)}`,
    ),
    `plan hash: ${deedOf(plan)}`,
  ];
}

function moveLines(partitions: unknown): readonly string[] {
  const rows = (Array.isArray(partitions) ? partitions.map(fieldsOf) : []).map(
    ({ partition, from, to, rereads, skips }) => [partition, from, to, rereads, skips].map(shown),
  );
  return tableLines(["PARTITION", "FROM", "TO", "READ AGAIN", "SKIPPED"], rows);
}

function ofConsumer(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .argument("<consumer>", "name or id")
    .addOption(outputOption())
    .addOption(urlOption());
}

function pathOf(consumer: string): string {
  return `/api/v1/consumers/${encodeURIComponent(consumer)}/positions`;
}
