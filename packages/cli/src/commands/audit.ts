import { GluttonyError } from "@gluttony/model";
import { Command } from "commander";
import { apiAddressOf, askApi } from "../api-client.ts";
import { fieldsOf, itemsOf, shown } from "../output/fields.ts";
import { printJson, printLines, printListing } from "../output/print.ts";
import { type ApiOptions, outputOption, urlOption } from "./common-options.ts";
import { wholeNumber } from "./whole-number.ts";

const limitStandard = 50;

interface ListOptions extends ApiOptions {
  readonly actor?: string;
  readonly action?: string;
  readonly targetKind?: string;
  readonly target?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
}

/** `gluttony audit`: what was done and by whom, through the admin API. */
export function auditCommand(): Command {
  const command = new Command("audit").description(
    "what was done, by whom, and whether that is still what was written",
  );
  command.addCommand(listCommand());
  command.addCommand(
    ofApi("get", "show one entry")
      .argument("<seq>", "its number")
      .action(async (seq: string, options: ApiOptions) => {
        const { body } = await askApi(apiAddressOf(options.url), {
          method: "GET",
          path: `/api/v1/audit/${encodeURIComponent(seq)}`,
        });
        const rows = Object.entries(fieldsOf(body)).map(([name, value]) => [name, shown(value)]);
        printListing({ header: ["FIELD", "VALUE"], rows, value: body }, options.output);
      }),
  );
  command.addCommand(verifyCommand());
  return command;
}

function listCommand(): Command {
  return ofApi("list", "list entries, newest first")
    .option("--actor <actor>", "only of this actor, as user:ann")
    .option("--action <action>", "only this action, as consumer.update")
    .option("--target-kind <kind>", "only of this kind of target, as consumer")
    .option("--target <id>", "only of this target")
    .option("--from <time>", "from this time on (RFC 3339)")
    .option("--to <time>", "before this time (RFC 3339)")
    .option("--limit <n>", "entries at most", wholeNumber, limitStandard)
    .action(async (options: ListOptions) => {
      const { body } = await askApi(apiAddressOf(options.url), {
        method: "GET",
        path: `/api/v1/audit?${queryOf(options)}`,
      });
      const rows = itemsOf(body).map(({ seq, at, actor, action, targetId, result, reason }) =>
        [seq, at, actor, action, targetId, result, reason].map(shown),
      );
      printListing(
        { header: ["SEQ", "AT", "ACTOR", "ACTION", "TARGET", "RESULT", "REASON"], rows, value: body },
        options.output,
      );
    });
}

function queryOf(options: ListOptions): string {
  const { actor, action, targetKind, target, from, to, limit } = options;
  const given = { actor, action, targetKind, targetId: target, from, to, limit: String(limit) };
  const named = Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return new URLSearchParams(named).toString();
}

/** Ends with an error when the chain is broken, so that a nightly job notices. */
function verifyCommand(): Command {
  return ofApi("verify", "walk the whole chain; name the first entry that was changed or is missing")
    .option("--expect <seq:hash>", "an earlier head that must still be in the chain")
    .action(async (options: ApiOptions & { readonly expect?: string }) => {
      const api = apiAddressOf(options.url);
      const { body } = await askApi(api, { method: "GET", path: "/api/v1/audit:verify" });
      const { isWhole, entries, headSeq, headHash, brokenAt, problem } = fieldsOf(body);
      if (isWhole !== true) {
        throw new GluttonyError("audit.broken", { entry: shown(brokenAt), problem: shown(problem) });
      }
      if (options.expect !== undefined) await requireEntry(api, options.expect);
      if (options.output === "json") printJson(body);
      else
        printLines([
          `${shown(entries)} entries, whole`,
          `head ${shown(headSeq)}:${shown(headHash)}  (keep it elsewhere, and give it to --expect next time)`,
        ]);
    });
}

async function requireEntry(api: ReturnType<typeof apiAddressOf>, expected: string): Promise<void> {
  const [seq, hash] = expected.split(":");
  const { body } = await askApi(api, {
    method: "GET",
    path: `/api/v1/audit/${encodeURIComponent(seq ?? "")}`,
  });
  if (fieldsOf(body)["hash"] === hash) return;
  throw new GluttonyError("audit.broken", { entry: seq ?? "", problem: "another hash than expected" });
}

function ofApi(name: string, description: string): Command {
  return new Command(name).description(description).addOption(outputOption()).addOption(urlOption());
}
