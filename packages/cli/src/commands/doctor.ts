import { createHttpClient, createSchemaRegistry } from "@gluttony/egress";
import { createKafkaTopics } from "@gluttony/kafka";
import { codes, toGluttonyError, GluttonyError, isCode } from "@gluttony/model";
import { requireMigrated } from "@gluttony/postgres";
import { Command } from "commander";
import { createLog } from "../log.ts";
import type { OutputFormat } from "../output/print.ts";
import { printListing } from "../output/print.ts";
import { cellFindings } from "./doctor-cells.ts";
import { pluginFindings } from "./doctor-plugins.ts";
import type { Finding } from "./finding.ts";
import { parseEnvironment, processEnvironment, type Settings } from "../parse-environment.ts";
import { openStores } from "../stores.ts";
import { version } from "../version.ts";
import { outputOption } from "./common-options.ts";

const checkLimitMs = 5_000;

/** `gluttony doctor`: looks at everything a host needs and says what is missing; exits 3 when something is. */
export function doctorCommand(): Command {
  return new Command("doctor")
    .description("check what a host needs, and which fences hold on this machine")
    .addOption(outputOption())
    .action(async (options: { readonly output: OutputFormat }) => {
      const findings = await examine();
      const rows = findings.map((one) => [
        one.ok ? "✓" : "✕",
        one.check,
        one.detail,
        one.ok ? "" : `→ ${one.remedy}`,
      ]);
      const value = { command: "doctor", ok: findings.every((one) => one.ok), result: findings };
      printListing({ header: ["", "CHECK", "DETAIL", ""], rows, value }, options.output);
      if (!value.ok) process.exitCode = 3;
    });
}

/** Everything that was looked at, whatever it showed. Starts and stops parts of its own, so a running host may ask, too. */
export async function examine(): Promise<readonly Finding[]> {
  const { settings, faults } = parseEnvironment(processEnvironment);
  const environment: readonly Finding[] = faults.map((fault) => ({
    check: fault.path,
    ok: false,
    detail: fault.message,
    remedy: fault.suggestion ?? "Mend it.",
  }));
  const [plugins, ...services] = await Promise.all([
    pluginFindings(settings),
    checkDatabase(settings),
    checkKafka(settings),
    ...checkConnect(settings),
    ...checkRegistry(settings),
  ]);
  return [...environment, ...services, ...cellFindings(settings), ...plugins];
}

function checkDatabase(settings: Settings): Promise<Finding> {
  return look("database", async () => {
    if (settings.databaseUrl === null) throw new GluttonyError("config.invalid", { missing: "DATABASE_URL" });
    const stores = openStores(settings, createLog("silent", { service: "gluttony", version }));
    try {
      await requireMigrated(stores.pool);
    } finally {
      await stores.pool.close();
    }
  });
}

function checkKafka(settings: Settings): Promise<Finding> {
  return look("kafka", async () => {
    if (settings.brokers.length === 0) throw new GluttonyError("config.invalid", { missing: "KAFKA_HOST" });
    const log = createLog("silent", { service: "gluttony", version });
    const topics = createKafkaTopics({ brokers: settings.brokers, clientId: "gluttony-doctor", log });
    try {
      await topics.ping(checkLimitMs);
    } finally {
      await topics.close();
    }
  });
}

function checkConnect(settings: Settings): readonly Promise<Finding>[] {
  return settings.connectUrls.map((url) =>
    look(`connect ${url}`, async () => {
      const http = createHttpClient();
      try {
        const answer = await http.request({ url, method: "GET", timeoutMs: checkLimitMs });
        if ("fault" in answer || answer.status !== 200)
          throw new GluttonyError("connect.unreachable", { url });
      } finally {
        await http.close();
      }
    }),
  );
}

/** An id that no registry has come to; to say so takes the right address and the right login. */
const unlikelySchema = "id/2147483647";

function checkRegistry({ schemaRegistry }: Settings): readonly Promise<Finding>[] {
  if (schemaRegistry === null) return [];
  const { url } = schemaRegistry;
  return [
    look(`schema registry ${url}`, async () => {
      await using registry = createSchemaRegistry({ ...schemaRegistry, timeoutMs: checkLimitMs });
      const found = await registry.find(unlikelySchema);
      if (!("failure" in found) || found.failure.code === "record.schema_unknown") return;
      const { code, message } = found.failure;
      throw new GluttonyError(isCode(code) ? code : "registry.unavailable", { url, seen: message });
    }),
  ];
}

async function look(check: string, work: () => Promise<void>): Promise<Finding> {
  try {
    await work();
    return { check, ok: true, detail: "ok", remedy: "" };
  } catch (error) {
    const { code, message } = toGluttonyError(error);
    return {
      check,
      ok: false,
      detail: `${code}: ${message}`,
      remedy: isCode(code) ? codes[code].remedy : "",
    };
  }
}
