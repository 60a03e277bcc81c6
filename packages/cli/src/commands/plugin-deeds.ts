import {
  type PluginChange,
  type PluginDeed,
  type PluginStanding,
  servedVersion,
  usersOf,
} from "@gluttony/core";
import type { DeedOutcome } from "@gluttony/postgres";
import { Command } from "commander";
import { type OutputFormat, printJson, printLines } from "../output/print.ts";
import { atPluginDesk, personHere } from "../plugin-desk.ts";
import { parsePackage, parseRelease } from "../release-reference.ts";
import { outputOption, reasonOption } from "./common-options.ts";

interface DeedOptions {
  readonly consumer?: string;
  readonly reason?: string;
  readonly output: OutputFormat;
}

interface ShadowOptions extends DeedOptions {
  readonly consumer: string;
  readonly off?: true;
}

/** `gluttony plugin activate`. */
export function activateCommand(): Command {
  return deedCommand("activate", "let an installed release serve; for one consumer, pin it to the release")
    .argument("<package@version>", "an installed release")
    .option("--consumer <name>", "only this consumer, by name or id")
    .action((text: string, options: DeedOptions) => {
      const { package: name, version } = parseRelease(text);
      const { consumer } = options;
      const deed: PluginDeed =
        consumer === undefined ? { do: "activate", version } : { do: "pin", version, consumer };
      return perform(name, deed, options);
    });
}

/** `gluttony plugin deactivate`. */
export function deactivateCommand(): Command {
  return deedCommand("deactivate", "let a release serve no longer; its files stay")
    .argument("<package@version>", "an active release")
    .action((text: string, options: DeedOptions) => {
      const { package: name, version } = parseRelease(text);
      return perform(name, { do: "deactivate", version }, options);
    });
}

/** `gluttony plugin roll-back`. */
export function rollBackCommand(): Command {
  return deedCommand("roll-back", "go back to the release that served before; needs no network")
    .argument("<package>", "the plugin")
    .option("--consumer <name>", "only this consumer, by name or id: pins it to the release before")
    .action((text: string, options: DeedOptions) =>
      perform(parsePackage(text), { do: "roll-back", consumer: options.consumer ?? null }, options),
    );
}

/** `gluttony plugin pin`. */
export function pinCommand(): Command {
  return deedCommand("pin", "hold a consumer on an installed release in its range")
    .argument("<package@version>", "an installed release")
    .requiredOption("--consumer <name>", "the consumer, by name or id")
    .action((text: string, options: DeedOptions & { readonly consumer: string }) => {
      const { package: name, version } = parseRelease(text);
      return perform(name, { do: "pin", version, consumer: options.consumer }, options);
    });
}

/** `gluttony plugin unpin`. */
export function unpinCommand(): Command {
  return deedCommand("unpin", "let a consumer take the highest active release in its range again")
    .argument("<package>", "the plugin")
    .requiredOption("--consumer <name>", "the consumer, by name or id")
    .action((text: string, options: DeedOptions & { readonly consumer: string }) =>
      perform(parsePackage(text), { do: "unpin", consumer: options.consumer }, options),
    );
}

/** `gluttony plugin shadow`. */
export function shadowCommand(): Command {
  return deedCommand(
    "shadow",
    "give a release the changes of a consumer, too, dry, and count how it compares",
  )
    .argument("<release>", "package@version of an installed release; with --off the package alone")
    .requiredOption("--consumer <name>", "the consumer, by name or id")
    .option("--off", "end it")
    .action((text: string, options: ShadowOptions) => {
      const { consumer, off = false } = options;
      if (off) return perform(parsePackage(text), { do: "unshadow", consumer }, options);
      const { package: name, version } = parseRelease(text);
      return perform(name, { do: "shadow", version, consumer }, options);
    });
}

/** What a deed changed and whom each release serves now, for people. */
export function deedLines(packageName: string, { changes, standing }: DeedOutcome): readonly string[] {
  const done = changes.map((change) => sentenceOf(packageName, change, standing));
  return [...(done.length === 0 ? ["nothing to change"] : done), ...servingLines(standing)];
}

/** One line a consumer of the plugin: which release serves it now. */
function servingLines(standing: PluginStanding): readonly string[] {
  return usersOf(standing).map((user) => {
    const served = servedVersion(standing, user) ?? "no release";
    const shadow = user.shadow === null ? "" : `, shadowed by ${user.shadow}`;
    return `${user.name}: ${served}${user.pin === null ? "" : " (pinned)"}${shadow}`;
  });
}

function sentenceOf(packageName: string, change: PluginChange, { consumers }: PluginStanding): string {
  const nameOf = (consumerId: string): string =>
    consumers.find(({ id }) => id === consumerId)?.name ?? consumerId;
  switch (change.do) {
    case "activate":
      return `${packageName}@${change.version} is active`;
    case "deactivate":
      return `${packageName}@${change.version} is no longer active`;
    case "pin":
      return `${nameOf(change.consumerId)} is pinned to ${packageName}@${change.version}`;
    case "unpin":
      return `${nameOf(change.consumerId)} is no longer pinned`;
    case "shadow":
      return `${packageName}@${change.version} shadows ${nameOf(change.consumerId)}`;
    case "unshadow":
      return `nothing shadows ${nameOf(change.consumerId)} any more`;
    case "remove":
      return `${packageName}@${change.version} is uninstalled`;
  }
}

function deedCommand(name: string, description: string): Command {
  return new Command(name).description(description).addOption(reasonOption()).addOption(outputOption());
}

async function perform(packageName: string, deed: PluginDeed, options: DeedOptions): Promise<void> {
  const outcome = await atPluginDesk(({ plugins }) =>
    plugins.perform(packageName, deed, personHere(options.reason)),
  );
  if (options.output === "json") printJson(outcome);
  else printLines(deedLines(packageName, outcome));
}
