import { Option } from "commander";
import type { OutputFormat } from "../output/print.ts";

/** `-o table|json`, on every command that prints something. */
export function outputOption(): Option {
  return new Option("-o, --output <format>", "how to print").choices(["table", "json"]).default("table");
}

/** `--url`, on every command that asks the admin API. */
export function urlOption(): Option {
  return new Option("--url <url>", "address of the admin API (default: the host of GLUTTONY_ADMIN_LISTEN)");
}

/** What every command that asks the admin API is given. */
export interface ApiOptions {
  readonly output: OutputFormat;
  readonly url?: string;
}

/** `--reason`, on every command that changes which code runs. */
export function reasonOption(): Option {
  return new Option("--reason <text>", "why; it is kept with your name");
}
