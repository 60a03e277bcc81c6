import { migrate, migrationStatus, protectConnStrings } from "@gluttony/postgres";
import { Command } from "commander";
import { printListing } from "../output/print.ts";
import { outputOption } from "./common-options.ts";
import { onStores } from "./on-stores.ts";

/** `gluttony db`: the schema that gluttony keeps in its database. */
export function dbCommand(): Command {
  const command = new Command("db").description("gluttony's own database");
  command.addCommand(
    new Command("migrate")
      .description("bring the schema to this version; adopts an existing cdc.consumer")
      .addOption(outputOption())
      .action(
        onStores(async (stores, output) => {
          const steps = await migrate(stores.pool);
          const { encrypted, warnings } = await protectConnStrings(stores.pool, stores.box);
          const rows = [
            ...steps.map((step) => [step.name, "applied"]),
            ...encrypted.map((id) => [`conn_string of consumer ${id}`, "encrypted"]),
            ...warnings.map(({ consumer, code }) => [`conn_string of ${consumer}`, code]),
          ];
          printListing({ header: ["STEP", "RESULT"], rows, value: { steps, encrypted, warnings } }, output);
        }),
      ),
  );
  command.addCommand(
    new Command("plan")
      .description("say what migrate would do")
      .addOption(outputOption())
      .action(
        onStores(async (stores, output) => {
          const { pending } = await migrationStatus(stores.pool);
          printListing(
            { header: ["WOULD APPLY"], rows: pending.map((step) => [step.name]), value: { pending } },
            output,
          );
        }),
      ),
  );
  command.addCommand(
    new Command("status")
      .description("say which migrations ran and which are missing")
      .addOption(outputOption())
      .action(
        onStores(async (stores, output) => {
          const status = await migrationStatus(stores.pool);
          const rows = [
            ...status.applied.map((step) => [step.name, step.appliedAt.toISOString()]),
            ...status.pending.map((step) => [step.name, "missing"]),
          ];
          printListing({ header: ["MIGRATION", "APPLIED"], rows, value: status }, output);
        }),
      ),
  );
  return command;
}
