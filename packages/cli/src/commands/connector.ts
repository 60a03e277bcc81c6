import { Command } from "commander";
import { changeCommands } from "./connector-change.ts";
import { doctorCommand } from "./connector-doctor.ts";
import { offsetsCommand } from "./connector-offsets.ts";
import { runCommands } from "./connector-run.ts";
import { showCommands } from "./connector-show.ts";
import { snapshotCommand } from "./connector-snapshot.ts";

/** `gluttony connector`: the connectors of Kafka Connect, what they read, and what is done with them. */
export function connectorCommand(): Command {
  const command = new Command("connector").description(
    "connectors: how they stand, what they read, what is done",
  );
  for (const inner of [...showCommands(), ...changeCommands(), ...runCommands()]) command.addCommand(inner);
  command.addCommand(offsetsCommand());
  command.addCommand(snapshotCommand());
  command.addCommand(doctorCommand());
  return command;
}
