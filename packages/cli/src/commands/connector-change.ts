import { GluttonyError } from "@gluttony/model";
import { Command } from "commander";
import { faultLines, listIn, planLines } from "../output/connector-lines.ts";
import { type Fields, fieldsOf, shown } from "../output/fields.ts";
import { printJson, printLines } from "../output/print.ts";
import { type ApiOptions, reasonOption } from "./common-options.ts";
import {
  collectPairs,
  ofConnector,
  pathOf,
  printAnswer,
  read,
  readJsonFile,
  send,
  withApi,
  withReason,
} from "./connector-options.ts";

interface PlannedOptions extends ApiOptions {
  readonly reason?: string;
  readonly dryRun?: true;
  readonly planHash?: string;
}

/** Connectors are changed by plan: it is printed, and applied unless it is a dry run. */
export function changeCommands(): readonly Command[] {
  return [
    validateCommand(),
    createCommand(),
    applyCommand(),
    editCommand(),
    followCommand(),
    adoptCommand(),
    deleteCommand(),
  ];
}

function validateCommand(): Command {
  const command = new Command("validate")
    .description("check a configuration by our lists and by the worker, field by field")
    .argument("<file>", 'JSON file of { "name", "config" }, - for stdin');
  return withApi(command).action(async (file: string, options: ApiOptions) => {
    const { connector, config } = writtenIn(file);
    const result = await send(options, "connectors:validate", { connector, config });
    const isOk = result["ok"] === true;
    const faults = listIn(result, "faults");
    const warnings = listIn(result, "warnings");
    const summary = { faults: faults.length, warnings: warnings.length };
    if (options.output === "json") printJson({ command: "connector validate", ok: isOk, summary, result });
    else
      printLines([
        ...faultLines("✕", faults),
        ...faultLines("!", warnings),
        isOk ? "✓ It can be written." : `${faults.length} to mend.`,
      ]);
    if (!isOk) process.exitCode = 2;
  });
}

function createCommand(): Command {
  return planned(fileCommand("create", "make a connector from a JSON file")).action(
    async (file: string, options: PlannedOptions) => {
      const deed = { do: "write", ...writtenIn(file) };
      const plan = await planOf(deed, options);
      if (plan["isNew"] !== true)
        throw new GluttonyError("connect.name_taken", { connector: deed.connector });
      await applyPlan(deed, plan, options);
    },
  );
}

function applyCommand(): Command {
  return planned(fileCommand("apply", "make a connector, or bring it to what a JSON file says")).action(
    (file: string, options: PlannedOptions) => planAndApply({ do: "write", ...writtenIn(file) }, options),
  );
}

interface EditOptions extends PlannedOptions {
  readonly set: readonly (readonly [string, string])[];
  readonly unset: readonly string[];
}

function editCommand(): Command {
  return planned(ofConnector("edit", "change some options of a connector; the others stay"))
    .option("--set <option=value>", "give an option a value; may be repeated", collectPairs, [])
    .option("--unset <option>", "take an option away; may be repeated", names, [])
    .action(async (name: string, options: EditOptions) => {
      const config = fieldsOf((await read(options, pathOf(name)))["config"]);
      // Secrets come masked, and a mask that is sent back means the secret that runs.
      const kept = Object.entries(config).filter(([option]) => option !== "name");
      const unset = options.unset.map((option) => [option, null] as const);
      const written = Object.fromEntries([...kept, ...options.set, ...unset]);
      await planAndApply({ do: "write", connector: name, config: written }, options);
    });
}

function followCommand(): Command {
  const command = new Command("follow")
    .description("bring a connector back to what a consumer's row wants, drift included")
    .argument("<consumer>", "name or id");
  return planned(withApi(command)).action((consumer: string, options: PlannedOptions) =>
    planAndApply({ do: "follow", consumer }, options),
  );
}

interface AdoptOptions extends PlannedOptions {
  readonly consumer: readonly string[];
}

function adoptCommand(): Command {
  return planned(ofConnector("adopt", "take a connector into our care as it stands"))
    .option("--consumer <name>", "a consumer that uses it; may be repeated", names, [])
    .action((connector: string, options: AdoptOptions) =>
      planAndApply({ do: "adopt", connector, consumers: options.consumer }, options),
    );
}

interface DeleteOptions extends PlannedOptions {
  readonly slot?: true;
  readonly publication?: true;
}

function deleteCommand(): Command {
  return planned(ofConnector("delete", "take a connector away; one that a consumer uses stays"))
    .option("--slot", "drop its replication slot, too")
    .option("--publication", "drop its publication, too")
    .action((connector: string, { slot, publication, ...options }: DeleteOptions) =>
      planAndApply(
        { do: "remove", connector, slot: slot === true, publication: publication === true },
        options,
      ),
    );
}

function fileCommand(name: string, description: string): Command {
  const argument = 'JSON file of { "name", "config" }, - for stdin';
  return withApi(new Command(name).description(description).argument("<file>", argument));
}

function planned(command: Command): Command {
  return command
    .addOption(reasonOption())
    .option("--dry-run", "print the plan and change nothing")
    .option("--plan-hash <hash>", "apply the plan that was printed with this hash, or nothing");
}

/** The file's own forms: a name beside the configuration, as Kafka Connect takes it. */
function writtenIn(file: string): { readonly connector: string; readonly config: Fields } {
  const { name, config } = readJsonFile(file);
  if (typeof name === "string" && typeof config === "object")
    return { connector: name, config: fieldsOf(config) };
  const fault = { path: "", message: 'Must hold "name" and "config".' };
  throw new GluttonyError("request.invalid", { file }, { faults: [fault] });
}

async function planAndApply(deed: object, options: PlannedOptions): Promise<void> {
  // A plan that somebody looked at is sent as it is; the API says whether it still holds.
  const plan = options.planHash === undefined ? await planOf(deed, options) : { hash: options.planHash };
  await applyPlan(deed, plan, options);
}

function planOf(deed: object, options: ApiOptions): Promise<Fields> {
  return send(options, "connectors:plan", { deed });
}

async function applyPlan(deed: object, plan: Fields, options: PlannedOptions): Promise<void> {
  if (options.dryRun === true) {
    printAnswer(plan, planLines(plan), options);
    if (listIn(plan, "refusals").length > 0) process.exitCode = 2;
    return;
  }
  const body = { deed, hash: shown(plan["hash"]), ...withReason(options.reason) };
  const done = await send(options, "connectors:apply", body);
  printAnswer(done, planLines(done), options);
}

function names(written: string, before: readonly string[]): readonly string[] {
  return [...before, written];
}
