import { rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { verifyRelease, writeKeptFile } from "@gluttony/core";
import { GluttonyError } from "@gluttony/model";
import { Command } from "commander";
import { type OutputFormat, printListing } from "../output/print.ts";
import { atPluginDesk } from "../plugin-desk.ts";
import { parsePackage, parseRelease } from "../release-reference.ts";
import { storeDirOf } from "../stores.ts";
import { outputOption } from "./common-options.ts";

/** What is kept is not what was installed. */
const differsExit = 7;

/** `gluttony plugin verify`. */
export function verifyCommand(): Command {
  return new Command("verify")
    .description(
      "compare the files of installed releases, kept and on this machine, with what was installed; exits 7 when they differ",
    )
    .argument("[package]", "one plugin; all when left out")
    .addOption(outputOption())
    .action(verify);
}

/** `gluttony plugin bundle`. */
export function bundleCommand(): Command {
  return new Command("bundle")
    .description("write the package file of an installed release, for a site that reaches no registry")
    .argument("<package@version>", "an installed release")
    .option("--into <folder>", "where the .tgz is written", ".")
    .addOption(outputOption())
    .action(bundle);
}

async function verify(
  text: string | undefined,
  { output }: { readonly output: OutputFormat },
): Promise<void> {
  const name = text === undefined ? null : parsePackage(text);
  const verified = await atPluginDesk(async ({ releases }, settings) => {
    const all = (await releases.list()).filter((one) => name === null || one.package === name);
    if (name !== null && all.length === 0) throw new GluttonyError("plugin.not_installed", { plugin: name });
    const seen: Verified[] = [];
    for (const release of all) {
      const { package: plugin, version } = release;
      seen.push({
        package: plugin,
        version,
        ...(await verifyRelease(release, releases, storeDirOf(settings))),
      });
    }
    return seen;
  });
  const rows = verified.map(({ package: plugin, version, file, folder }) => [
    plugin,
    version,
    file === null ? "as installed" : `✕ ${file}`,
    folderWords[folder],
  ]);
  printListing({ header: ["PACKAGE", "VERSION", "KEPT FILE", "FOLDER HERE"], rows, value: verified }, output);
  const differs = verified.some(({ file, folder }) => file !== null || folder === "changed");
  if (differs) process.exitCode = differsExit;
}

type Verified = Awaited<ReturnType<typeof verifyRelease>> & {
  readonly package: string;
  readonly version: string;
};

const folderWords: { readonly [folder in Verified["folder"]]: string } = {
  same: "as installed",
  changed: "✕ plugin.tree_changed",
  absent: "not here yet",
};

async function bundle(
  text: string,
  { into, output }: { readonly into: string; readonly output: OutputFormat },
): Promise<void> {
  const wanted = parseRelease(text);
  const file = join(resolve(into), fileNameOf(wanted));
  const unfinished = `${file}.${process.pid}.part`;
  const integrity = await atPluginDesk(async ({ releases }) => {
    try {
      const seen = await writeKeptFile(wanted, releases, unfinished);
      await rename(unfinished, file);
      return seen;
    } finally {
      await rm(unfinished, { force: true });
    }
  });
  const value = { ...wanted, file, integrity };
  const rows = [
    ["package", `${wanted.package}@${wanted.version}`],
    ["file", file],
    ["integrity", integrity],
  ];
  printListing({ header: ["BUNDLED", ""], rows, value }, output);
}

/** As npm names what it packs. */
function fileNameOf({
  package: name,
  version,
}: {
  readonly package: string;
  readonly version: string;
}): string {
  return `${name.replace(/^@/, "").replaceAll("/", "-")}-${version}.tgz`;
}
