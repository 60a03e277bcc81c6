import { GluttonyError } from "@gluttony/model";
import { Command } from "commander";
import { apiAddressOf, askApi } from "../api-client.ts";
import { changeLines } from "../output/change-lines.ts";
import { fieldsOf, itemsOf, shown } from "../output/fields.ts";
import { printJson, printLines } from "../output/print.ts";
import { type ApiOptions, outputOption, urlOption } from "./common-options.ts";

interface RevealOptions extends ApiOptions {
  readonly reason: string;
}

/** `gluttony change reveal`: single records as they are, for a reason that the audit keeps. */
export function revealCommand(): Command {
  return new Command("reveal")
    .description(
      "show single records as they are, for ten minutes; who, which and why are in the audit before",
    )
    .argument("<topic>", "a topic that a consumer reads")
    .argument("<records...>", "their places, as 3@1042; twenty at most")
    .requiredOption("--reason <text>", "why; it is kept with your name")
    .addOption(outputOption())
    .addOption(urlOption())
    .action(reveal);
}

async function reveal(topic: string, places: readonly string[], options: RevealOptions): Promise<void> {
  const { reason, output, url } = options;
  const records = places.map((place) => ({ topic, ...placeOf(place) }));
  const request = { method: "POST", path: "/api/v1/changes:reveal", body: { records, reason } } as const;
  const { body } = await askApi(apiAddressOf(url), request);
  if (output === "json") return printJson(body);
  const { id, expiresAt } = fieldsOf(body);
  const until = `shown until ${shown(expiresAt)} as reveal ${shown(id)}`;
  printLines([...itemsOf(body).flatMap(changeLines), until]);
}

function placeOf(text: string): { readonly partition: number; readonly offset: string } {
  const [, partition, offset] = /^(\d{1,7})@(\d{1,18})$/.exec(text) ?? [];
  if (partition === undefined || offset === undefined)
    throw new GluttonyError("request.invalid", { seen: text, expected: "a place such as 3@1042" });
  return { partition: Number(partition), offset };
}
