import { createHash, randomBytes } from "node:crypto";
import type { Grant } from "@gluttony/model";
import { Command } from "commander";
import { type ApiAddress, apiAddressOf, askApi } from "../api-client.ts";
import { grantsText, roleOption } from "../grant-option.ts";
import { fieldsOf, itemsOf, shown } from "../output/fields.ts";
import { printJson, printLines, printListing } from "../output/print.ts";
import { passwordFileOption, readPassword } from "../password-file.ts";
import { type ApiOptions, outputOption, urlOption } from "./common-options.ts";
import { onStores } from "./on-stores.ts";

/** Milliseconds for which a one-time token holds. */
const bootstrapMs = 3_600_000;
const bootstrapBytes = 32;

/** `gluttony user`: the people who may sign in, through the admin API. */
export function userCommand(): Command {
  const command = new Command("user").description("people who may sign in, and what they may do");
  command.addCommand(bootstrapCommand());
  command.addCommand(firstCommand());
  command.addCommand(listCommand());
  command.addCommand(rolesCommand());
  command.addCommand(createCommand());
  command.addCommand(grantCommand());
  command.addCommand(
    isDisabledCommand("disable", "end a user's sessions and let them sign in no more", true),
  );
  command.addCommand(isDisabledCommand("enable", "let a disabled user sign in again", false));
  command.addCommand(passwordCommand());
  command.addCommand(deleteCommand());
  return command;
}

function bootstrapCommand(): Command {
  return new Command("bootstrap")
    .description("make a one-time token for the first administrator; needs gluttony's database")
    .addOption(outputOption())
    .action(
      onStores(async ({ access }, output) => {
        const token = `glb_${randomBytes(bootstrapBytes).toString("base64url")}`;
        await access.accounts.offerBootstrap(createHash("sha256").update(token).digest(), bootstrapMs);
        if (output === "json") printJson({ token, validMs: bootstrapMs });
        else
          printLines([
            token,
            "Valid for an hour, once. Make the first administrator with it:",
            "  gluttony user first --token TOKEN --name NAME --password-file FILE",
          ]);
      }),
    );
}

interface FirstOptions extends ApiOptions {
  readonly token: string;
  readonly name: string;
  readonly passwordFile: string;
}

function firstCommand(): Command {
  return ofApi("first", "make the first administrator with the one-time token")
    .requiredOption("--token <token>", "what `user bootstrap` printed")
    .requiredOption("--name <name>", "the administrator's name")
    .addOption(passwordFileOption().makeOptionMandatory())
    .action(async (options: FirstOptions) => {
      const { token, name } = options;
      const body = { token, name, password: readPassword(options.passwordFile) };
      printAnswer(await post(options, "/api/v1/bootstrap", body), options);
    });
}

function listCommand(): Command {
  return ofApi("list", "list users").action(async (options: ApiOptions) => {
    const { body } = await get(options, "/api/v1/users?limit=200");
    const rows = itemsOf(body).map((user) => [
      shown(user["name"]),
      grantsText(user["grants"]),
      user["isDisabled"] === true ? "disabled" : "enabled",
      shown(user["createdBy"]),
    ]);
    printListing({ header: ["NAME", "ROLES", "STATE", "MADE BY"], rows, value: body }, options.output);
  });
}

function rolesCommand(): Command {
  return ofApi("roles", "list roles and what each may do").action(async (options: ApiOptions) => {
    const { body } = await get(options, "/api/v1/roles");
    const rows = itemsOf(body).map(({ name, permissions }) => [
      shown(name),
      Array.isArray(permissions) ? permissions.join(" ") : "–",
    ]);
    printListing({ header: ["ROLE", "PERMISSIONS"], rows, value: body }, options.output);
  });
}

interface CreateOptions extends ApiOptions {
  readonly role: readonly Grant[];
  readonly passwordFile?: string;
}

function createCommand(): Command {
  return ofApi("create", "make a user")
    .argument("<name>", "the name to sign in with")
    .addOption(roleOption())
    .addOption(passwordFileOption())
    .action(async (name: string, options: CreateOptions) => {
      const password =
        options.passwordFile === undefined ? {} : { password: readPassword(options.passwordFile) };
      printAnswer(await post(options, "/api/v1/users", { name, grants: options.role, ...password }), options);
    });
}

function grantCommand(): Command {
  return ofApi("grant", "give a user these roles in place of all they have")
    .argument("<name>", "name or id")
    .addOption(roleOption())
    .action((name: string, options: ApiOptions & { readonly role: readonly Grant[] }) =>
      change(name, { grants: options.role }, options),
    );
}

function isDisabledCommand(name: string, description: string, isDisabled: boolean): Command {
  return ofApi(name, description)
    .argument("<name>", "name or id")
    .action((user: string, options: ApiOptions) => change(user, { isDisabled }, options));
}

function passwordCommand(): Command {
  return ofApi("password", "give a user a new password, and end their sessions")
    .argument("<name>", "name or id")
    .addOption(passwordFileOption().makeOptionMandatory())
    .action(async (name: string, options: ApiOptions & { readonly passwordFile: string }) => {
      const path = `${pathOf(name)}:set-password`;
      await post(options, path, { password: readPassword(options.passwordFile) });
      printDone(options, `${name} has a new password`);
    });
}

function deleteCommand(): Command {
  return ofApi("delete", "delete a user")
    .argument("<name>", "name or id")
    .action(async (name: string, options: ApiOptions) => {
      const read = await get(options, pathOf(name));
      await askApi(addressOf(options), { method: "DELETE", path: pathOf(name), ifMatch: read.etag ?? "" });
      printDone(options, `deleted ${name}`);
    });
}

async function change(name: string, wanted: object, options: ApiOptions): Promise<void> {
  const read = await get(options, pathOf(name));
  const body = { ...fieldsOf(read.body), ...wanted };
  const request = { method: "PUT", path: pathOf(name), body, ifMatch: read.etag ?? "" } as const;
  printAnswer(await askApi(addressOf(options), request), options);
}

function ofApi(name: string, description: string): Command {
  return new Command(name).description(description).addOption(outputOption()).addOption(urlOption());
}

function addressOf(options: ApiOptions): ApiAddress {
  return apiAddressOf(options.url);
}

function get(options: ApiOptions, path: string): ReturnType<typeof askApi> {
  return askApi(addressOf(options), { method: "GET", path });
}

function post(options: ApiOptions, path: string, body: object): ReturnType<typeof askApi> {
  return askApi(addressOf(options), { method: "POST", path, body });
}

function printAnswer({ body }: Awaited<ReturnType<typeof askApi>>, options: ApiOptions): void {
  if (options.output === "json") {
    printJson(body);
    return;
  }
  const { name, grants, isDisabled } = fieldsOf(body);
  const state = isDisabled === true ? "disabled" : "enabled";
  printListing(
    { header: ["NAME", "ROLES", "STATE"], rows: [[shown(name), grantsText(grants), state]], value: body },
    "table",
  );
}

function printDone(options: ApiOptions, sentence: string): void {
  if (options.output === "json") printJson({ ok: true });
  else printLines([sentence]);
}

function pathOf(name: string): string {
  return `/api/v1/users/${encodeURIComponent(name)}`;
}
