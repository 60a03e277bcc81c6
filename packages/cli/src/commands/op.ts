import { operationStates } from "@gluttony/model";
import { Command, Option } from "commander";
import { apiAddressOf, askApi } from "../api-client.ts";
import { awaitOperation, operationLine } from "../operation/await-operation.ts";
import { type Fields, fieldsOf, itemsOf, shown } from "../output/fields.ts";
import { printJson, printLines, printListing } from "../output/print.ts";
import { type ApiOptions, outputOption, urlOption } from "./common-options.ts";
import { timeoutOption } from "./timeout-option.ts";

const watchSeconds = 600;

/** `gluttony op`: what was asked for and takes its time. */
export function opCommand(): Command {
  const command = new Command("op").description("operations: what was asked for and takes its time");
  command.addCommand(listCommand());
  command.addCommand(
    one("get", "show one operation").action(async (id: string, options: ApiOptions) => {
      const { body } = await askApi(apiAddressOf(options.url), { method: "GET", path: pathOf(id) });
      printOperation(fieldsOf(body), options);
    }),
  );
  command.addCommand(
    one("watch", "wait for the end of an operation; ends with its error, if it failed")
      .addOption(timeoutOption(watchSeconds))
      .action(async (id: string, options: ApiOptions & { readonly timeout: number }) => {
        const ended = await awaitOperation(apiAddressOf(options.url), id, options.timeout * 1_000);
        printOperation(ended, options);
      }),
  );
  command.addCommand(
    one("cancel", "call an operation off, if it can be").action(async (id: string, options: ApiOptions) => {
      const { body } = await askApi(apiAddressOf(options.url), {
        method: "POST",
        path: `${pathOf(id)}:cancel`,
      });
      printOperation(fieldsOf(body), options);
    }),
  );
  return command;
}

interface ListOptions extends ApiOptions {
  readonly consumer?: string;
  readonly state?: string;
  readonly kind?: string;
  readonly limit: string;
}

function listCommand(): Command {
  return new Command("list")
    .description("list operations, the newest first")
    .option("--consumer <consumer>", "only of this consumer, by name or id")
    .option("--kind <kind>", "only of this kind, such as consumer.pause")
    .addOption(new Option("--state <state>", "only in this state").choices(operationStates))
    .option("--limit <n>", "at most this many", "50")
    .addOption(outputOption())
    .addOption(urlOption())
    .action(async (options: ListOptions) => {
      const { consumer, state, kind, limit } = options;
      const named = Object.entries({ consumer, state, kind, limit }).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      );
      const query = new URLSearchParams(named).toString();
      const { body } = await askApi(apiAddressOf(options.url), {
        method: "GET",
        path: `/api/v1/operations?${query}`,
      });
      const rows = itemsOf(body).map((one) =>
        [
          one["id"],
          one["kind"],
          fieldsOf(one["subject"])["name"],
          one["state"],
          one["createdAt"],
          one["actor"],
          one["reason"],
        ].map(shown),
      );
      const header = ["ID", "KIND", "SUBJECT", "STATE", "ASKED", "ACTOR", "REASON"];
      printListing({ header, rows, value: body }, options.output);
    });
}

function one(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .argument("<operation>", "its id")
    .addOption(outputOption())
    .addOption(urlOption());
}

function printOperation(operation: Fields, options: ApiOptions): void {
  if (options.output === "json") return printJson(operation);
  const { createdAt, actor, reason, deadlineAt, endedAt, result } = operation;
  const error = fieldsOf(operation["error"]);
  printLines([
    operationLine(operation),
    `  asked ${shown(createdAt)} by ${shown(actor)}: ${shown(reason)}`,
    endedAt === null ? `  to be so by ${shown(deadlineAt)}` : `  ended ${shown(endedAt)}: ${shown(result)}`,
    ...(error["code"] === undefined
      ? []
      : [`  ${shown(error["code"])}  ${shown(error["title"])}`, `  → ${shown(error["remedy"])}`]),
  ]);
}

function pathOf(id: string): string {
  return `/api/v1/operations/${encodeURIComponent(id)}`;
}
