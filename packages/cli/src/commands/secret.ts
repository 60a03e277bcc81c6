import { Command } from "commander";
import { apiAddressOf, askApi } from "../api-client.ts";
import { fieldsOf, type Fields, itemsOf, shown } from "../output/fields.ts";
import { printJson, printLines, printListing } from "../output/print.ts";
import { readSecretValue, valueFileOption } from "../secret-file.ts";
import { type ApiOptions, outputOption, urlOption } from "./common-options.ts";
import { migrateSecretsCommand, rewrapCommand } from "./secret-keys.ts";

/** `gluttony secret`: values that connection strings and grants refer to as `${secret:name}`. */
export function secretCommand(): Command {
  const command = new Command("secret").description(
    "secrets under names, and the keys that they are sealed with",
  );
  command.addCommand(listCommand());
  command.addCommand(setCommand());
  command.addCommand(rotateCommand());
  command.addCommand(clearCommand());
  command.addCommand(deleteCommand());
  command.addCommand(whereUsedCommand());
  command.addCommand(migrateSecretsCommand());
  command.addCommand(rewrapCommand());
  return command;
}

function listCommand(): Command {
  return ofApi("list", "list secrets, without their values").action(async (options: ApiOptions) => {
    const { body } = await get(options, "/api/v1/secrets?limit=200");
    const rows = itemsOf(body).map((secret) => [
      shown(secret["name"]),
      secret["set"] === true ? shown(secret["fingerprint"]) : "cleared",
      shown(secret["ref"]),
      shown(secret["rotatedAt"]),
      shown(secret["rotatedBy"]),
      String(usesOf(secret).length),
    ]);
    const header = ["NAME", "FINGERPRINT", "REFERENCE", "SET AT", "BY", "USED BY"];
    printListing({ header, rows, value: body }, options.output);
  });
}

interface ValueOptions extends ApiOptions {
  readonly valueFile: string;
}

function setCommand(): Command {
  return ofApi("set", "make a secret")
    .argument("<name>", "1 to 63 of a-z, 0-9 and hyphen")
    .addOption(valueFileOption())
    .action(async (name: string, options: ValueOptions) => {
      const body = { value: readSecretValue(options.valueFile) };
      const request = { method: "PUT", path: pathOf(name), body, isNew: true } as const;
      const answer = await askApi(apiAddressOf(options.url), request);
      printSecret(fieldsOf(answer.body), "set", options);
    });
}

function rotateCommand(): Command {
  return ofApi("rotate", "give a secret another value")
    .argument("<name>", "as `secret list` shows it")
    .addOption(valueFileOption())
    .action((name: string, options: ValueOptions) =>
      change(name, readSecretValue(options.valueFile), { options, done: "rotated" }),
    );
}

function clearCommand(): Command {
  return ofApi("clear", "take a secret's value away and keep its name")
    .argument("<name>", "as `secret list` shows it")
    .action((name: string, options: ApiOptions) => change(name, null, { options, done: "cleared" }));
}

function deleteCommand(): Command {
  return ofApi("delete", "delete a secret that nothing refers to")
    .argument("<name>", "as `secret list` shows it")
    .action(async (name: string, options: ApiOptions) => {
      const { etag } = await get(options, pathOf(name));
      const request = { method: "DELETE", path: pathOf(name), ifMatch: etag ?? "" } as const;
      await askApi(apiAddressOf(options.url), request);
      if (options.output === "json") printJson({ ok: true });
      else printLines([`deleted ${name}`]);
    });
}

function whereUsedCommand(): Command {
  return ofApi("where-used", "say who refers to a secret")
    .argument("<name>", "as `secret list` shows it")
    .action(async (name: string, options: ApiOptions) => {
      const { body } = await get(options, pathOf(name));
      const uses = usesOf(fieldsOf(body));
      const rows = uses.map((use) => [shown(use["kind"]), shown(use["name"]), shown(use["id"])]);
      printListing({ header: ["KIND", "NAME", "ID"], rows, value: { items: uses } }, options.output);
    });
}

async function change(
  name: string,
  value: string | null,
  { options, done }: { readonly options: ApiOptions; readonly done: string },
): Promise<void> {
  const { etag } = await get(options, pathOf(name));
  const request = { method: "PUT", path: pathOf(name), body: { value }, ifMatch: etag ?? "" } as const;
  const { body } = await askApi(apiAddressOf(options.url), request);
  printSecret(fieldsOf(body), done, options);
}

function printSecret(secret: Fields, done: string, { output }: ApiOptions): void {
  if (output === "json") printJson(secret);
  else printLines([`${done} ${shown(secret["name"])}; refer to it as ${shown(secret["ref"])}`]);
}

function usesOf(secret: Fields): readonly Fields[] {
  return itemsOf({ items: secret["usedBy"] });
}

function get({ url }: ApiOptions, path: string): ReturnType<typeof askApi> {
  return askApi(apiAddressOf(url), { method: "GET", path });
}

function ofApi(name: string, description: string): Command {
  return new Command(name).description(description).addOption(outputOption()).addOption(urlOption());
}

function pathOf(name: string): string {
  return `/api/v1/secrets/${encodeURIComponent(name)}`;
}
