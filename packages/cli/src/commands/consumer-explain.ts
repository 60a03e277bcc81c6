import { GluttonyError } from "@gluttony/model";
import { Command } from "commander";
import { apiAddressOf, askApi } from "../api-client.ts";
import { fieldsOf, shown } from "../output/fields.ts";
import { printJson, printLines } from "../output/print.ts";
import { type ApiOptions, outputOption, urlOption } from "./common-options.ts";

interface ExplainOptions extends ApiOptions {
  readonly at?: string;
  readonly key?: string;
}

/** `gluttony consumer explain`: why a record, or what belongs to a key, was not delivered. */
export function explainCommand(): Command {
  return new Command("explain")
    .description("say where a record or a key stands, and why it was not delivered")
    .argument("<consumer>", "name or id")
    .option("--at <partition:offset>", "the record's coordinate")
    .option("--key <key>", 'the record\'s key as it is in Kafka, such as {"id":42}')
    .addOption(outputOption())
    .addOption(urlOption())
    .action(explain);
}

async function explain(consumer: string, options: ExplainOptions): Promise<void> {
  const { body } = await askApi(apiAddressOf(options.url), {
    method: "POST",
    path: `/api/v1/consumers/${encodeURIComponent(consumer)}:explain`,
    body: questionOf(options),
  });
  if (options.output === "json") return printJson(body);
  const { standing, sentence, facts, next } = fieldsOf(body);
  const lines = Object.entries(fieldsOf(facts)).map(([name, fact]) => `  ${name}: ${shown(fact)}`);
  const todo = next === null ? [] : [`next: ${shown(next)}`];
  printLines([`${shown(standing)}: ${shown(sentence)}`, ...lines, ...todo]);
}

function questionOf({ at, key }: ExplainOptions): object {
  if (at === undefined && key !== undefined) return { key };
  const [, partition, offset] = /^(\d{1,7}):(\d{1,19})$/.exec(at ?? "") ?? [];
  if (key !== undefined || partition === undefined || offset === undefined) {
    throw new GluttonyError("request.invalid", { expected: "either --at 3:1042 or --key" });
  }
  return { partition: Number(partition), offset };
}
