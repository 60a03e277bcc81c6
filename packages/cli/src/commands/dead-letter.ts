import { Command } from "commander";
import { apiAddressOf, askApi } from "../api-client.ts";
import { type Fields, fieldsOf, itemsOf, shown } from "../output/fields.ts";
import { printJson, printLines, printListing } from "../output/print.ts";
import { type ApiOptions, outputOption, urlOption } from "./common-options.ts";
import { exportCommand, noteCommand } from "./dead-letter-desk.ts";
import { discardCommand, replayCommand, restoreCommand } from "./dead-letter-actions.ts";
import { queryOf } from "./query-of.ts";
import { wholeNumber } from "./whole-number.ts";

/** `gluttony dead-letter`: records set aside, without what they hold. */
export function deadLetterCommand(): Command {
  const command = new Command("dead-letter").description("records that were set aside");
  command.addCommand(listCommand());
  command.addCommand(getCommand());
  command.addCommand(statsCommand());
  command.addCommand(replayCommand());
  command.addCommand(discardCommand());
  command.addCommand(restoreCommand());
  command.addCommand(ordersCommand());
  command.addCommand(noteCommand());
  command.addCommand(exportCommand());
  return command;
}

function listCommand(): Command {
  return withApi(new Command("list").description("list dead letters, the newest first"))
    .option("--consumer <consumer>", "of one consumer")
    .option("--state <state>", "parked, replaying, replayed or discarded")
    .option("--code <code>", "that failed with this code")
    .option("--partition <n>", "of one partition", wholeNumber)
    .option("--subject <subject>", "of one key's hash")
    .option("--limit <n>", "at most this many", "50")
    .action(list);
}

interface ListOptions extends ApiOptions {
  readonly consumer?: string;
  readonly state?: string;
  readonly code?: string;
  readonly partition?: number;
  readonly subject?: string;
  readonly limit: string;
}

async function list(options: ListOptions): Promise<void> {
  const { consumer, state, code, partition, subject, limit } = options;
  const filters = { limit, consumer, state, failureCode: code, partition, subject };
  const { body } = await askApi(apiAddressOf(options.url), {
    method: "GET",
    path: `/api/v1/dead-letters?${queryOf(filters)}`,
  });
  const header = ["ID", "CONSUMER", "RECORD", "STATE", "REASON", "ATTEMPTS", "REPLAYS", "PARKED"];
  printListing({ header, rows: itemsOf(body).map(rowOfLetter), value: body }, options.output);
}

function rowOfLetter(letter: Fields): readonly string[] {
  return [
    letter["id"],
    letter["consumer"],
    `${shown(letter["topic"])}/${shown(letter["partition"])}/${shown(letter["offset"])}`,
    letter["state"],
    fieldsOf(letter["failure"])["code"],
    letter["attempts"],
    letter["replays"],
    letter["parkedAt"],
  ].map(shown);
}

function getCommand(): Command {
  return withApi(new Command("get").description("show one dead letter").argument("<id>")).action(
    async (id: string, options: ApiOptions) => {
      const { body } = await askApi(apiAddressOf(options.url), {
        method: "GET",
        path: `/api/v1/dead-letters/${encodeURIComponent(id)}`,
      });
      printJson(body);
    },
  );
}

interface ConsumerOptions extends ApiOptions {
  readonly consumer?: string;
}

function statsCommand(): Command {
  return withApi(new Command("stats").description("count dead letters by state and reason"))
    .option("--consumer <consumer>", "of one consumer")
    .action(async (options: ConsumerOptions) => {
      const { body } = await askApi(apiAddressOf(options.url), {
        method: "GET",
        path: `/api/v1/dead-letters/stats?${queryOf({ consumer: options.consumer })}`,
      });
      const columns = ["consumer", "state", "failureCode", "count", "subjects", "oldestParkedAt"];
      const rows = itemsOf(body).map((item) => columns.map((name) => shown(item[name])));
      const header = ["CONSUMER", "STATE", "REASON", "LETTERS", "KEYS", "OLDEST"];
      printListing({ header, rows, value: body }, options.output);
    });
}

function ordersCommand(): Command {
  return withApi(new Command("orders").description("show what was asked to be replayed, and how far that is"))
    .option("--consumer <consumer>", "of one consumer")
    .action(async (options: ConsumerOptions) => {
      const { body } = await askApi(apiAddressOf(options.url), {
        method: "GET",
        path: `/api/v1/replay-orders?${queryOf({ consumer: options.consumer })}`,
      });
      const columns = [
        "id",
        "consumerId",
        "state",
        "asked",
        "succeeded",
        "failed",
        "actor",
        "reason",
        "askedAt",
      ];
      const rows = itemsOf(body).map((item) => columns.map((name) => shown(item[name])));
      const header = ["ID", "CONSUMER", "STATE", "ASKED", "SUCCEEDED", "FAILED", "BY", "REASON", "AT"];
      printListing({ header, rows, value: body }, options.output);
      if (rows.length === 0 && options.output === "table") printLines(["no replays were asked for"]);
    });
}

function withApi(command: Command): Command {
  return command.addOption(outputOption()).addOption(urlOption());
}
