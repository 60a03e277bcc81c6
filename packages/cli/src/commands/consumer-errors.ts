import { Command } from "commander";
import { apiAddressOf, askApi } from "../api-client.ts";
import { type Fields, fieldsOf, itemsOf, shown } from "../output/fields.ts";
import { printJson, printLines, printListing } from "../output/print.ts";
import { type ApiOptions, outputOption, urlOption } from "./common-options.ts";

/** `gluttony consumer errors`: what fails, by what makes it. */
export function errorsCommand(): Command {
  return new Command("errors")
    .description("show what fails, by code, release and place in the plugin's own files")
    .argument("<consumer>", "name or id")
    .argument("[fingerprint]", "one of them")
    .addOption(outputOption())
    .addOption(urlOption())
    .action(async (consumer: string, fingerprint: string | undefined, options: ApiOptions) => {
      const part = fingerprint === undefined ? "" : `/${encodeURIComponent(fingerprint)}`;
      const { body } = await askApi(apiAddressOf(options.url), {
        method: "GET",
        path: `/api/v1/consumers/${encodeURIComponent(consumer)}/errors${part}`,
      });
      if (fingerprint === undefined) printAll(body, options);
      else if (options.output === "json") printJson(body);
      else printLines(linesOf(fieldsOf(body)));
    });
}

function printAll(body: unknown, { output }: ApiOptions): void {
  const header = ["FINGERPRINT", "CODE", "RELEASE", "COUNT", "LAST SEEN", "WHERE"];
  const rows = itemsOf(body).map((one) => [
    ...["fingerprint", "code", "release", "count", "lastSeenAt"].map((name) => shown(one[name])),
    framesOf(one)[0] ?? "–",
  ]);
  printListing({ header, rows, value: body }, output);
}

function linesOf(error: Fields): readonly string[] {
  const sample = fieldsOf(error["sample"]);
  const place = ["topic", "partition", "offset"].map((name) => shown(sample[name])).join("/");
  return [
    `${shown(error["code"])} (${shown(error["kind"])})  ${shown(error["title"])}`,
    `release: ${shown(error["release"])}`,
    ...framesOf(error).map((frame) => `  at ${frame}`),
    `count: ${shown(error["count"])}, first ${shown(error["firstSeenAt"])}, last ${shown(error["lastSeenAt"])}`,
    `a record that failed so: ${place}`,
    ...(error["remedy"] === null ? [] : [`  → ${shown(error["remedy"])}`]),
  ];
}

function framesOf(error: Fields): readonly string[] {
  const frames = error["frames"];
  return Array.isArray(frames) ? frames.map(shown) : [];
}
