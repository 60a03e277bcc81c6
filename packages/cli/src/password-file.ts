import { readFileSync } from "node:fs";
import { Option } from "commander";

/** `--password-file`: a password on the command line would be read by everybody on the machine. */
export function passwordFileOption(): Option {
  return new Option("--password-file <file>", "a file whose first line is the password; - reads stdin");
}

/** The first line of the file. */
export function readPassword(file: string): string {
  return readFileSync(file === "-" ? 0 : file, "utf8").split(/\r?\n/, 1)[0] ?? "";
}
