import { Command } from "commander";
import {
  activateCommand,
  deactivateCommand,
  rollBackCommand,
  shadowCommand,
  unpinCommand,
} from "./plugin-deeds.ts";
import { installCommand, uninstallCommand } from "./plugin-install.ts";
import { listCommand } from "./plugin-list.ts";
import { showCommand } from "./plugin-show.ts";

/** `gluttony plugin`: handler packages, which of their releases serve, and whom. */
export function pluginCommand(): Command {
  const command = new Command("plugin").description("handler packages");
  for (const verb of [
    installCommand(),
    listCommand(),
    showCommand(),
    activateCommand(),
    deactivateCommand(),
    rollBackCommand(),
    unpinCommand(),
    shadowCommand(),
    uninstallCommand(),
  ]) {
    command.addCommand(verb);
  }
  return command;
}
