import { readFileSync } from "node:fs";
import { GluttonyError } from "@gluttony/model";
import { Command } from "commander";
import { type ApiAddress, type ApiAnswer, type ApiRequest, apiAddressOf, askApi } from "../api-client.ts";
import { type Fields, fieldsOf } from "../output/fields.ts";
import { printJson, printLines } from "../output/print.ts";
import { type ApiOptions, outputOption, urlOption } from "./common-options.ts";

/** Milliseconds for what a worker must do or check first. */
const workerTimeoutMs = 120_000;

/** A command about one connector. */
export function ofConnector(name: string, description: string): Command {
  return withApi(new Command(name).description(description).argument("<connector>", "name"));
}

/** The options of every command that asks the admin API. */
export function withApi(command: Command): Command {
  return command.addOption(outputOption()).addOption(urlOption());
}

/** Asks with the patience that a worker needs. */
export function askOfWorker(api: ApiAddress, request: ApiRequest): Promise<ApiAnswer> {
  return askApi(api, { timeoutMs: workerTimeoutMs, ...request });
}

/** Reads something of the API. */
export async function read(options: ApiOptions, path: string): Promise<Fields> {
  const { body } = await askOfWorker(apiAddressOf(options.url), { method: "GET", path: `/api/v1/${path}` });
  return fieldsOf(body);
}

/** Sends something to the API. */
export async function send(options: ApiOptions, path: string, body: unknown): Promise<Fields> {
  const request = { method: "POST", path: `/api/v1/${path}`, body } as const;
  return fieldsOf((await askOfWorker(apiAddressOf(options.url), request)).body);
}

/** The path of a connector below `/api/v1/`. */
export function pathOf(connector: string, rest = ""): string {
  return `connectors/${encodeURIComponent(connector)}${rest}`;
}

/** What the API answered, or lines for a person. */
export function printAnswer(body: Fields, lines: readonly string[], { output }: ApiOptions): void {
  if (output === "json") printJson(body);
  else printLines(lines);
}

/** The object in a JSON file, or on standard input. */
export function readJsonFile(file: string): Fields {
  const text = readFileSync(file === "-" ? 0 : file, "utf8");
  try {
    return fieldsOf(JSON.parse(text));
  } catch (cause) {
    throw new GluttonyError("request.invalid", { file, problem: "not JSON" }, { cause });
  }
}

/** A reason, where one was given. */
export function withReason(reason: string | undefined): { readonly reason?: string } {
  return reason === undefined ? {} : { reason };
}

/** Collects `name=value`, given once or more often. */
export function collectPairs(
  written: string,
  before: readonly (readonly [string, string])[],
): readonly (readonly [string, string])[] {
  return [...before, pairOf(written)];
}

/** Throws `request.invalid` for a text that is no `name=value`. */
export function pairOf(written: string): readonly [string, string] {
  const at = written.indexOf("=");
  if (at > 0) return [written.slice(0, at), written.slice(at + 1)];
  const fault = {
    path: written.slice(0, 40),
    message: "Is written name=value.",
    suggestion: "poll.interval.ms=500",
  };
  throw new GluttonyError("request.invalid", {}, { faults: [fault] });
}
