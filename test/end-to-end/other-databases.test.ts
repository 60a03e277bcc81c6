import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectorClasses, parseConnString, planConnector } from "@gluttony/connect";
import { type ConnectWorker, prepareConnectors, startConnect } from "gluttony/local-stack";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nameFor } from "../support/kafka-tools.ts";
import { stack } from "../support/stack.ts";

/** A port on which nothing listens. */
const nobody = "127.0.0.1:1";
const texts = {
  mysql: `mysql://dbz:s3cr3t@${nobody}/his?sslmode=disable`,
  mssql: `jdbc:sqlserver://dbz:s3cr3t@${nobody}/emr;encrypt=false`,
  oracle: `dbz/s3cr3t@//${nobody}/ORCL`,
} as const;
type Captured = keyof typeof texts;
/** Where the worker says that the database cannot be reached. */
const ofConnection = new Set(["database.hostname", "database.port", "database.user", "database.password"]);
/** Read by the schema history, the driver and the naming of topics, which have no definitions of their own. */
const undefinedByClass = /^(?:schema\.history\.internal\.|driver\.|topic\.heartbeat\.prefix$)/;

/** An option that its class does not know has no definition, and an option of the class that is not set may have no value. */
interface Validation {
  readonly configs: readonly {
    readonly definition: { readonly name: string } | null;
    readonly value: { readonly name: string; readonly errors: readonly string[] } | null;
  }[];
}

/** Maven may be absent, or the connectors not in the cache of a machine without a network. */
const unavailable = stack().unavailable === "" ? await whyUnavailable() : stack().unavailable;

describe.skipIf(unavailable !== "")("the connectors of databases that are not here", () => {
  let worker: ConnectWorker;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "gluttony-connectors-"));
    const id = nameFor("connectors");
    worker = await startConnect({
      dataDir: folder,
      libs: stack().libs,
      plugins: await prepareConnectors(),
      bootstrap: stack().kafka,
      properties: {
        "group.id": id,
        "offset.storage.topic": `${id}-offsets`,
        "config.storage.topic": `${id}-configs`,
        "status.storage.topic": `${id}-status`,
      },
    });
  });

  afterAll(async () => {
    await worker?.stop();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  test.each(["mysql", "mssql", "oracle"] as const)(
    "%s: their worker has nothing against our configuration but that the database is not there",
    async (source) => {
      const config = configOf(source);

      const { configs } = await validated(source, config);

      const defined = new Set(configs.map(({ definition }) => definition?.name));
      expect(wrongIn(configs).filter((name) => !ofConnection.has(name))).toEqual([]);
      expect(
        Object.keys(config).filter((name) => !defined.has(name) && !undefinedByClass.test(name)),
      ).toEqual([]);
    },
  );

  test.each(["mysql", "mssql", "oracle"] as const)("%s: a wrong option is seen", async (source) => {
    const { configs } = await validated(source, { ...configOf(source), "snapshot.mode": "sometimes" });

    expect(wrongIn(configs)).toContain("snapshot.mode");
  });

  async function validated(
    source: Captured,
    config: { readonly [name: string]: string },
  ): Promise<Validation> {
    const plugin = connectorClasses[source];
    const response = await fetch(`${worker.url}/connector-plugins/${plugin}/config/validate`, {
      method: "PUT",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(config),
    });
    expect(response.status).toBe(200);
    return (await response.json()) as Validation;
  }
});

function wrongIn(configs: Validation["configs"]): readonly string[] {
  return configs.flatMap(({ value }) => (value === null || value.errors.length === 0 ? [] : [value.name]));
}

function configOf(source: Captured): { readonly [name: string]: string } {
  return planConnector({
    address: parseConnString(texts[source], source),
    schema: "HIS",
    table: "PAT_MASTER_INDEX",
    topic: `${source}.HIS.PAT_MASTER_INDEX`,
    keyColumns: ["PATIENT_ID"],
    options: {},
    workerBrokers: stack().kafka,
  }).config;
}

async function whyUnavailable(): Promise<string> {
  try {
    await prepareConnectors();
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
