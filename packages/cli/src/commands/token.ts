import type { Grant } from "@gluttony/model";
import { Command } from "commander";
import { apiAddressOf, askApi } from "../api-client.ts";
import { grantsText, roleOption } from "../grant-option.ts";
import { fieldsOf, itemsOf, shown } from "../output/fields.ts";
import { printJson, printLines, printListing } from "../output/print.ts";
import { type ApiOptions, outputOption, urlOption } from "./common-options.ts";
import { wholeNumber } from "./whole-number.ts";

const daysStandard = 90;

/** `gluttony token`: tokens of programs, through the admin API. */
export function tokenCommand(): Command {
  const command = new Command("token").description("tokens with which programs use the admin API");
  command.addCommand(
    ofApi("list", "list tokens, without their secrets").action(async (options: ApiOptions) => {
      const { body } = await askApi(apiAddressOf(options.url), {
        method: "GET",
        path: "/api/v1/tokens?limit=200",
      });
      const rows = itemsOf(body).map((token) => [
        shown(token["id"]),
        shown(token["name"]),
        `${shown(token["shown"])}…`,
        grantsText(token["grants"]),
        token["revokedAt"] === null ? shown(token["expiresAt"]) : "revoked",
        shown(token["lastUsedAt"]),
      ]);
      printListing(
        { header: ["ID", "NAME", "TOKEN", "ROLES", "EXPIRES", "LAST USED"], rows, value: body },
        options.output,
      );
    }),
  );
  command.addCommand(createCommand());
  command.addCommand(
    ofApi("revoke", "let a token open nothing from now on")
      .argument("<id>", "as `token list` shows it")
      .action(async (id: string, options: ApiOptions) => {
        const path = `/api/v1/tokens/${encodeURIComponent(id)}:revoke`;
        const { body } = await askApi(apiAddressOf(options.url), { method: "POST", path });
        if (options.output === "json") printJson(body);
        else printLines([`revoked ${shown(fieldsOf(body)["name"])}`]);
      }),
  );
  return command;
}

interface CreateOptions extends ApiOptions {
  readonly role: readonly Grant[];
  readonly days: number;
}

function createCommand(): Command {
  return ofApi("create", "make a token; its secret is printed once")
    .argument("<name>", "what it is for")
    .addOption(roleOption())
    .option("--days <n>", "days until it runs out", wholeNumber, daysStandard)
    .action(async (name: string, options: CreateOptions) => {
      const { body } = await askApi(apiAddressOf(options.url), {
        method: "POST",
        path: "/api/v1/tokens",
        body: { name, grants: options.role, expiresInDays: options.days },
      });
      if (options.output === "json") {
        printJson(body);
        return;
      }
      const { secret, expiresAt } = fieldsOf(body);
      printLines([shown(secret), `Valid until ${shown(expiresAt)}. It is not shown again.`]);
    });
}

function ofApi(name: string, description: string): Command {
  return new Command(name).description(description).addOption(outputOption()).addOption(urlOption());
}
