import { Command } from "commander";
import { checkPackage } from "../handler/check-package.ts";
import type { Checked } from "../handler/check-package.ts";
import { packPackage } from "../handler/pack-package.ts";
import { publishPackage } from "../handler/publish-package.ts";
import { runOwnTests } from "../handler/test-package.ts";
import { printListing } from "../output/print.ts";
import type { OutputFormat } from "../output/print.ts";
import { handlerDevCommand } from "./handler-dev.ts";
import { authorCommand, withSamples } from "./handler-options.ts";

interface CheckOptions {
  readonly changes?: string;
  readonly config?: string;
  readonly output: OutputFormat;
}

/** `gluttony handler`: what the author of a handler types. None of it needs a host, a database or a broker. */
export function handlerCommand(): Command {
  const command = new Command("handler").description("write, try and pack a handler");
  command.addCommand(
    withSamples(
      authorCommand("check", "build the package and check every promise that the host relies on"),
    ).action(check),
  );
  command.addCommand(
    withSamples(authorCommand("test", "run the package's own tests, then check it")).action(test),
  );
  command.addCommand(handlerDevCommand());
  command.addCommand(
    authorCommand("pack", "build one file with source map, bill of materials and manifest, and pack it")
      .option("--into <folder>", "where the .tgz is written", ".")
      .action(pack),
  );
  command.addCommand(
    authorCommand("publish", "build, check and publish the package with npm")
      .option("--dry-run", "send nothing", false)
      .option("--tag <tag>", "npm's tag for this version")
      .option("--registry <url>", "another registry than npm is set up for")
      .action(publish),
  );
  return command;
}

async function check(folder: string, options: CheckOptions): Promise<void> {
  print(await checkPackage(folder, options), options.output);
}

async function test(folder: string, options: CheckOptions): Promise<void> {
  const hadTests = await runOwnTests(folder);
  if (!hadTests) process.stderr.write("The package has no script named test.\n");
  print(await checkPackage(folder, options), options.output);
}

function print(checked: Checked, format: OutputFormat): void {
  const { handlers, onMadeUpRows } = checked;
  const rows = handlers.map((name) => [name, onMadeUpRows.includes(name) ? "made-up rows" : "recorded rows"]);
  printListing({ header: ["KEEPS ITS PROMISES", "TRIED ON"], rows, value: checked }, format);
}

async function pack(
  folder: string,
  options: { readonly into: string; readonly output: OutputFormat },
): Promise<void> {
  const packed = await packPackage(folder, options.into);
  const rows = [
    ["package", packed.package],
    ["file", packed.file],
    ["bytes", String(packed.sizeBytes)],
    ["integrity", packed.integrity],
    ["holds", packed.files.join(", ")],
  ];
  printListing({ header: ["PACKED", ""], rows, value: packed }, options.output);
}

async function publish(
  folder: string,
  options: {
    readonly dryRun: boolean;
    readonly tag?: string;
    readonly registry?: string;
    readonly output: OutputFormat;
  },
): Promise<void> {
  const { dryRun: isDryRun, output, ...others } = options;
  const published = await publishPackage(folder, { isDryRun, ...others });
  const rows = [
    ["package", published.package],
    ["sent", published.isDryRun ? "no, this was a dry run" : "yes"],
    ["provenance", published.hasProvenance ? "yes" : "no: only a workflow with an identity can prove it"],
  ];
  printListing({ header: ["PUBLISHED", ""], rows, value: published }, output);
}
