import { Command } from "commander";
import { apiAddressOf, askApi } from "../api-client.ts";
import { type Fields, fieldsOf, itemsOf, shown } from "../output/fields.ts";
import { printJson, printLines, printListing } from "../output/print.ts";
import { parseRelease } from "../release-reference.ts";
import { consumerPluginDeeds } from "./consumer-plugin-deeds.ts";
import { type ApiOptions, outputOption, reasonOption, urlOption } from "./common-options.ts";

interface UpgradeOptions extends ApiOptions {
  readonly dryRun?: boolean;
  readonly reason?: string;
}

/** `gluttony consumer plugin`: which release runs a consumer's handler, and what another one would change. */
export function consumerPluginCommand(): Command {
  const command = new Command("plugin").description("the release that runs a consumer's handler");
  command.addCommand(
    new Command("show")
      .description("show the release that serves a consumer, its pin and its shadow")
      .argument("<consumer>", "name or id")
      .addOption(outputOption())
      .addOption(urlOption())
      .action(show),
  );
  command.addCommand(
    new Command("upgrade")
      .description("pin a consumer to a release, after a look at what that changes")
      .argument("<consumer>", "name or id")
      .argument("<package@version>", "an installed release")
      .option("--dry-run", "say what would change; change nothing")
      .addOption(reasonOption())
      .addOption(outputOption())
      .addOption(urlOption())
      .action(upgrade),
  );
  for (const deed of consumerPluginDeeds()) command.addCommand(deed);
  return command;
}

async function show(consumer: string, options: ApiOptions): Promise<void> {
  const path = `/api/v1/consumers/${encodeURIComponent(consumer)}/plugins`;
  const { body } = await askApi(apiAddressOf(options.url), { method: "GET", path });
  const rows = itemsOf(body).map((one) => [
    ...["package", "handler", "served"].map((name) => shown(one[name])),
    shown(fieldsOf(one["pin"])["version"]),
    shown(fieldsOf(one["shadow"])["version"]),
  ]);
  const header = ["PACKAGE", "HANDLER", "SERVED BY", "PIN", "SHADOW"];
  printListing({ header, rows, value: body }, options.output);
}

async function upgrade(consumer: string, text: string, options: UpgradeOptions): Promise<void> {
  const api = apiAddressOf(options.url);
  const { package: name, version } = parseRelease(text);
  const path = `/api/v1/consumers/${encodeURIComponent(consumer)}/plugins/${encodeURIComponent(name)}`;
  const { body } = await askApi(api, { method: "POST", path: `${path}:plan-upgrade`, body: { version } });
  const { hash, expiresAt, ...plan } = fieldsOf(body);
  if (options.dryRun === true) {
    if (options.output === "json") printJson(body);
    else printLines(planLines(plan));
    return;
  }
  const reason = options.reason === undefined ? {} : { reason: options.reason };
  const { body: done } = await askApi(api, {
    method: "POST",
    path: `${path}:apply-upgrade`,
    body: { version, hash, expiresAt, ...reason },
  });
  if (options.output === "json") printJson(done);
  else printLines([`${consumer} is pinned to ${name}@${version}`, ...planLines(plan)]);
}

function planLines(plan: Fields): readonly string[] {
  const permissions = fieldsOf(plan["permissions"]);
  const changes = listOf(plan["settings"]).map((one) => {
    const isSet = one["isSet"] === true ? ", is set" : "";
    return `  setting ${shown(one["name"])}: ${shown(one["change"])}${isSet}`;
  });
  const blockers = listOf(plan["blockers"]).map((one) => `✕ ${shown(one["code"])}  ${shown(one["message"])}`);
  return [
    `${shown(plan["from"])} → ${shown(plan["to"])}, handler ${shown(plan["handler"])}`,
    ...changes,
    ...textsOf(permissions["added"]).map((asked) => `  asks for ${asked}, too`),
    ...textsOf(permissions["removed"]).map((asked) => `  asks for ${asked} no longer`),
    ...textsOf(plan["warnings"]).map((warning) => `! ${warning}`),
    ...blockers,
  ];
}

function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(shown) : [];
}
