import { fork } from "node:child_process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { GluttonyError } from "@gluttony/model";
import type { AuthorPackage } from "./author-package.ts";
import type { DescribeAnswer, DescribeOrder } from "./describe-program.ts";

/** Milliseconds that the modules may take to be imported. */
const importMs = 20_000;

/**
 * The schemas of a bundle's handlers, by the handler's name; null for one without settings. The bundle is imported in a
 * process of its own. Throws `plugin.import_failed` or `plugin.export_missing`.
 */
export async function describeHandlers(
  plugin: AuthorPackage,
  fileOf: (entry: string) => string,
): Promise<ReadonlyMap<string, object | null>> {
  const order: DescribeOrder = plugin.handlers.map(({ name, entry, export: exported }) => ({
    name,
    export: exported,
    url: pathToFileURL(fileOf(entry)).href,
  }));
  const answer = await ask(order);
  if ("failed" in answer) {
    const { code, seen } = answer.failed;
    throw new GluttonyError(code, { plugin: plugin.name, seen });
  }
  return new Map(answer.schemas);
}

function ask(order: DescribeOrder): Promise<DescribeAnswer> {
  const child = fork(programPath(), [], {
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    execArgv: ["--enable-source-maps"],
    env: { PATH: process.env["PATH"] ?? "" },
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), importMs);
  child.send(order);
  return new Promise((resolve) => {
    child.once("message", (message: unknown) => {
      resolve(message as DescribeAnswer);
      child.kill("SIGKILL");
    });
    child.once("error", (error) => resolve(ended(error.name)));
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      resolve(ended(`The process that imports it ended with ${signal ?? `code ${code}`}.`));
    });
  });
}

function ended(seen: string): DescribeAnswer {
  return { failed: { code: "plugin.import_failed", seen } };
}

/** The built program, also while this file itself runs from its sources. */
function programPath(): string {
  const here = import.meta.url;
  return fileURLToPath(
    here.endsWith(".ts")
      ? new URL("../../dist/handler/describe-program.js", here)
      : new URL("./describe-program.js", here),
  );
}
