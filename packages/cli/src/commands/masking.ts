import { GluttonyError, isShown, type MaskingPattern } from "@gluttony/model";
import { Command, Option } from "commander";
import { type ApiAddress, apiAddressOf, askApi } from "../api-client.ts";
import { type Fields, fieldsOf, itemsOf, shown } from "../output/fields.ts";
import { printJson, printLines, printListing } from "../output/print.ts";
import { type ApiOptions, outputOption, urlOption } from "./common-options.ts";

/** Pages of rules; the host keeps no more than they hold. */
const pagesMax = 10;

/** `gluttony masking`: by which rules values of rows are shown. */
export function maskingCommand(): Command {
  const command = new Command("masking").description("rules by which values of rows are shown");
  command.addCommand(listCommand());
  command.addCommand(addCommand());
  command.addCommand(removeCommand());
  command.addCommand(testCommand());
  return command;
}

function listCommand(): Command {
  return ofApi("list", "list the rules; what none shows is masked").action(async (options: ApiOptions) => {
    const items = await rulesOf(apiAddressOf(options.url));
    const rows = items.map((rule) =>
      [rule["name"], rule["effect"], rule["tables"], rule["columns"], rule["changedBy"], rule["reason"]].map(
        shown,
      ),
    );
    const header = ["NAME", "EFFECT", "TABLES", "COLUMNS", "BY", "REASON"];
    printListing({ header, rows, value: { items, next: null } }, options.output);
  });
}

interface AddOptions extends ApiOptions {
  readonly tables: string;
  readonly columns: string;
  readonly effect: "show" | "mask";
  readonly reason: string;
}

function addCommand(): Command {
  return ofApi("add", "add a rule; one that masks wins over every one that shows")
    .argument("<name>", "1 to 63 of a-z, 0-9 and hyphen")
    .requiredOption("--tables <pattern>", "tables as schema.table; * stands for any text")
    .requiredOption("--columns <pattern>", "columns; * stands for any text")
    .addOption(
      new Option("--effect <effect>", "what becomes of their values")
        .choices(["show", "mask"])
        .makeOptionMandatory(),
    )
    .requiredOption("--reason <text>", "why; it is kept with your name")
    .action(async (name: string, { tables, columns, effect, reason, output, url }: AddOptions) => {
      const body = { tables, columns, effect, reason };
      const request = { method: "PUT", path: pathOf(name), body, isNew: true } as const;
      const answer = await askApi(apiAddressOf(url), request);
      if (output === "json") printJson(answer.body);
      else printLines([`added ${name}: ${effect} ${columns} of ${tables}`]);
    });
}

function removeCommand(): Command {
  return ofApi("remove", "remove a rule")
    .argument("<name>", "as `masking list` shows it")
    .action(async (name: string, options: ApiOptions) => {
      const api = apiAddressOf(options.url);
      const rule = (await rulesOf(api)).find((one) => one["name"] === name);
      if (rule === undefined) throw new GluttonyError("masking.rule_unknown", { name });
      await askApi(api, { method: "DELETE", path: pathOf(name), ifMatch: `"${shown(rule["revision"])}"` });
      if (options.output === "json") printJson({ ok: true });
      else printLines([`removed ${name}`]);
    });
}

/** A column and what the rules make of it. */
interface Judged {
  readonly column: string;
  readonly state: "shown" | "masked";
  /** The rules that decide; none where nothing shows it. */
  readonly rules: readonly string[];
}

function testCommand(): Command {
  return ofApi("test", "say which columns of a table are shown, and by which rule")
    .argument("<table>", "schema.table")
    .argument("<columns...>", "names of columns")
    .action(async (table: string, columns: readonly string[], options: ApiOptions) => {
      const rules = await rulesOf(apiAddressOf(options.url));
      const items = columns.map((column) => judge(rules, table, column));
      const rows = items.map(({ column, state, rules: by }) => [
        column,
        state,
        by.length === 0 ? "no rule shows it" : by.join(", "),
      ]);
      printListing({ header: ["COLUMN", "VALUES", "BY"], rows, value: { table, items } }, options.output);
    });
}

/** What rules make of a column, by the host's own function. Pure. */
function judge(rules: readonly Fields[], table: string, column: string): Judged {
  const dot = table.lastIndexOf(".");
  const named = {
    database: "",
    schema: dot === -1 ? null : table.slice(0, dot),
    table: table.slice(dot + 1),
  };
  const known = rules.map((rule) => ({ name: shown(rule["name"]), pattern: patternOf(rule) }));
  const masking = known.filter(
    ({ pattern }) => pattern.effect === "mask" && !isShown([everything, pattern], named, column),
  );
  const showing = known.filter(({ pattern }) => isShown([pattern], named, column));
  const isVisible = isShown(
    known.map(({ pattern }) => pattern),
    named,
    column,
  );
  const deciding = isVisible ? showing : masking;
  return { column, state: isVisible ? "shown" : "masked", rules: deciding.map(({ name }) => name) };
}

const everything: MaskingPattern = { tables: "*", columns: "*", effect: "show" };

function patternOf({ tables, columns, effect }: Fields): MaskingPattern {
  return { tables: shown(tables), columns: shown(columns), effect: effect === "show" ? "show" : "mask" };
}

async function rulesOf(api: ApiAddress): Promise<readonly Fields[]> {
  const rules: Fields[] = [];
  let cursor = "";
  for (let page = 0; page < pagesMax; page += 1) {
    const { body } = await askApi(api, { method: "GET", path: `/api/v1/masking-rules?limit=200${cursor}` });
    rules.push(...itemsOf(body));
    const { next } = fieldsOf(body);
    if (typeof next !== "string") break;
    cursor = `&cursor=${encodeURIComponent(next)}`;
  }
  return rules;
}

function ofApi(name: string, description: string): Command {
  return new Command(name).description(description).addOption(outputOption()).addOption(urlOption());
}

function pathOf(name: string): string {
  return `/api/v1/masking-rules/${encodeURIComponent(name)}`;
}
