import { Command } from "commander";
import { alertCommand } from "./commands/alert.ts";
import { auditCommand } from "./commands/audit.ts";
import { bundleCommand } from "./commands/bundle.ts";
import { changeCommand } from "./commands/change.ts";
import { configCommand } from "./commands/config.ts";
import { connectorCommand } from "./commands/connector.ts";
import { consumerCommand } from "./commands/consumer.ts";
import { dbCommand } from "./commands/db.ts";
import { deadLetterCommand } from "./commands/dead-letter.ts";
import { demoCommand } from "./commands/demo.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { handlerCommand } from "./commands/handler.ts";
import { meCommand } from "./commands/me.ts";
import { maskingCommand } from "./commands/masking.ts";
import { opCommand } from "./commands/op.ts";
import { metricsCommand } from "./commands/metrics.ts";
import { pluginCommand } from "./commands/plugin.ts";
import { secretCommand } from "./commands/secret.ts";
import { serveCommand } from "./commands/serve.ts";
import { settingsCommand } from "./commands/settings.ts";
import { statusCommand } from "./commands/status.ts";
import { tokenCommand } from "./commands/token.ts";
import { userCommand } from "./commands/user.ts";
import { typesCommand } from "./commands/types.ts";
import { version } from "./version.ts";

/** The whole command tree, one line a noun. */
export function createProgram(): Command {
  const program = new Command("gluttony")
    .description("Runs handlers, published as npm packages, on database changes.")
    .version(version)
    .showSuggestionAfterError();
  for (const command of [
    demoCommand(),
    serveCommand(),
    doctorCommand(),
    bundleCommand(),
    statusCommand(),
    dbCommand(),
    consumerCommand(),
    opCommand(),
    connectorCommand(),
    configCommand(),
    deadLetterCommand(),
    pluginCommand(),
    changeCommand(),
    maskingCommand(),
    handlerCommand(),
    userCommand(),
    tokenCommand(),
    meCommand(),
    alertCommand(),
    auditCommand(),
    metricsCommand(),
    secretCommand(),
    settingsCommand(),
    typesCommand(),
  ]) {
    program.addCommand(command);
  }
  throwInsteadOfExit(program);
  return program;
}

/** Commander hands this on only to commands that it makes itself; the others would exit with a code of their own. */
function throwInsteadOfExit(command: Command): void {
  command.exitOverride();
  for (const inner of command.commands) throwInsteadOfExit(inner);
}
