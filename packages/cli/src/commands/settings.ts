import { type Fault, GluttonyError } from "@gluttony/model";
import { Command } from "commander";
import { type ApiAddress, apiAddressOf, askApi } from "../api-client.ts";
import { type Fields, fieldsOf, itemsOf, shown } from "../output/fields.ts";
import { printJson, printLines, printListing } from "../output/print.ts";
import { type ApiOptions, outputOption, urlOption } from "./common-options.ts";

const path = "/api/v1/settings";
const header = ["SETTING", "VALUE", "UNIT", "FROM", "TO", "DEFAULT", "SOURCE"];

/** `gluttony settings`: what may be changed while hosts run, through the admin API. */
export function settingsCommand(): Command {
  const command = new Command("settings").description("what may be changed while hosts run");
  command.addCommand(
    ofApi("list", "list settings, and what the host's environment says")
      .option("--environment", "what comes from the environment instead")
      .action(async (options: ApiOptions & { readonly environment?: true }) => {
        const { body } = await askApi(apiAddressOf(options.url), { method: "GET", path });
        if (options.environment === true) printEnvironment(body, options);
        else printListing({ header, rows: settingRows(body), value: body }, options.output);
      }),
  );
  command.addCommand(setCommand());
  command.addCommand(historyCommand());
  return command;
}

interface SetOptions extends ApiOptions {
  readonly dryRun?: true;
  readonly reason?: string;
}

function setCommand(): Command {
  return ofApi("set", "change settings, on every host at once")
    .argument("<name=value...>", "as session.idleMinutes=15; `default` goes back to it")
    .option("--dry-run", "only say what would change")
    .option("--reason <text>", "why, for who reads it later")
    .action(async (written: readonly string[], options: SetOptions) => {
      const api = apiAddressOf(options.url);
      const values = valuesOf(written);
      const { body } = await askApi(api, { method: "POST", path: `${path}:plan`, body: { values } });
      if (options.dryRun !== true) await change(api, { values, reason: options.reason });
      if (options.output === "json") printJson(body);
      else printLines(changeLines(fieldsOf(body), options.dryRun === true));
    });
}

async function change(
  api: ApiAddress,
  { values, reason }: { readonly values: Fields; readonly reason: string | undefined },
): Promise<void> {
  const { etag } = await askApi(api, { method: "GET", path });
  await askApi(api, {
    method: "PATCH",
    path,
    body: { values, ...(reason === undefined ? {} : { reason }) },
    ...(etag === null ? {} : { ifMatch: etag }),
  });
}

function changeLines(plan: Fields, isDry: boolean): readonly string[] {
  const changes = Array.isArray(plan["changes"]) ? plan["changes"].map(fieldsOf) : [];
  if (changes.length === 0) return ["nothing changes"];
  const lines = changes.map(
    (one) => `${shown(one["name"])}: ${standing(one["before"])} → ${standing(one["after"])}`,
  );
  return isDry ? [...lines, "Nothing was changed yet."] : lines;
}

function standing(value: unknown): string {
  return value === null ? "default" : shown(value);
}

function valuesOf(written: readonly string[]): Fields {
  const faults: Fault[] = [];
  const pairs = written.map((text): readonly [string, number | null] => {
    const [name = "", value = ""] = text.split("=", 2);
    if (value === "default") return [name, null];
    if (!/^\d{1,9}$/.test(value))
      faults.push({ path: text, message: "Must be name=number, or name=default.", suggestion: `${name}=30` });
    return [name, Number(value)];
  });
  if (faults.length > 0) throw new GluttonyError("request.invalid", {}, { faults });
  return Object.fromEntries(pairs);
}

function historyCommand(): Command {
  return ofApi("history", "list changes of settings").action(async (options: ApiOptions) => {
    const { body } = await askApi(apiAddressOf(options.url), {
      method: "GET",
      path: `${path}/revisions?limit=200`,
    });
    const rows = itemsOf(body).map((one) => [
      shown(one["revision"]),
      shown(one["at"]),
      shown(one["actor"]),
      changeLines(one, false).join("; "),
      shown(one["reason"]),
    ]);
    printListing(
      { header: ["REVISION", "AT", "BY", "CHANGES", "REASON"], rows, value: body },
      options.output,
    );
  });
}

function settingRows(body: unknown): readonly (readonly string[])[] {
  const settings = fieldsOf(body)["settings"];
  const names = ["name", "value", "unit", "min", "max", "default", "source"];
  return (Array.isArray(settings) ? settings : [])
    .map(fieldsOf)
    .map((one) => names.map((name) => shown(one[name])));
}

function printEnvironment(body: unknown, { output }: ApiOptions): void {
  const written = fieldsOf(body)["environment"];
  const rows = (Array.isArray(written) ? written : [])
    .map(fieldsOf)
    .map((one) => [shown(one["name"]), shown(one["source"]), valueText(one)]);
  printListing({ header: ["NAME", "SOURCE", "VALUE"], rows, value: body }, output);
}

function valueText(one: Fields): string {
  return one["isSecret"] === true && one["source"] !== "default" ? "•••" : shown(one["value"]);
}

function ofApi(name: string, description: string): Command {
  return new Command(name).description(description).addOption(outputOption()).addOption(urlOption());
}
