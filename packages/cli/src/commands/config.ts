import { GluttonyError } from "@gluttony/model";
import { Command, Option } from "commander";
import { apiAddressOf, askApi } from "../api-client.ts";
import { documentText, readDocument } from "../document-file.ts";
import { type Fields, fieldsOf, shown } from "../output/fields.ts";
import { printJson, printLines } from "../output/print.ts";
import { type ApiOptions, outputOption, reasonOption, urlOption } from "./common-options.ts";
import { configExplainCommand } from "./config-explain.ts";
import { configGetCommand } from "./config-get.ts";
import { configValidateCommand } from "./config-validate.ts";

/** Milliseconds for a plan or its doing: thousands of rows may be compared and written. */
const planTimeoutMs = 120_000;
/** What `config plan` ends with when there is something to change, so that scripts need not read it. */
const changesExit = 7;

/** `gluttony config`: the settings of this host, and all that people decided as one document that can be reviewed. */
export function configCommand(): Command {
  const command = new Command("config").description(
    "the settings of this host; consumers, decisions on plugins, and users as one document",
  );
  command.addCommand(configExplainCommand());
  command.addCommand(configGetCommand());
  command.addCommand(configValidateCommand());
  command.addCommand(exportCommand());
  command.addCommand(planCommand());
  command.addCommand(applyCommand());
  return command;
}

function exportCommand(): Command {
  return new Command("export")
    .description("write everything as one document, without secrets; the same rows give the same text")
    .addOption(new Option("-o, --output <format>", "how to print").choices(["yaml", "json"]).default("yaml"))
    .addOption(urlOption())
    .action(async (options: { readonly output: "yaml" | "json"; readonly url?: string }) => {
      const { body } = await askApi(apiAddressOf(options.url), {
        method: "GET",
        path: "/api/v1/config:export",
        timeoutMs: planTimeoutMs,
      });
      if (options.output === "json") printJson(body);
      else process.stdout.write(documentText(body));
    });
}

interface PlanOptions extends ApiOptions {
  readonly prune?: boolean;
}

function planCommand(): Command {
  return withDocument("plan", "say what a document would change; changes nothing").action(
    async (file: string, options: PlanOptions) => {
      const plan = await planOf(file, options);
      if (options.output === "json") printJson(plan);
      else printLines(planLines(plan));
      if (listAt(plan, "faults").length > 0) throw invalidOf(plan);
      if (listAt(plan, "changes").length > 0) process.exitCode = changesExit;
    },
  );
}

interface ApplyOptions extends PlanOptions {
  readonly planHash?: string;
  readonly reason?: string;
}

function applyCommand(): Command {
  return withDocument("apply", "bring everything to what a document says, or change nothing")
    .option(
      "--plan-hash <hash>",
      "as `config plan` prints it; without it the document is planned and applied at once",
    )
    .addOption(reasonOption())
    .action(async (file: string, options: ApplyOptions) => {
      const hash = options.planHash ?? (await hashOf(file, options));
      const { body } = await askApi(apiAddressOf(options.url), {
        method: "POST",
        path: "/api/v1/config:apply",
        body: {
          ...wanted(file, options),
          hash,
          ...(options.reason === undefined ? {} : { reason: options.reason }),
        },
        timeoutMs: planTimeoutMs,
      });
      if (options.output === "json") printJson(body);
      else printLines(changeLines(fieldsOf(body)));
    });
}

function withDocument(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .argument("<file>", "YAML or JSON file, - for stdin")
    .option("--prune", "also delete what the document does not name, within the sections that it has")
    .addOption(outputOption())
    .addOption(urlOption());
}

function wanted(file: string, { prune }: PlanOptions): object {
  return { document: readDocument(file), prune: prune ?? false };
}

async function planOf(file: string, options: PlanOptions): Promise<Fields> {
  const { body } = await askApi(apiAddressOf(options.url), {
    method: "POST",
    path: "/api/v1/config:plan",
    body: wanted(file, options),
    timeoutMs: planTimeoutMs,
  });
  return fieldsOf(body);
}

async function hashOf(file: string, options: PlanOptions): Promise<unknown> {
  const plan = await planOf(file, options);
  if (plan["hash"] === null) throw invalidOf(plan);
  return plan["hash"];
}

function invalidOf(plan: Fields): GluttonyError {
  const faults = listAt(plan, "faults").map(({ pointer, message, suggestion }) => ({
    path: shown(pointer),
    message: shown(message),
    ...(suggestion === undefined ? {} : { suggestion: shown(suggestion) }),
  }));
  return new GluttonyError("config.document_invalid", {}, { faults });
}

function planLines(plan: Fields): readonly string[] {
  const left = listAt(plan, "left").map(
    ({ kind, name }) => `  ${shown(kind)} ${shown(name)}: not named, stays`,
  );
  const warnings = listAt(plan, "warnings").map(({ message }) => `! ${shown(message)}`);
  const hash =
    plan["hash"] === null ? [] : [`plan: ${shown(plan["hash"])}, until ${shown(plan["expiresAt"])}`];
  return [...changeLines(plan), ...left, ...warnings, ...hash];
}

const signs: { readonly [deed: string]: string } = { create: "+", change: "~", delete: "-" };

function changeLines(plan: Fields): readonly string[] {
  const changes = listAt(plan, "changes");
  const lines = changes.flatMap((change) => {
    const { kind, name, effect } = change;
    const head = `${signs[shown(change["do"])] ?? "?"} ${shown(kind)} ${shown(name)} (${shown(effect)})`;
    const fields = listAt(change, "fields").map(
      ({ pointer, from, to }) => `    ${shown(pointer)}: ${shown(from)} → ${shown(to)}`,
    );
    return [head, ...fields];
  });
  return [...lines, `${changes.length} to change, ${shown(plan["unchanged"])} as they should be`];
}

function listAt(value: Fields, name: string): readonly Fields[] {
  const list = value[name];
  return Array.isArray(list) ? list.map(fieldsOf) : [];
}
