import { userInfo } from "node:os";
import { installFromFile } from "@gluttony/core";
import { requireMigrated } from "@gluttony/postgres";
import { Command } from "commander";
import { createLog } from "../log.ts";
import type { OutputFormat } from "../output/print.ts";
import { printListing } from "../output/print.ts";
import { requiredSettings } from "../required-settings.ts";
import { openStores, storeDirOf } from "../stores.ts";
import { version } from "../version.ts";
import { outputOption } from "./common-options.ts";

/** `gluttony plugin`: releases in this host's store. */
export function pluginCommand(): Command {
  const command = new Command("plugin").description("handler packages");
  command.addCommand(
    new Command("install")
      .description("install a release from a file that npm pack made, and activate it")
      .argument("<file>", "the .tgz")
      .option(
        "--grant <origin...>",
        "origins that the plugin may call, such as https://empi.example:8443",
        [],
      )
      .addOption(outputOption())
      .action(install),
  );
  command.addCommand(
    new Command("list").description("list installed releases").addOption(outputOption()).action(list),
  );
  return command;
}

async function install(
  file: string,
  options: { readonly grant: readonly string[]; readonly output: OutputFormat },
): Promise<void> {
  const settings = requiredSettings(["DATABASE_URL"]);
  const log = createLog("warn", { service: "gluttony", version });
  const stores = openStores(settings, log);
  try {
    await requireMigrated(stores.pool);
    const installed = await installFromFile(
      file,
      { releases: stores.releases, log },
      { storeDir: storeDirOf(settings), grantNet: options.grant, by: userInfo().username },
    );
    const { release, notGranted } = installed;
    const rows = [
      ["package", `${release.package}@${release.version}`],
      ["tree", release.treeHash],
      ["handlers", release.manifest.handlers.map((handler) => handler.name).join(", ")],
      ["granted", release.grantedNet.join(", ") || "–"],
      ["asked for, not granted", notGranted.join(", ") || "–"],
    ];
    printListing({ header: ["INSTALLED", ""], rows, value: installed }, options.output);
  } finally {
    await stores.pool.close();
  }
}

async function list(options: { readonly output: OutputFormat }): Promise<void> {
  const settings = requiredSettings(["DATABASE_URL"]);
  const stores = openStores(settings, createLog("silent", { service: "gluttony", version }));
  try {
    await requireMigrated(stores.pool);
    const releases = await stores.releases.list();
    const rows = releases.map((release) => [
      release.package,
      release.version,
      release.treeHash.slice(0, 12),
      release.manifest.handlers.map((handler) => handler.name).join(", "),
      release.grantedNet.join(", ") || "–",
    ]);
    printListing(
      { header: ["PACKAGE", "VERSION", "TREE", "HANDLERS", "GRANTED"], rows, value: releases },
      options.output,
    );
  } finally {
    await stores.pool.close();
  }
}
