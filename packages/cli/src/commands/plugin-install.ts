import { type Installed, parseRegistry } from "@gluttony/core";
import { GluttonyError } from "@gluttony/model";
import { Command, Option } from "commander";
import { createLog } from "../log.ts";
import { type OutputFormat, printJson, printLines, printListing } from "../output/print.ts";
import { atPluginDesk, personHere } from "../plugin-desk.ts";
import { installRelease, type ReleaseSource } from "../plugins/install-release.ts";
import { uninstallRelease } from "../plugins/uninstall-release.ts";
import { parseRelease } from "../release-reference.ts";
import { secretGrantsOf } from "../secret-grants.ts";
import { stepsOver } from "../steps-over-pipe.ts";
import { version } from "../version.ts";
import { outputOption, reasonOption } from "./common-options.ts";
import { deedLines } from "./plugin-deeds.ts";
import { wholeNumber } from "./whole-number.ts";

interface InstallOptions {
  readonly grant: readonly string[];
  /** `name=reference` each. */
  readonly grantSecret: readonly string[];
  /** False with `--no-activate`. */
  readonly activate: boolean;
  readonly registry?: string;
  readonly tokenEnv?: string;
  readonly stepsFd?: number;
  readonly reason?: string;
  readonly output: OutputFormat;
}

/** `gluttony plugin install`. */
export function installCommand(): Command {
  return new Command("install")
    .description("install a release from a registry, or from a file that npm pack made, and activate it")
    .argument("<source>", "package@version, package@range, or the path of a .tgz")
    .option("--grant <origin...>", "origins that the plugin may call, such as https://empi.example:8443", [])
    .option(
      "--grant-secret <name=reference...>",
      "where a secret lies that the plugin asks for, such as token=${file:/run/secrets/token}",
      [],
    )
    .option("--no-activate", "install only; activate it later, or for one consumer")
    .option("--registry <url>", "the registry to ask; none is asked that is not named")
    .option("--token-env <name>", "the environment variable that holds the registry's token")
    .addOption(stepsOption())
    .addOption(reasonOption())
    .addOption(outputOption())
    .action(install);
}

/** `gluttony plugin uninstall`. */
export function uninstallCommand(): Command {
  return new Command("uninstall")
    .description("remove a release that nobody uses")
    .argument("<package@version>", "an installed release")
    .addOption(reasonOption())
    .addOption(outputOption())
    .action(uninstall);
}

async function install(source: string, options: InstallOptions): Promise<void> {
  const grantSecrets = secretGrantsOf(options.grantSecret);
  const log = createLog("warn", { service: "gluttony", version });
  await using steps = options.stepsFd === undefined ? undefined : stepsOver(options.stepsFd);
  const watch = steps === undefined ? {} : { onStep: steps.onStep };
  const installed = await atPluginDesk(({ releases }, settings) => {
    const wish = { activates: options.activate, grantNet: options.grant, grantSecrets };
    const asked = { wish, by: personHere(options.reason) };
    return installRelease(sourceOf(source, options), asked, { releases, settings, log, ...watch });
  });
  printInstalled(installed, options);
}

function sourceOf(source: string, { registry, tokenEnv }: InstallOptions): ReleaseSource {
  if (isFile(source)) return { file: source };
  return { published: source, address: parseRegistry(named(registry), tokenOf(tokenEnv)) };
}

/** Not for people: programs that watch an install step by step, and stop it where they want. */
function stepsOption(): Option {
  return new Option("--steps-fd <n>", "descriptor on which every step is told and waited for")
    .argParser(wholeNumber)
    .hideHelp();
}

/** A package's name has no such ending; a path with another one is written with its folder. */
function isFile(source: string): boolean {
  return source.endsWith(".tgz") || source.startsWith(".") || source.startsWith("/");
}

function named(registry: string | undefined): string {
  if (registry !== undefined) return registry;
  throw new GluttonyError("plugin.registry_invalid", { seen: "No registry is named: --registry URL." });
}

/** The token itself is never typed: the history of a shell and the list of processes would show it. */
function tokenOf(name: string | undefined): string | null {
  if (name === undefined) return null;
  const token = process.env[name]?.trim() ?? "";
  if (token !== "") return token;
  throw new GluttonyError("plugin.registry_invalid", { variable: name, seen: "The variable is not set." });
}

function printInstalled(installed: Installed, { activate, output }: InstallOptions): void {
  const { release, notGranted } = installed;
  const rows = [
    ["package", `${release.package}@${release.version}`],
    ["tree", release.treeHash],
    ["handlers", release.manifest.handlers.map((handler) => handler.name).join(", ")],
    ["granted", release.grantedNet.join(", ") || "–"],
    ["asked for, not granted", notGranted.join(", ") || "–"],
    ["secrets", Object.keys(release.grantedSecrets ?? {}).join(", ") || "–"],
    ["active", activate ? "yes" : "no"],
  ];
  printListing({ header: ["INSTALLED", ""], rows, value: installed }, output);
}

async function uninstall(
  text: string,
  options: { readonly reason?: string; readonly output: OutputFormat },
): Promise<void> {
  const wanted = parseRelease(text);
  const outcome = await atPluginDesk((stores, settings) =>
    uninstallRelease(wanted, personHere(options.reason), { stores, settings }),
  );
  if (options.output === "json") printJson(outcome);
  else printLines(deedLines(wanted.package, outcome));
}
