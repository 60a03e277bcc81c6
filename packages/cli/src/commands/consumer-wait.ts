import { setTimeout as sleep } from "node:timers/promises";
import { GluttonyError, observedStates, type ObservedStateName } from "@gluttony/model";
import { Command, Option } from "commander";
import { apiAddressOf, askApi } from "../api-client.ts";
import { lookEveryMs } from "../operation/await-operation.ts";
import { type Fields, fieldsOf, shown } from "../output/fields.ts";
import { printJson, printLines } from "../output/print.ts";
import { type ApiOptions, outputOption, urlOption } from "./common-options.ts";
import { timeoutOption } from "./timeout-option.ts";

const waitSeconds = 60;

interface WaitOptions extends ApiOptions {
  readonly for: ObservedStateName;
  readonly timeout: number;
}

/** `gluttony consumer wait`. */
export function waitCommand(): Command {
  return new Command("wait")
    .description("wait until a consumer is seen in a state, on every host and with its latest revision")
    .argument("<consumer>", "name or id")
    .addOption(
      new Option("--for <state>", "which state; running is met by idle, too")
        .choices(observedStates)
        .makeOptionMandatory(),
    )
    .addOption(timeoutOption(waitSeconds))
    .addOption(outputOption())
    .addOption(urlOption())
    .action(waitFor);
}

async function waitFor(consumer: string, options: WaitOptions): Promise<void> {
  const api = apiAddressOf(options.url);
  const endMs = performance.now() + options.timeout * 1_000;
  for (;;) {
    const path = `/api/v1/consumers/${encodeURIComponent(consumer)}/status`;
    const { body } = await askApi(api, { method: "GET", path });
    const observed = fieldsOf(fieldsOf(body)["observed"]);
    if (isMet(observed, options.for)) {
      if (options.output === "json") printJson(body);
      else printLines([`${consumer}: ${shown(observed["state"])} since ${shown(observed["since"])}`]);
      return;
    }
    if (performance.now() >= endMs) {
      const cause = shown(fieldsOf(observed["cause"])["code"]);
      throw new GluttonyError("operation.timed_out", {
        wanted: options.for,
        state: shown(observed["state"]),
        cause,
      });
    }
    await sleep(lookEveryMs);
  }
}

/** Where nothing runs there is no host that could have applied the latest revision. */
function isMet(observed: Fields, wanted: ObservedStateName): boolean {
  const { state, isConverged } = observed;
  if (state === "stopped" || state === "unknown") return state === wanted;
  return isConverged === true && (state === wanted || (wanted === "running" && state === "idle"));
}
