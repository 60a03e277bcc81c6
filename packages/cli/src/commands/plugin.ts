import { Command } from "commander";
import {
  activateCommand,
  deactivateCommand,
  pinCommand,
  rollBackCommand,
  shadowCommand,
  unpinCommand,
} from "./plugin-deeds.ts";
import { bundleCommand, verifyCommand } from "./plugin-files.ts";
import { installCommand, uninstallCommand } from "./plugin-install.ts";
import { listCommand } from "./plugin-list.ts";
import { registryCommands } from "./plugin-registry.ts";
import { showCommand } from "./plugin-show.ts";

/** `gluttony plugin`: handler packages, which of their releases serve, and whom. */
export function pluginCommand(): Command {
  const command = new Command("plugin").description("handler packages");
  for (const verb of [
    installCommand(),
    listCommand(),
    showCommand().alias("info"),
    activateCommand(),
    deactivateCommand(),
    rollBackCommand().alias("rollback"),
    pinCommand(),
    unpinCommand(),
    shadowCommand(),
    ...registryCommands(),
    verifyCommand(),
    bundleCommand(),
    uninstallCommand().alias("remove"),
  ]) {
    command.addCommand(verb);
  }
  return command;
}
