import { readFileSync } from "node:fs";
import { GluttonyError } from "@gluttony/model";
import { Command } from "commander";
import { type ApiAddress, apiAddressOf, askApi } from "../api-client.ts";
import { type Fields, fieldsOf, itemsOf, shown } from "../output/fields.ts";
import { printJson, printLines, printListing } from "../output/print.ts";
import { statusLines } from "../output/status-lines.ts";
import { type ApiOptions, outputOption, urlOption } from "./common-options.ts";
import { fenceClearCommand, historyCommand, moveCommand } from "./consumer-deeds.ts";
import { editCommand } from "./consumer-edit.ts";
import { explainCommand } from "./consumer-explain.ts";
import { lagCommand } from "./consumer-lag.ts";
import { errorsCommand } from "./consumer-errors.ts";
import { consumerPluginCommand } from "./consumer-plugin.ts";
import { positionCommand } from "./consumer-position.ts";
import { recordsCommand } from "./consumer-records.ts";
import { diffCommand, restoreCommand } from "./consumer-revisions.ts";
import { tailCommand } from "./consumer-tail.ts";
import { verbCommands } from "./consumer-verbs.ts";
import { waitCommand } from "./consumer-wait.ts";

/** `gluttony consumer`: the rows of `cdc.consumer` and what the hosts see of them, through the admin API. */
export function consumerCommand(): Command {
  const command = new Command("consumer").description("consumers: what is asked for and what is seen");
  command.addCommand(listCommand());
  command.addCommand(one("get", "show one consumer", getOne));
  command.addCommand(one("status", "show state, lag, endings and the cause of trouble", statusOf));
  for (const verb of verbCommands()) command.addCommand(verb);
  command.addCommand(waitCommand());
  command.addCommand(
    one("delete", "delete a consumer; its connector goes with the last one that uses it", deleteOne),
  );
  command.addCommand(explainCommand());
  command.addCommand(recordsCommand());
  command.addCommand(tailCommand());
  command.addCommand(errorsCommand());
  command.addCommand(consumerPluginCommand());
  command.addCommand(fromFile("create", "make a consumer from a JSON file", createOne));
  command.addCommand(lagCommand());
  command.addCommand(historyCommand());
  command.addCommand(diffCommand());
  command.addCommand(restoreCommand());
  command.addCommand(moveCommand());
  command.addCommand(positionCommand());
  command.addCommand(fenceClearCommand());
  command.addCommand(editCommand());
  command.addCommand(fromFile("apply", "make a consumer or bring it to what a JSON file says", applyOne));
  return command;
}

interface Context {
  readonly api: ApiAddress;
  readonly options: ApiOptions;
  /** A consumer's name or id, or a file's path. */
  readonly argument: string;
}

function one(name: string, description: string, work: (context: Context) => Promise<void>): Command {
  return withArgument(new Command(name).description(description).argument("<consumer>", "name or id"), work);
}

function fromFile(name: string, description: string, work: (context: Context) => Promise<void>): Command {
  return withArgument(
    new Command(name).description(description).argument("<file>", "JSON file, - for stdin"),
    work,
  );
}

function withArgument(command: Command, work: (context: Context) => Promise<void>): Command {
  return command
    .addOption(outputOption())
    .addOption(urlOption())
    .action((argument: string, options: ApiOptions) =>
      work({ api: apiAddressOf(options.url), options, argument }),
    );
}

function listCommand(): Command {
  return new Command("list")
    .description("list consumers")
    .addOption(outputOption())
    .addOption(urlOption())
    .action(async (options: ApiOptions) => {
      const api = apiAddressOf(options.url);
      const { body } = await askApi(api, { method: "GET", path: "/api/v1/consumers?limit=200" });
      const rows = itemsOf(body).map((item) => {
        const observed = fieldsOf(item["observed"]);
        const lag = fieldsOf(item["lag"]);
        const cause = fieldsOf(observed["cause"])["code"];
        return [
          item["name"],
          item["handler_func"],
          item["desired"],
          observed["state"],
          cause,
          lag["records"],
          item["count"],
        ].map(shown);
      });
      printListing(
        { header: ["NAME", "HANDLER", "DESIRED", "STATE", "CAUSE", "LAG", "DONE"], rows, value: body },
        options.output,
      );
    });
}

async function getOne({ api, options, argument }: Context): Promise<void> {
  const { body } = await askApi(api, { method: "GET", path: pathOf(argument) });
  printOne(body, options);
}

async function statusOf({ api, options, argument }: Context): Promise<void> {
  const { body } = await askApi(api, { method: "GET", path: `${pathOf(argument)}/status` });
  if (options.output === "json") printJson(body);
  else printLines(statusLines(fieldsOf(body)));
}

async function deleteOne({ api, argument }: Context): Promise<void> {
  const read = await askApi(api, { method: "GET", path: pathOf(argument) });
  await askApi(api, { method: "DELETE", path: pathOf(argument), ...seen(read.etag) });
  printLines([`deleted ${argument}`]);
}

async function createOne({ api, options, argument }: Context): Promise<void> {
  const { body } = await askApi(api, { method: "POST", path: "/api/v1/consumers", body: readBody(argument) });
  printOne(body, options);
}

async function applyOne({ api, options, argument }: Context): Promise<void> {
  const wanted = readBody(argument);
  const path = pathOf(shown(wanted["name"]));
  const read = await existing(api, path);
  if (read === null) {
    const { body } = await askApi(api, { method: "POST", path: "/api/v1/consumers", body: wanted });
    printOne(body, options);
    return;
  }
  const body = { ...fieldsOf(read.body), ...wanted };
  const written = await askApi(api, { method: "PUT", path, body, ...seen(read.etag) });
  printOne(written.body, options);
}

async function existing(api: ApiAddress, path: string): Promise<Awaited<ReturnType<typeof askApi>> | null> {
  try {
    return await askApi(api, { method: "GET", path });
  } catch (error) {
    if (error instanceof GluttonyError && error.code === "consumer.not_found") return null;
    throw error;
  }
}

function readBody(file: string): Fields {
  const text = readFileSync(file === "-" ? 0 : file, "utf8");
  try {
    return fieldsOf(JSON.parse(text));
  } catch (error) {
    throw new GluttonyError("request.invalid", { file, problem: "not JSON" }, { cause: error });
  }
}

function printOne(body: unknown, options: ApiOptions): void {
  if (options.output === "json") {
    printJson(body);
    return;
  }
  const rows = Object.entries(fieldsOf(body)).map(([name, value]) => [name, shown(value)]);
  printListing({ header: ["COLUMN", "VALUE"], rows, value: body }, "table");
}

function seen(etag: string | null): { readonly ifMatch?: string } {
  return etag === null ? {} : { ifMatch: etag };
}

function pathOf(nameOrId: string): string {
  return `/api/v1/consumers/${encodeURIComponent(nameOrId)}`;
}
