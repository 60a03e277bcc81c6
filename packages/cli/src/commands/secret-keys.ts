import { userInfo } from "node:os";
import { GluttonyError } from "@gluttony/model";
import { rewrap, type RewrapCount, sealClearSecrets } from "@gluttony/postgres";
import { Command } from "commander";
import { printListing } from "../output/print.ts";
import { outputOption } from "./common-options.ts";
import { onStores } from "./on-stores.ts";

/** `gluttony secret migrate`: seals connection strings that rest in clear text. Works on the database itself. */
export function migrateSecretsCommand(): Command {
  return new Command("migrate")
    .description("seal connection strings that rest in clear text; needs gluttony's database")
    .addOption(outputOption())
    .action(
      onStores(async ({ pool, box }, output) => {
        const value = await sealClearSecrets(pool, box);
        const { consumers, connectors, remaining } = value;
        const rows = [
          ...consumers.map((id) => ["consumer", id, "sealed"]),
          ...connectors.map((name) => ["connector", name, "sealed"]),
          ...remaining.consumers.map((name) => ["consumer", name, "still in clear text"]),
          ...remaining.connectors.map((name) => ["connector", name, "still in clear text"]),
        ];
        printListing({ header: ["KIND", "WHICH", "RESULT"], rows, value }, output);
        if (remaining.consumers.length + remaining.connectors.length > 0)
          throw new GluttonyError("secret.clear_remains", { ...remaining });
      }),
    );
}

/** `gluttony secret rewrap`: seals everything anew with the current master key. Works on the database itself. */
export function rewrapCommand(): Command {
  return new Command("rewrap")
    .description(
      "seal everything anew with GLUTTONY_MASTER_KEY; may be stopped and started again at any time",
    )
    .addOption(outputOption())
    .action(
      onStores(async ({ pool, box }, output) => {
        if (box === null) throw new GluttonyError("secret.master_key_missing");
        const onBatch = output === "table" ? tellBatch : undefined;
        const actor = userInfo().username;
        const value = await rewrap(pool, box, onBatch === undefined ? { actor } : { actor, onBatch });
        const rows = value.tables.map(({ table, resealed, unreadable }) => [
          table,
          String(resealed),
          String(unreadable),
        ]);
        printListing({ header: ["TABLE", "SEALED ANEW", "UNREADABLE"], rows, value }, output);
        const unreadable = value.tables.filter((one) => one.unreadable > 0).map(({ table }) => table);
        if (unreadable.length > 0) throw new GluttonyError("secret.unreadable", { tables: unreadable });
      }),
    );
}

/** On stderr, so that stdout holds the result alone. */
function tellBatch({ table, resealed }: RewrapCount): void {
  process.stderr.write(`${table}: ${resealed} sealed anew\n`);
}
