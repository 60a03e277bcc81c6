import { Command } from "commander";
import { type OutputFormat, printListing } from "../output/print.ts";
import { atPluginDesk } from "../plugin-desk.ts";
import { readPluginPolicy } from "../plugin-policy.ts";
import { registryOf } from "../plugins/install-release.ts";
import { publishedReleases } from "../plugins/published-releases.ts";
import { searchRegistry } from "../plugins/search-registry.ts";
import { parsePackage } from "../release-reference.ts";
import { requiredSettings } from "../required-settings.ts";
import { outputOption } from "./common-options.ts";

interface RegistryOptions {
  /** Its name in the policy. */
  readonly registry?: string;
  readonly output: OutputFormat;
}

/** Something stands against an installed release. */
const foundExit = 7;

/** `gluttony plugin search`, `outdated` and `audit`: what the policy's registry says. Nothing is installed by it. */
export function registryCommands(): readonly Command[] {
  return [
    ofRegistry("search", "search the policy's registry, and say what the policy lets in")
      .argument("<text>", "words of a name, a description or the keywords")
      .action(search),
    ofRegistry("outdated", "list installed releases beside the newest one that the policy lets in")
      .argument("[package]", "one plugin; all when left out")
      .action(outdated),
    ofRegistry(
      "audit",
      "say which installed releases their registry no longer offers as they are; exits 7 when there are some",
    )
      .argument("[package]", "one plugin; all when left out")
      .action(audit),
  ];
}

function ofRegistry(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option("--registry <name>", "the registry's name in the policy, where it names several")
    .addOption(outputOption());
}

async function search(text: string, { registry, output }: RegistryOptions): Promise<void> {
  const settings = requiredSettings([]);
  const policy = await readPluginPolicy(settings);
  const found = await searchRegistry(text, await registryOf(registry ?? null, policy, settings), policy);
  const rows = found.map((one) => [
    one.package,
    one.version,
    one.isAllowed ? "yes" : "no",
    one.description || "–",
  ]);
  const header = ["PACKAGE", "VERSION", "ALLOWED", "DESCRIPTION"];
  printListing({ header, rows, value: found }, output);
}

async function outdated(name: string | undefined, options: RegistryOptions): Promise<void> {
  const releases = await published(name, options);
  const rows = releases.map(({ package: plugin, version, isActive, newest }) => [
    plugin,
    version,
    isActive ? "yes" : "no",
    newest ?? "–",
    newest === null || newest === version ? "–" : "yes",
  ]);
  const header = ["PACKAGE", "INSTALLED", "ACTIVE", "NEWEST", "ANOTHER IS OFFERED"];
  printListing({ header, rows, value: releases }, options.output);
}

async function audit(name: string | undefined, options: RegistryOptions): Promise<void> {
  const releases = await published(name, options);
  const rows = releases.map(({ package: plugin, version, isActive, finding, note }) => [
    plugin,
    version,
    isActive ? "yes" : "no",
    finding ?? "nothing",
    note || "–",
  ]);
  const header = ["PACKAGE", "VERSION", "ACTIVE", "FOUND", "ITS AUTHOR SAYS"];
  printListing({ header, rows, value: releases }, options.output);
  if (releases.some(({ finding }) => finding !== null)) process.exitCode = foundExit;
}

function published(
  name: string | undefined,
  { registry }: RegistryOptions,
): ReturnType<typeof publishedReleases> {
  const plugin = name === undefined ? null : parsePackage(name);
  return atPluginDesk((stores, settings) =>
    publishedReleases({ plugin, registry: registry ?? null }, { stores, settings }),
  );
}
