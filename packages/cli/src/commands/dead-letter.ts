import { Command } from "commander";
import { apiAddressOf, askApi } from "../api-client.ts";
import { fieldsOf, itemsOf, shown } from "../output/fields.ts";
import { printJson, printLines, printListing } from "../output/print.ts";
import { type ApiOptions, outputOption, urlOption } from "./common-options.ts";

/** `gluttony dead-letter`: records set aside, without what they hold. */
export function deadLetterCommand(): Command {
  const command = new Command("dead-letter").description("records that were set aside");
  command.addCommand(
    new Command("list")
      .description("list dead letters, the newest first")
      .option("--consumer <consumer>", "of one consumer")
      .option("--state <state>", "parked, replaying, replayed or discarded")
      .option("--limit <n>", "at most this many", "50")
      .addOption(outputOption())
      .addOption(urlOption())
      .action(list),
  );
  command.addCommand(
    new Command("get")
      .description("show one dead letter")
      .argument("<id>")
      .addOption(outputOption())
      .addOption(urlOption())
      .action(get),
  );
  command.addCommand(
    new Command("replay")
      .description("ask for dead letters to be run again, in the order of their key")
      .argument("<ids...>")
      .addOption(outputOption())
      .addOption(urlOption())
      .action(replay),
  );
  return command;
}

interface ListOptions extends ApiOptions {
  readonly consumer?: string;
  readonly state?: string;
  readonly limit: string;
}

async function list(options: ListOptions): Promise<void> {
  const query = new URLSearchParams({ limit: options.limit });
  if (options.consumer !== undefined) query.set("consumer", options.consumer);
  if (options.state !== undefined) query.set("state", options.state);
  const { body } = await askApi(apiAddressOf(options.url), {
    method: "GET",
    path: `/api/v1/dead-letters?${query.toString()}`,
  });
  const rows = itemsOf(body).map((letter) => {
    const failure = fieldsOf(letter["failure"]);
    return [
      letter["id"],
      letter["consumer"],
      `${shown(letter["topic"])}/${shown(letter["partition"])}/${shown(letter["offset"])}`,
      letter["state"],
      failure["code"],
      letter["attempts"],
      letter["parkedAt"],
    ].map(shown);
  });
  printListing(
    { header: ["ID", "CONSUMER", "RECORD", "STATE", "REASON", "ATTEMPTS", "PARKED"], rows, value: body },
    options.output,
  );
}

async function get(id: string, options: ApiOptions): Promise<void> {
  const { body } = await askApi(apiAddressOf(options.url), {
    method: "GET",
    path: `/api/v1/dead-letters/${encodeURIComponent(id)}`,
  });
  printJson(body);
}

async function replay(ids: readonly string[], options: ApiOptions): Promise<void> {
  const api = apiAddressOf(options.url);
  for (const id of ids) {
    const { body } = await askApi(api, {
      method: "POST",
      path: `/api/v1/dead-letters/${encodeURIComponent(id)}:replay`,
    });
    if (options.output === "json") printJson(body);
    else printLines([`asked for ${id}`]);
  }
}
