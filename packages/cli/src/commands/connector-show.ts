import { setTimeout as sleep } from "node:timers/promises";
import { GluttonyError } from "@gluttony/model";
import { Command, Option } from "commander";
import { connectorLines, listIn, standingLines } from "../output/connector-lines.ts";
import { type Fields, fieldsOf, itemsOf, shown } from "../output/fields.ts";
import { printListing } from "../output/print.ts";
import type { ApiOptions } from "./common-options.ts";
import { ofConnector, pathOf, printAnswer, read, withApi } from "./connector-options.ts";
import { wholeNumber } from "./whole-number.ts";

/** Milliseconds between two looks of `wait`. */
const lookMs = 500;
const waitableStates = ["running", "waiting", "failed", "blocked", "paused", "stopped", "missing"];

/** Connectors as they are, and what the workers can make. */
export function showCommands(): readonly Command[] {
  return [listCommand(), getCommand(), typesCommand(), schemaCommand(), waitCommand()];
}

function listCommand(): Command {
  return withApi(
    new Command("list").description("list connectors, ours and the others of the cluster"),
  ).action(async (options: ApiOptions) => {
    const body = await read(options, "connectors?limit=200");
    const rows = itemsOf(body).map((one) => {
      const tasks = fieldsOf(one["tasks"]);
      const consumers = listIn(one, "consumers").map(({ name }) => shown(name));
      return [
        shown(one["name"]),
        shown(one["kind"]),
        shown(one["state"]),
        shown(fieldsOf(one["cause"])["code"]),
        `${shown(tasks["running"])}/${shown(tasks["total"])}`,
        Array.isArray(one["drift"]) && one["drift"].length > 0 ? "drifted" : "–",
        consumers.join(",") || "–",
      ];
    });
    const header = ["NAME", "KIND", "STATE", "CAUSE", "TASKS", "DRIFT", "CONSUMERS"];
    printListing({ header, rows, value: body }, options.output);
  });
}

function getCommand(): Command {
  return ofConnector("get", "show one connector, with its configuration, its secrets masked").action(
    async (name: string, options: ApiOptions) => {
      const body = await read(options, pathOf(name));
      printAnswer(body, connectorLines(body), options);
    },
  );
}

function typesCommand(): Command {
  return withApi(new Command("types").description("list the connectors that the workers can make")).action(
    async (options: ApiOptions) => {
      const body = await read(options, "connect-clusters/default/types");
      const rows = itemsOf(body).map((one) =>
        [one["name"], one["type"], one["version"], one["isAllowed"]].map(shown),
      );
      printListing({ header: ["NAME", "TYPE", "VERSION", "ALLOWED"], rows, value: body }, options.output);
    },
  );
}

function schemaCommand(): Command {
  const command = new Command("schema")
    .description("show what a connector can be told, by the worker's own definitions")
    .argument("<type>", "as `connector types` names it");
  return withApi(command).action(async (type: string, options: ApiOptions) => {
    const path = `connect-clusters/default/types/${encodeURIComponent(type)}/schema`;
    const body = await read(options, path);
    const rows = listIn(body, "options").map((one) =>
      [one["name"], one["type"], one["isRequired"], one["defaultValue"], one["isSettable"]].map(shown),
    );
    const header = ["OPTION", "TYPE", "REQUIRED", "DEFAULT", "SETTABLE"];
    printListing({ header, rows, value: body }, options.output);
  });
}

interface WaitOptions extends ApiOptions {
  readonly for: string;
  readonly timeout: number;
}

function waitCommand(): Command {
  return ofConnector("wait", "wait until a connector comes to a state; exits 6 when it does not in time")
    .addOption(new Option("--for <state>", "the state").choices(waitableStates).default("running"))
    .option("--timeout <seconds>", "how long", wholeNumber, 60)
    .action(async (name: string, options: WaitOptions) => {
      const endMs = performance.now() + options.timeout * 1_000;
      for (;;) {
        const body = await read(options, pathOf(name, "/health"));
        if (body["state"] === options.for) return printAnswer(body, standingLines(body), options);
        if (performance.now() >= endMs) throw waitedTooLong(body, options.for);
        await sleep(lookMs);
      }
    });
}

function waitedTooLong(standing: Fields, wanted: string): GluttonyError {
  const cause = fieldsOf(standing["cause"])["code"];
  const facts = {
    connector: shown(standing["name"]),
    wanted,
    seen: shown(standing["state"]),
    cause: shown(cause),
  };
  return new GluttonyError("connect.wait_over", facts);
}
