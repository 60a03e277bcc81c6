import { Option } from "commander";
import { wholeNumber } from "./whole-number.ts";

/** `--timeout`, on every command that waits. */
export function timeoutOption(seconds: number): Option {
  return new Option("--timeout <seconds>", "how long to wait at most")
    .argParser(wholeNumber)
    .default(seconds);
}
