import { Command, InvalidArgumentError } from "commander";
import type { SteeringVerb } from "@gluttony/model";
import { apiAddressOf, askApi } from "../api-client.ts";
import { awaitOperation, operationLine } from "../operation/await-operation.ts";
import { untilTimeOf } from "../operation/until-time.ts";
import { fieldsOf, shown } from "../output/fields.ts";
import { printJson, printLines } from "../output/print.ts";
import { type ApiOptions, outputOption, reasonOption, urlOption } from "./common-options.ts";
import { timeoutOption } from "./timeout-option.ts";

/** Seconds that `--wait` waits if it is not told otherwise. */
const waitSeconds = 120;

interface VerbOptions extends ApiOptions {
  readonly reason?: string;
  readonly until?: Date;
  readonly wait?: boolean;
  readonly timeout: number;
}

/** `gluttony consumer start|pause|resume|stop|restart`: what is asked of a consumer as a whole. */
export function verbCommands(): readonly Command[] {
  return [
    verb("start", "ask for a consumer to run").addOption(reasonOption()),
    verb("pause", "ask for a consumer to hand out nothing, in its place in the group")
      .addOption(reasonOption().makeOptionMandatory())
      .option("--until <time>", "when it resumes by itself: a time with its zone, or 30m, 2h, 7d", untilTime),
    verb("resume", "ask for a paused consumer to go on where it stands").addOption(reasonOption()),
    verb("stop", "ask for a consumer to drain and leave its group").addOption(
      reasonOption().makeOptionMandatory(),
    ),
    verb("restart", "ask for a consumer to begin anew, in a new process").addOption(reasonOption()),
  ];
}

function verb(name: SteeringVerb, description: string): Command {
  return new Command(name)
    .description(description)
    .argument("<consumer>", "name or id")
    .option("--wait", "return when the hosts say that it is so")
    .addOption(timeoutOption(waitSeconds))
    .addOption(outputOption())
    .addOption(urlOption())
    .action((consumer: string, options: VerbOptions) => ask(name, consumer, options));
}

async function ask(name: SteeringVerb, consumer: string, options: VerbOptions): Promise<void> {
  const { reason, until } = options;
  const api = apiAddressOf(options.url);
  const asked = await askApi(api, {
    method: "POST",
    path: `/api/v1/consumers/${encodeURIComponent(consumer)}:${name}`,
    body: {
      ...(reason === undefined ? {} : { reason }),
      ...(until === undefined ? {} : { until: until.toISOString() }),
    },
  });
  const begun = fieldsOf(asked.body);
  const operation =
    options.wait === true ? await awaitOperation(api, shown(begun["id"]), options.timeout * 1_000) : begun;
  if (options.output === "json") printJson(operation);
  else printLines([operationLine(operation)]);
}

function untilTime(text: string): Date {
  const time = untilTimeOf(text, Date.now());
  if (time !== null) return time;
  throw new InvalidArgumentError("must be like 2027-01-31T06:00:00Z, or like 30m, 2h, 7d");
}
