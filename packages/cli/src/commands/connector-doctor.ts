import { type SourceCheckName, type SourceFinding } from "@gluttony/connect";
import { createHttpClient } from "@gluttony/egress";
import { createKafkaTopics } from "@gluttony/kafka";
import { codes, type Consumer, GluttonyError, isCode, parseConsumer } from "@gluttony/model";
import { Command } from "commander";
import { createLog } from "../log.ts";
import { type OutputFormat, printJson, printLines } from "../output/print.ts";
import { parseEnvironment, processEnvironment, type Settings } from "../parse-environment.ts";
import { sourceDoctorOf } from "../source-doctor.ts";
import { openStores } from "../stores.ts";
import { version } from "../version.ts";
import { outputOption } from "./common-options.ts";

interface DoctorOptions {
  readonly output: OutputFormat;
  readonly check: readonly SourceCheckName[];
}

/** Looks at the source and the topics of one consumer; exits 3 when something blocks. */
export function doctorCommand(): Command {
  return new Command("doctor")
    .description("check a consumer's source and topics, and say how to mend what is wrong")
    .argument("<consumer>", "name or id")
    .option("--check <name>", "only this check, such as source.wal_level; may be repeated", gathered, [])
    .addOption(outputOption())
    .action(async (name: string, options: DoctorOptions) => {
      const findings = await examine(name, options.check);
      const isOk = findings.every(({ severity }) => severity !== "blocking");
      if (options.output === "json")
        printJson({ command: "connector doctor", ok: isOk, summary: summaryOf(findings), result: findings });
      else printLines(findings.flatMap(linesOf));
      if (!isOk) process.exitCode = 3;
    });
}

function gathered(written: string, before: readonly SourceCheckName[]): readonly SourceCheckName[] {
  if (!isSourceCheck(written)) {
    const known = Object.keys(codes).filter(isSourceCheck).join(", ");
    throw new GluttonyError("request.invalid", { check: written.slice(0, 80), one_of: known });
  }
  return [...before, written];
}

function isSourceCheck(text: string): text is SourceCheckName {
  return text.startsWith("source.") && isCode(text);
}

async function examine(name: string, only: readonly SourceCheckName[]): Promise<readonly SourceFinding[]> {
  const { settings, faults } = parseEnvironment(processEnvironment);
  if (faults.length > 0) throw new GluttonyError("config.invalid", { faults: faults.length }, { faults });
  const log = createLog("silent", { service: "gluttony", version });
  const stores = openStores(settings, log);
  const topics = createKafkaTopics({ brokers: settings.brokers, clientId: "gluttony-doctor", log });
  const http = createHttpClient();
  try {
    const consumer = await consumerOf(name, { stores });
    return await sourceDoctorOf(brokered(settings), { stores, topics, http }).examine(consumer, only);
  } finally {
    await Promise.all([topics.close(), http.close(), stores.pool.close()]);
  }
}

function brokered(settings: Settings): Settings {
  if (settings.brokers.length === 0) throw new GluttonyError("config.invalid", { missing: "KAFKA_HOST" });
  return settings;
}

async function consumerOf(
  name: string,
  { stores }: { readonly stores: ReturnType<typeof openStores> },
): Promise<Consumer> {
  const row = await stores.consumers.get(name);
  if (row === null) throw new GluttonyError("consumer.not_found", { consumer: name });
  const parsed = parseConsumer(row);
  if ("consumer" in parsed) return parsed.consumer;
  throw new GluttonyError("consumer.invalid", { consumer: row.name }, { faults: parsed.faults });
}

const glyphs: { readonly [severity in SourceFinding["severity"]]: string } = {
  ok: "✓",
  hint: "·",
  warning: "!",
  unknown: "?",
  blocking: "✕",
};

function linesOf({ severity, check, reason, remedy, sql }: SourceFinding): readonly string[] {
  const todo = remedy === "" ? [] : [`    → ${remedy}`];
  const statements = sql === null ? [] : sql.split("\n").map((line) => `      ${line}`);
  return [`${glyphs[severity]} ${check}: ${reason}`, ...todo, ...statements];
}

function summaryOf(findings: readonly SourceFinding[]): { readonly [severity: string]: number } {
  const counts = { blocking: 0, warning: 0, unknown: 0, hint: 0, ok: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}
