import { Command, Option } from "commander";
import { standingLines } from "../output/connector-lines.ts";
import { type ApiOptions, reasonOption } from "./common-options.ts";
import { ofConnector, pathOf, printAnswer, send, withReason } from "./connector-options.ts";
import { wholeNumber } from "./whole-number.ts";

interface RunOptions extends ApiOptions {
  readonly reason?: string;
}

interface RestartOptions extends RunOptions {
  readonly failed?: true;
  readonly all?: true;
  readonly task?: number;
}

/** What is asked of a connector that stays as it is. */
export function runCommands(): readonly Command[] {
  return [
    verbCommand("pause", "let a connector hold still; it keeps its place"),
    verbCommand("resume", "let a connector run on"),
    verbCommand("stop", "end a connector's tasks; it keeps its configuration and its place"),
    restartCommand(),
  ];
}

function verbCommand(verb: string, description: string): Command {
  return ofConnector(verb, description)
    .addOption(reasonOption())
    .action(async (name: string, options: RunOptions) => {
      const body = await send(options, pathOf(name, `:${verb}`), withReason(options.reason));
      printAnswer(body, standingLines(body), options);
    });
}

function restartCommand(): Command {
  return ofConnector("restart", "restart what failed of a connector, all of it, or one task")
    .addOption(new Option("--failed", "what failed, which is the default").conflicts(["all", "task"]))
    .addOption(new Option("--all", "the connector and every task").conflicts(["failed", "task"]))
    .addOption(new Option("--task <n>", "one task alone").argParser(wholeNumber).conflicts(["failed", "all"]))
    .addOption(reasonOption())
    .action(async (name: string, options: RestartOptions) => {
      const { task, all, reason } = options;
      const what = task === undefined ? { scope: all === true ? "all" : "failed" } : { task };
      const body = await send(options, pathOf(name, ":restart"), { ...what, ...withReason(reason) });
      printAnswer(body, standingLines(body), options);
    });
}
