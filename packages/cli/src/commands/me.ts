import { Command, Option } from "commander";
import { apiAddressOf, type ApiAnswer, type ApiRequest, askApi } from "../api-client.ts";
import { grantsText } from "../grant-option.ts";
import { type Fields, fieldsOf, itemsOf, shown } from "../output/fields.ts";
import { printJson, printLines, printListing } from "../output/print.ts";
import { type ApiOptions, outputOption, urlOption } from "./common-options.ts";

/** `gluttony me`: who asks, and what is theirs, through the admin API. */
export function meCommand(): Command {
  const command = new Command("me").description("who you are to gluttony, and what is yours");
  command.addCommand(
    ofApi("show", "say who asks, and what they may do").action(async (options: ApiOptions) => {
      printMe((await ask(options, { method: "GET", path: "/api/v1/me" })).body, options);
    }),
  );
  command.addCommand(setCommand());
  command.addCommand(sessionsCommand());
  command.addCommand(endSessionCommand());
  command.addCommand(tokensCommand());
  command.addCommand(revokeTokenCommand());
  return command;
}

interface SetOptions extends ApiOptions {
  readonly displayName?: string;
  readonly language?: string;
  readonly zone?: string;
}

function setCommand(): Command {
  return ofApi("set", "say how you are called, and in which language and zone you read; none takes it away")
    .option("--display-name <name>", "how people read your name")
    .addOption(
      new Option("--language <language>", "in which you are answered").choices(["en", "zh-CN", "none"]),
    )
    .option("--zone <zone>", "time zone, as Asia/Shanghai")
    .action(async (options: SetOptions) => {
      const path = "/api/v1/me";
      const read = await ask(options, { method: "GET", path });
      const wanted = { displayName: options.displayName, language: options.language, timeZone: options.zone };
      const body = Object.fromEntries(
        Object.entries(wanted).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, value === "none" ? null : value]],
        ),
      );
      const changed = await ask(options, {
        method: "PATCH",
        path,
        body,
        ...(read.etag === null ? {} : { ifMatch: read.etag }),
      });
      printMe(changed.body, options);
    });
}

function sessionsCommand(): Command {
  return ofApi("sessions", "list where you are signed in").action(async (options: ApiOptions) => {
    const { body } = await ask(options, { method: "GET", path: "/api/v1/me/sessions?limit=200" });
    const rows = itemsOf(body).map((session) => [
      shown(session["id"]),
      shown(session["createdAt"]),
      shown(session["seenAt"]),
      shown(session["address"]),
      shown(session["client"]),
    ]);
    printListing({ header: ["ID", "SINCE", "LAST SEEN", "FROM", "WITH"], rows, value: body }, options.output);
  });
}

function endSessionCommand(): Command {
  return ofApi("end-session", "end one of your sessions, or all of them")
    .argument("<id>", "as `me sessions` shows it, or `all`")
    .action(async (id: string, options: ApiOptions) => {
      const path =
        id === "all" ? "/api/v1/me/sessions:end-others" : `/api/v1/me/sessions/${encodeURIComponent(id)}:end`;
      const { body } = await ask(options, { method: "POST", path });
      const ended = id === "all" ? fieldsOf(body)["ended"] : 1;
      if (options.output === "json") printJson({ ended });
      else printLines([`ended ${shown(ended)}`]);
    });
}

function tokensCommand(): Command {
  return ofApi("tokens", "list your own tokens, without their secrets").action(
    async (options: ApiOptions) => {
      const { body } = await ask(options, { method: "GET", path: "/api/v1/me/tokens?limit=200" });
      const rows = itemsOf(body).map((token) => [
        shown(token["id"]),
        shown(token["name"]),
        grantsText(token["grants"]),
        token["revokedAt"] === null ? shown(token["expiresAt"]) : "revoked",
        shown(token["lastUsedAt"]),
      ]);
      printListing(
        { header: ["ID", "NAME", "ROLES", "EXPIRES", "LAST USED"], rows, value: body },
        options.output,
      );
    },
  );
}

function revokeTokenCommand(): Command {
  return ofApi("revoke-token", "let one of your own tokens open nothing from now on")
    .argument("<id>", "as `me tokens` shows it")
    .action(async (id: string, options: ApiOptions) => {
      const path = `/api/v1/me/tokens/${encodeURIComponent(id)}:revoke`;
      const { body } = await ask(options, { method: "POST", path });
      if (options.output === "json") printJson(body);
      else printLines([`revoked ${shown(fieldsOf(body)["name"])}`]);
    });
}

function printMe(body: unknown, { output }: ApiOptions): void {
  if (output === "json") printJson(body);
  else printLines(meLines(fieldsOf(body)));
}

function meLines(me: Fields): readonly string[] {
  const profile = fieldsOf(me["profile"]);
  const own = me["profile"] === null ? [] : ["displayName", "language", "timeZone"];
  return [
    `${shown(me["actor"])} (${shown(me["kind"])})`,
    `  roles: ${grantsText(me["grants"])}`,
    ...own.map((name) => `  ${name}: ${shown(profile[name])}`),
  ];
}

function ask({ url }: ApiOptions, request: ApiRequest): Promise<ApiAnswer> {
  return askApi(apiAddressOf(url), request);
}

function ofApi(name: string, description: string): Command {
  return new Command(name).description(description).addOption(outputOption()).addOption(urlOption());
}
