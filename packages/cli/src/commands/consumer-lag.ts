import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import { apiAddressOf, askApi } from "../api-client.ts";
import { fieldsOf, shown } from "../output/fields.ts";
import { printJson, printLines } from "../output/print.ts";
import { tableLines } from "../output/table.ts";
import { type ApiOptions, outputOption, urlOption } from "./common-options.ts";

/** Milliseconds between two looks of `--watch`. */
const watchEveryMs = 2_000;
const header = ["PARTITION", "HOST", "MARK", "READ TO", "LOG END", "LAG", "IN FLIGHT"];

interface LagOptions extends ApiOptions {
  readonly watch?: boolean;
}

/** `gluttony consumer lag`. */
export function lagCommand(): Command {
  return new Command("lag")
    .description("show how far a consumer is behind, in records and in time, by partition")
    .argument("<consumer>", "name or id")
    .option("--watch", "show it again every two seconds, until interrupted")
    .addOption(outputOption())
    .addOption(urlOption())
    .action(async (consumer: string, options: LagOptions) => {
      await show(consumer, options);
      while (options.watch === true) {
        await sleep(watchEveryMs);
        await show(consumer, options);
      }
    });
}

async function show(consumer: string, options: LagOptions): Promise<void> {
  const { body } = await askApi(apiAddressOf(options.url), {
    method: "GET",
    path: `/api/v1/consumers/${encodeURIComponent(consumer)}/status`,
  });
  const lag = fieldsOf(fieldsOf(body)["lag"]);
  if (options.output === "json") return printJson(lag);
  const { partitions, records, recordsReason, ms, msReason } = lag;
  const rows = (Array.isArray(partitions) ? partitions.map(fieldsOf) : []).map((one) =>
    [
      one["partition"],
      one["hostId"],
      one["mark"],
      one["next"],
      one["logEnd"],
      one["lagRecords"],
      one["inFlight"],
    ].map(shown),
  );
  printLines([
    `${consumer}: ${amount(records, "records", recordsReason)}, ${amount(ms, "ms", msReason)}`,
    ...(rows.length === 0 ? [] : tableLines(header, rows)),
  ]);
  return undefined;
}

function amount(value: unknown, unit: string, reason: unknown): string {
  return value === null || value === undefined ? `– ${unit} (${shown(reason)})` : `${shown(value)} ${unit}`;
}
