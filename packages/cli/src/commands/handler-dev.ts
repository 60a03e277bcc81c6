import { Command } from "commander";
import { readDecoding } from "../change/read-decoding.ts";
import { develop } from "../handler/dev.ts";
import { newsLines } from "../handler/dev-news.ts";
import type { DevNews } from "../handler/dev-news.ts";
import { printLines } from "../output/print.ts";
import type { OutputFormat } from "../output/print.ts";
import { liveWishOf, showingOf, withLive } from "./handler-live.ts";
import type { LiveOptions } from "./handler-live.ts";
import { authorCommand, withSamples } from "./handler-options.ts";

interface DevCommandOptions extends LiveOptions {
  readonly changes?: string;
  readonly config?: string;
  readonly handler?: string;
  readonly inline: boolean;
  readonly once: boolean;
  readonly output: OutputFormat;
}

/** `gluttony handler dev`: builds at every change and runs records on the newest build, until Ctrl-C. */
export function handlerDevCommand(): Command {
  const described = authorCommand(
    "dev",
    "build at every change of the source, and run records on each build in a new cell",
  );
  return withLive(withSamples(described))
    .option("--handler <name>", "which handler, where the package has several")
    .option("--inline", "run it in this process, for a debugger", false)
    .option("--once", "end after the first replay", false)
    .action(dev);
}

async function dev(folder: string, options: DevCommandOptions): Promise<void> {
  const stop = new AbortController();
  const end = (): void => stop.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, end);
  const { inline: isInline, once: isOnce, output, handler, changes, config } = options;
  const live = liveWishOf(options);
  const decoding = await readDecoding(options.decoding);
  const given = {
    ...(handler === undefined ? {} : { handler }),
    ...(changes === undefined ? {} : { changes }),
    ...(config === undefined ? {} : { config }),
    ...(live === null ? {} : { live }),
  };
  const tell = (news: DevNews): void =>
    printLines(output === "json" ? [JSON.stringify(news)] : newsLines(news));
  const showing = showingOf(options);
  await develop(folder, { ...given, isInline, isOnce, decoding, showing }, { tell, signal: stop.signal });
}
