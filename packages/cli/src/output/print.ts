import { knownSecrets } from "../known-secrets.ts";
import { tableLines } from "./table.ts";

/** How a command prints: `table` for people, `json` for programs. */
export type OutputFormat = "table" | "json";

/** A list in either form. */
export interface Listing {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What `-o json` prints. */
  readonly value: unknown;
}

/** Prints a list on stdout. */
export function printListing(listing: Listing, format: OutputFormat): void {
  if (format === "json") printJson(listing.value);
  else printLines(tableLines(listing.header, listing.rows));
}

export function printJson(value: unknown): void {
  printLines([
    JSON.stringify(value, (_name, one: unknown) => (typeof one === "bigint" ? String(one) : one), 2),
  ]);
}

/** Prints on stdout, without a secret of this process; what a command was asked to show once, such as a new token, is none. */
export function printLines(lines: readonly string[]): void {
  process.stdout.write(`${knownSecrets.scrubAnswer(lines.join("\n"))}\n`);
}
