import { Command } from "commander";
import { outputOption } from "./common-options.ts";

/** A command on a handler package, by default the one in the current folder. */
export function authorCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .argument("[folder]", "where the package lies", ".")
    .addOption(outputOption());
}

/** The files that a handler is tried with, on commands that try it. */
export function withSamples(command: Command): Command {
  return command
    .option("--changes <file>", "recorded records, JSON lines (default: fixtures/<handler>.jsonl)")
    .option("--config <file>", "config and targets, JSON (default: fixtures/<handler>.json)");
}
