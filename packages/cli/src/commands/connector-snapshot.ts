import { Command, Option } from "commander";
import { listIn } from "../output/connector-lines.ts";
import { type Fields, itemsOf, shown } from "../output/fields.ts";
import { printListing } from "../output/print.ts";
import { type ApiOptions, reasonOption } from "./common-options.ts";
import { ofConnector, pathOf, printAnswer, read, send, withReason } from "./connector-options.ts";

interface SignalOptions extends ApiOptions {
  readonly reason?: string;
}

interface StartOptions extends SignalOptions {
  readonly table: readonly string[];
  readonly type: string;
  readonly id?: string;
}

interface StopOptions extends SignalOptions {
  readonly table?: readonly string[];
}

/** `gluttony connector snapshot`: tables that are read anew while their connector runs. */
export function snapshotCommand(): Command {
  const command = new Command("snapshot").description("tables that are read anew while their connector runs");
  command.addCommand(startCommand());
  command.addCommand(verbCommand("pause", "hold the snapshot that runs"));
  command.addCommand(verbCommand("resume", "let a held snapshot run on"));
  command.addCommand(stopCommand());
  command.addCommand(statusCommand());
  return command;
}

function startCommand(): Command {
  return ofConnector("start", "read tables anew")
    .requiredOption("--table <schema.table...>", "tables that the connector captures")
    .addOption(
      new Option("--type <type>", "beside the stream, or before it goes on")
        .choices(["incremental", "blocking"])
        .default("incremental"),
    )
    .option("--id <id>", "a name of your own for it: the same one is sent once")
    .addOption(reasonOption())
    .action(async (name: string, options: StartOptions) => {
      const { table, type, id, reason } = options;
      const body = { tables: table, type, ...(id === undefined ? {} : { id }), ...withReason(reason) };
      const sent = await send(options, pathOf(name, "/snapshots"), body);
      printAnswer(sent, sentLines(sent), options);
    });
}

function stopCommand(): Command {
  return ofConnector("stop", "end the snapshot that runs, or leave tables out of it")
    .option("--table <schema.table...>", "only these tables")
    .addOption(reasonOption())
    .action(async (name: string, options: StopOptions) => {
      const body = { tables: options.table ?? [], ...withReason(options.reason) };
      const sent = await send(options, pathOf(name, "/snapshots:stop"), body);
      printAnswer(sent, sentLines(sent), options);
    });
}

function verbCommand(verb: string, description: string): Command {
  return ofConnector(verb, description)
    .addOption(reasonOption())
    .action(async (name: string, options: SignalOptions) => {
      const sent = await send(options, pathOf(name, `/snapshots:${verb}`), withReason(options.reason));
      printAnswer(sent, sentLines(sent), options);
    });
}

function statusCommand(): Command {
  return ofConnector("status", "list snapshots and how far they are, as the connector last told").action(
    async (name: string, options: ApiOptions) => {
      const body = await read(options, pathOf(name, "/snapshots"));
      const rows = itemsOf(body).map((one) => {
        const tables = listIn(one, "tables").map(
          (table) => `${shown(table["name"])}:${shown(table["rows"])}`,
        );
        const { id, kind, state, current, updatedAt } = one;
        return [...[id, kind, state, current, updatedAt].map(shown), tables.join(" ")];
      });
      const header = ["ID", "KIND", "STATE", "READS", "UPDATED", "TABLES:ROWS"];
      printListing({ header, rows, value: body }, options.output);
    },
  );
}

function sentLines({ id, isNew }: Fields): readonly string[] {
  return [isNew === true ? `sent as ${shown(id)}` : `${shown(id)} was sent before; nothing was done`];
}
