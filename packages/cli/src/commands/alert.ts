import { Command } from "commander";
import { apiAddressOf, askApi } from "../api-client.ts";
import { type Fields, fieldsOf, itemsOf, shown } from "../output/fields.ts";
import { printJson, printLines, printListing } from "../output/print.ts";
import { type ApiOptions, outputOption, urlOption } from "./common-options.ts";
import { wholeNumber } from "./whole-number.ts";

/** `gluttony alert`: what fires, and who is told, through the admin API. */
export function alertCommand(): Command {
  const command = new Command("alert").description("what fires, the rules, and where alerts go");
  command.addCommand(listCommand());
  command.addCommand(acknowledgeCommand());
  command.addCommand(rulesCommand());
  command.addCommand(channelsCommand());
  command.addCommand(testCommand());
  command.addCommand(silenceCommand());
  return command;
}

function listCommand(): Command {
  return ofApi("list", "list alerts, newest first")
    .option("--state <state>", "pending, firing or resolved")
    .action(async (options: ApiOptions & { readonly state?: string }) => {
      const query = new URLSearchParams({
        limit: "200",
        ...(options.state === undefined ? {} : { state: options.state }),
      });
      const body = await get(options, `alerts?${query.toString()}`);
      const rows = itemsOf(body).map((alert) =>
        [
          alert["id"],
          alert["state"],
          alert["rule"],
          fieldsOf(alert["evidence"])["consumer"] ?? fieldsOf(alert["subject"])["id"],
          alert["value"],
          alert["since"],
          fieldsOf(alert["acknowledged"])["by"],
          toldOf(alert),
        ].map(shown),
      );
      const header = ["ID", "STATE", "RULE", "OF", "VALUE", "SINCE", "TAKEN BY", "TOLD"];
      printListing({ header, rows, value: body }, options.output);
    });
}

/** How telling it went, channel by channel. */
function toldOf({ deliveries }: Fields): string {
  if (!Array.isArray(deliveries) || deliveries.length === 0) return "nobody";
  return deliveries
    .map(fieldsOf)
    .map(({ channel, turn, state, code }) => {
      const why = code === null || code === undefined ? "" : ` (${shown(code)})`;
      return `${shown(channel)}: ${shown(turn)} ${shown(state)}${why}`;
    })
    .join("; ");
}

function acknowledgeCommand(): Command {
  return ofApi("acknowledge", "say that you look after an alert")
    .argument("<id>", "its number")
    .option("--note <text>", "what you are about to do")
    .action(async (id: string, options: ApiOptions & { readonly note?: string }) => {
      const { body } = await askApi(apiAddressOf(options.url), {
        method: "POST",
        path: `/api/v1/alerts/${encodeURIComponent(id)}:acknowledge`,
        body: options.note === undefined ? {} : { note: options.note },
      });
      if (options.output === "json") printJson(body);
      else printLines([`acknowledged ${id}`]);
    });
}

interface RulesOptions extends ApiOptions {
  readonly set?: string;
  readonly threshold?: string;
  readonly for?: number;
  readonly enabled?: boolean;
}

function rulesCommand(): Command {
  return ofApi("rules", "list the rules, or set one")
    .option("--set <rule>", "the rule to set")
    .option("--threshold <value>", "it fires above this, in the rule's unit")
    .option("--for <seconds>", "only after so long", wholeNumber)
    .option("--enabled", "switch it on")
    .option("--no-enabled", "switch it off")
    .action(async (options: RulesOptions) => {
      if (options.set !== undefined) await setRule(options.set, options);
      const body = await get(options, "alert-rules");
      const rows = itemsOf(body).map(({ rule, isEnabled, threshold, unit, forMs, title }) =>
        [rule, isEnabled === true ? "on" : "off", threshold, unit, Number(forMs) / 1_000, title].map(shown),
      );
      printListing(
        { header: ["RULE", "", "ABOVE", "UNIT", "FOR S", "MEANING"], rows, value: body },
        options.output,
      );
    });
}

async function setRule(rule: string, options: RulesOptions): Promise<void> {
  const api = apiAddressOf(options.url);
  const path = `/api/v1/alert-rules/${encodeURIComponent(rule)}`;
  const read = await askApi(api, { method: "GET", path });
  const now = fieldsOf(read.body);
  await askApi(api, {
    method: "PUT",
    path,
    ifMatch: read.etag ?? "",
    body: {
      isEnabled: options.enabled ?? now["isEnabled"],
      threshold: options.threshold === undefined ? now["threshold"] : Number(options.threshold),
      forMs: options.for === undefined ? now["forMs"] : options.for * 1_000,
    },
  });
}

function channelsCommand(): Command {
  return ofApi("channels", "list where alerts go").action(async (options: ApiOptions) => {
    const body = await get(options, "alert-channels");
    const rows = itemsOf(body).map(({ id, name, kind, isEnabled, language, url, secret }) =>
      [id, name, kind, isEnabled === true ? "on" : "off", language, keptAs(url), keptAs(secret)].map(shown),
    );
    printListing(
      { header: ["ID", "NAME", "KIND", "", "LANGUAGE", "ADDRESS", "SECRET"], rows, value: body },
      options.output,
    );
  });
}

function keptAs(value: unknown): string {
  const { kind, ref } = fieldsOf(value);
  return shown(ref ?? kind);
}

function testCommand(): Command {
  return ofApi("test", "send a message through a channel that says that nothing is wrong")
    .argument("<channel>", "name or number")
    .action(async (channel: string, options: ApiOptions) => {
      const { body } = await askApi(apiAddressOf(options.url), {
        method: "POST",
        path: `/api/v1/alert-channels/${encodeURIComponent(channel)}:test`,
      });
      if (options.output === "json") printJson(body);
      else printLines([`${channel} took the message`]);
    });
}

interface SilenceOptions extends ApiOptions {
  readonly rule?: string;
  readonly subject?: string;
  readonly minutes: number;
  readonly reason?: string;
  readonly end?: string;
}

const silenceMinutesStandard = 60;

function silenceCommand(): Command {
  return ofApi("silence", "have nobody told for some time; without a reason, list the silences")
    .option("--rule <rule>", "only of this rule")
    .option("--subject <id>", "only of this consumer's id or connector's name")
    .option("--minutes <n>", "for how long", wholeNumber, silenceMinutesStandard)
    .option("--reason <text>", "why; it is kept with your name")
    .option("--end <id>", "end this silence")
    .action(async (options: SilenceOptions) => {
      const api = apiAddressOf(options.url);
      const { rule, subject, minutes, reason, end } = options;
      if (end !== undefined)
        await askApi(api, { method: "DELETE", path: `/api/v1/silences/${encodeURIComponent(end)}` });
      if (reason !== undefined) {
        const given = { rule, subject, reason, minutes };
        await askApi(api, { method: "POST", path: "/api/v1/silences", body: given });
      }
      const body = await get(options, "silences");
      const rows = itemsOf(body).map((silence) =>
        [
          silence["id"],
          silence["rule"] ?? "all",
          silence["subject"] ?? "all",
          silence["until"],
          silence["createdBy"],
          silence["reason"],
        ].map(shown),
      );
      printListing(
        { header: ["ID", "RULE", "SUBJECT", "UNTIL", "BY", "REASON"], rows, value: body },
        options.output,
      );
    });
}

async function get(options: ApiOptions, path: string): Promise<unknown> {
  return (await askApi(apiAddressOf(options.url), { method: "GET", path: `/api/v1/${path}` })).body;
}

function ofApi(name: string, description: string): Command {
  return new Command(name).description(description).addOption(outputOption()).addOption(urlOption());
}
