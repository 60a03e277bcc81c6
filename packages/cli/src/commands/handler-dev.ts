import { Command } from "commander";
import { develop } from "../handler/dev.ts";
import { newsLines } from "../handler/dev-news.ts";
import type { DevNews } from "../handler/dev-news.ts";
import { printLines } from "../output/print.ts";
import type { OutputFormat } from "../output/print.ts";
import { authorCommand, withSamples } from "./handler-options.ts";

interface DevCommandOptions {
  readonly changes?: string;
  readonly config?: string;
  readonly handler?: string;
  readonly inline: boolean;
  readonly once: boolean;
  readonly output: OutputFormat;
}

/** `gluttony handler dev`: builds at every change and replays records on the newest build, until Ctrl-C. */
export function handlerDevCommand(): Command {
  return withSamples(
    authorCommand(
      "dev",
      "build at every change of the source, and replay records on each build in a new cell",
    ),
  )
    .option("--handler <name>", "which handler, where the package has several")
    .option("--inline", "run it in this process, for a debugger", false)
    .option("--once", "end after the first replay", false)
    .action(dev);
}

async function dev(folder: string, options: DevCommandOptions): Promise<void> {
  const stop = new AbortController();
  const end = (): void => stop.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, end);
  const { inline: isInline, once: isOnce, output, ...files } = options;
  const tell = (news: DevNews): void =>
    printLines(output === "json" ? [JSON.stringify(news)] : newsLines(news));
  await develop(folder, { ...files, isInline, isOnce }, { tell, signal: stop.signal });
}
