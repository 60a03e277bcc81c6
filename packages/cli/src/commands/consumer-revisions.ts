import { GluttonyError } from "@gluttony/model";
import { Command } from "commander";
import { type ApiAddress, apiAddressOf, askApi } from "../api-client.ts";
import { type Fields, fieldsOf, itemsOf, shown } from "../output/fields.ts";
import { printJson, printLines, printListing } from "../output/print.ts";
import { type ApiOptions, outputOption, urlOption } from "./common-options.ts";

/** Lists who changed a consumer, when, what and why. */
export async function listRevisions(
  consumer: string,
  options: ApiOptions & { readonly limit: string },
): Promise<void> {
  const query = new URLSearchParams({ limit: options.limit });
  const { body } = await askApi(apiAddressOf(options.url), {
    method: "GET",
    path: `${pathOf(consumer)}/revisions?${query.toString()}`,
  });
  const rows = itemsOf(body).map((one) => {
    const { changed } = one;
    const fields = Array.isArray(changed) ? changed.map(shown).join(" ") : "";
    return [one["revision"], one["at"], one["actor"], one["operation"], fields, one["reason"]].map(shown);
  });
  const header = ["REVISION", "AT", "ACTOR", "DEED", "CHANGED", "REASON"];
  printListing({ header, rows, value: body }, options.output);
}

/** `gluttony consumer diff`. */
export function diffCommand(): Command {
  return ofConsumer("diff", "show what differs between two revisions, or between one and the present")
    .argument("<revisions...>", "the earlier one, and the later one (default: the present)")
    .action(async (consumer: string, revisions: readonly string[], options: ApiOptions) => {
      const [earlier = "", later] = revisions;
      if (revisions.length > 2)
        throw new GluttonyError("request.invalid", { expected: "one or two revisions" });
      const api = apiAddressOf(options.url);
      const to = later ?? shown((await readOne(api, consumer)).fields["revision"]);
      const query = new URLSearchParams({ against: earlier });
      const { body } = await askApi(api, {
        method: "GET",
        path: `${pathOf(consumer)}/revisions/${encodeURIComponent(to)}?${query.toString()}`,
      });
      if (options.output === "json") printJson(body);
      else printLines(differenceLines(fieldsOf(body)["changes"]));
    });
}

/** `gluttony consumer restore`. */
export function restoreCommand(): Command {
  return ofConsumer("restore", "bring a consumer back to a revision, as a new one; whether it runs stays")
    .argument("<revision>", "which one")
    .action(async (consumer: string, revision: string, options: ApiOptions) => {
      const api = apiAddressOf(options.url);
      const { etag } = await readOne(api, consumer);
      const { body } = await askApi(api, {
        method: "POST",
        path: `${pathOf(consumer)}/revisions/${encodeURIComponent(revision)}:restore`,
        ...(etag === null ? {} : { ifMatch: etag }),
      });
      if (options.output === "json") return printJson(body);
      printLines([
        `${consumer} is as in revision ${revision}, now revision ${shown(fieldsOf(body)["revision"])}`,
      ]);
      return undefined;
    });
}

/** Each field that differs, with both values. */
function differenceLines(changes: unknown): readonly string[] {
  const fields = Array.isArray(changes) ? changes.map(fieldsOf) : [];
  if (fields.length === 0) return ["nothing differs"];
  return fields.flatMap(({ pointer, before, after }) => [
    shown(pointer),
    ...(before === null ? [] : [`  - ${JSON.stringify(before)}`]),
    ...(after === null ? [] : [`  + ${JSON.stringify(after)}`]),
  ]);
}

async function readOne(
  api: ApiAddress,
  consumer: string,
): Promise<{ readonly fields: Fields; readonly etag: string | null }> {
  const { body, etag } = await askApi(api, { method: "GET", path: pathOf(consumer) });
  return { fields: fieldsOf(body), etag };
}

function ofConsumer(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .argument("<consumer>", "name or id")
    .addOption(outputOption())
    .addOption(urlOption());
}

function pathOf(consumer: string): string {
  return `/api/v1/consumers/${encodeURIComponent(consumer)}`;
}
