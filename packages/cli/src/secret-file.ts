import { readFileSync } from "node:fs";
import { Option } from "commander";

/** `--value-file`: a secret on the command line would be read by everybody on the machine. */
export function valueFileOption(): Option {
  return new Option(
    "--value-file <file>",
    "a file that holds the secret and nothing else; - reads stdin",
  ).makeOptionMandatory();
}

/** The whole file without its last line end: a key in PEM has many lines. */
export function readSecretValue(file: string): string {
  return readFileSync(file === "-" ? 0 : file, "utf8").replace(/\r?\n$/, "");
}
