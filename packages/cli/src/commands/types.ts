import { writeFile } from "node:fs/promises";
import { GluttonyError } from "@gluttony/model";
import { createSecretResolver, isReference } from "@gluttony/postgres";
import { connectorModes } from "@gluttony/sdk/codecs";
import type { ConnectorModes } from "@gluttony/sdk/codecs";
import { readRecords } from "@gluttony/sdk/testing";
import { Command, Option } from "commander";
import { knownSecrets } from "../known-secrets.ts";
import { parseEnvironment, processEnvironment } from "../parse-environment.ts";
import { printJson } from "../output/print.ts";
import { rowTypes } from "../types/row-types.ts";
import { declaredColumns, readTables, typedTable } from "../types/tables-of-database.ts";
import { tablesOfRecords } from "../types/tables-of-records.ts";
import type { TypedTable } from "../types/typed-table.ts";

/** `gluttony types`: what is known of captured tables, for authors and for consumers. */
export function typesCommand(): Command {
  return new Command("types")
    .description("types of captured tables")
    .addCommand(
      withModes(
        new Command("generate")
          .description("write TypeScript row types from a PostgreSQL database or from recorded records")
          .option("--database <address>", databaseMeaning)
          .option("--table <schema.table...>", "the tables; with --records, only these of them")
          .option("--records <file>", "recorded records, JSON lines, instead of a database")
          .option("--out <file>", "where to write (default: standard output)"),
      ).action(generate),
    )
    .addCommand(
      new Command("columns")
        .description("print the columns of tables as configuration.decoding.tables takes them")
        .requiredOption("--database <address>", databaseMeaning)
        .requiredOption("--table <schema.table...>", "the tables")
        .action(columns),
    );
}

const databaseMeaning = "a PostgreSQL source: ${env:NAME}, ${file:/path}, or its address";

/** How the connector was told to write, where that changes what an author sees. */
function withModes(command: Command): Command {
  for (const [mode, choices] of Object.entries(connectorModes)) {
    command.addOption(new Option(`--${mode} <mode>`, `the connector's mode for it`).choices([...choices]));
  }
  return command;
}

interface GenerateOptions extends Partial<ConnectorModes> {
  readonly database?: string;
  readonly table?: readonly string[];
  readonly records?: string;
  readonly out?: string;
}

async function generate(options: GenerateOptions): Promise<void> {
  const { out } = options;
  const tables = await tablesOf(options);
  if (tables.length === 0) throw new GluttonyError("types.nothing_found", {});
  const text = rowTypes(tables);
  if (out === undefined) process.stdout.write(text);
  else await writeFile(out, text);
}

async function tablesOf(options: GenerateOptions): Promise<readonly TypedTable[]> {
  const { database, records, table = [], time, decimal, binary, hstore, interval } = options;
  if (records !== undefined) {
    const found = tablesOfRecords(await recordsIn(records));
    return table.length === 0 ? found : found.filter(({ name }) => table.includes(name));
  }
  if (database === undefined || table.length === 0) throw new GluttonyError("types.source_missing", {});
  const modes = Object.fromEntries(
    Object.entries({ time, decimal, binary, hstore, interval }).filter(([, mode]) => mode !== undefined),
  );
  const read = await readTables(await addressOf(database), table);
  return read.map((one) => typedTable(one, modes));
}

async function recordsIn(file: string): ReturnType<typeof readRecords> {
  try {
    return await readRecords(file);
  } catch (cause) {
    throw new GluttonyError("change.file_unreadable", { path: file }, { cause });
  }
}

async function columns(options: {
  readonly database: string;
  readonly table: readonly string[];
}): Promise<void> {
  const read = await readTables(await addressOf(options.database), options.table);
  printJson({ tables: Object.fromEntries(read.map((one) => [one.name, declaredColumns(one)])) });
}

function addressOf(written: string): Promise<string> | string {
  if (!isReference(written)) return written;
  const { secretsDir } = parseEnvironment(processEnvironment).settings;
  return createSecretResolver({ box: null, env: process.env, secretsDir }, knownSecrets).resolve(written);
}
