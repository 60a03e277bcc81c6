import { type Consumer, type ConsumerRow, type Fault, GluttonyError, parseConsumer } from "@gluttony/model";
import type { FastifyInstance } from "fastify";
import { needs } from "../access/route-access.ts";
import { sourceTablesAnswer, sourceTestAnswer } from "../answers/connectors.ts";
import { describe } from "../answers/describe.ts";
import type { NamedSource, SourceFinding, SourcePorts } from "../connector-ports.ts";
import type { AdminCollaborators } from "../ports.ts";
import {
  type SourceRequest,
  sourceTablesSchema,
  sourceTestSchema,
  type SourceTestRequest,
} from "../schemas/connectors.ts";
import { noQuerySchema } from "../schemas/queries.ts";
import { consumerOf } from "./connector-plans.ts";

/** Sources are looked at before anything is made. A connection string that is sent here is never shown again. */
export function connectionRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  const config = needs("connector.write", "all");
  const querystring = noQuerySchema;

  app.post<{ Body: SourceTestRequest }>(
    "/connections::test",
    {
      config,
      schema: {
        ...describe("connections", "Checks a source and says how what is wrong is mended.", {
          200: sourceTestAnswer,
        }),
        querystring,
        body: sourceTestSchema,
      },
    },
    async ({ body }) => {
      const sources = requireSources(collaborators);
      const findings = await sources.examine(await testedConsumer(body, collaborators), body.checks ?? []);
      const summary = { blocking: 0, warning: 0, unknown: 0, hint: 0, ok: 0 };
      for (const { severity } of findings) summary[severity] += 1;
      return { ok: summary.blocking === 0, summary, findings: findings.map(findingView) };
    },
  );

  app.post<{ Body: SourceRequest }>(
    "/connections::tables",
    {
      config,
      schema: {
        ...describe("connections", "Lists the tables of a source that can be captured.", {
          200: sourceTablesAnswer,
        }),
        querystring,
        body: sourceTablesSchema,
      },
    },
    async ({ body }) => {
      const sources = requireSources(collaborators);
      const tables = await sources.tables(await namedSource(body, collaborators));
      return { items: tables.map(({ name, hasPrimaryKey }) => ({ name, hasPrimaryKey })), next: null };
    },
  );
}

function requireSources({ sources }: Pick<AdminCollaborators, "sources">): SourcePorts {
  if (sources === undefined) throw new GluttonyError("connect.not_configured");
  return sources;
}

async function testedConsumer(body: SourceTestRequest, collaborators: AdminCollaborators): Promise<Consumer> {
  if ("consumer" in body) return consumerOf(body.consumer, collaborators);
  const { dataSource, connString, schema, table, globalKey } = body.source;
  const row: ConsumerRow = {
    id: "",
    name: "connection test",
    connString,
    dataSource,
    captureSchema: schema,
    captureTable: table,
    topic: null,
    group: null,
    handlerFunc: "none",
    globalKey: globalKey ?? [],
    isValid: false,
    configuration: {},
    count: 0n,
    creationTime: new Date(0),
    revision: 0n,
  };
  const parsed = parseConsumer(row);
  if ("consumer" in parsed) return parsed.consumer;
  throw new GluttonyError("request.invalid", {}, { faults: parsed.faults.map(inBody) });
}

/** Columns as this body calls them. */
const members = new Map([
  ["capture_schema", "schema"],
  ["capture_table", "table"],
  ["global_key", "globalKey"],
  ["topic", "table"],
]);

function inBody(fault: Fault): Fault {
  const [column = "", ...rest] = fault.path.split(/(?=\[)/);
  return { ...fault, path: ["source", `${members.get(column) ?? column}${rest.join("")}`].join(".") };
}

async function namedSource(body: SourceRequest, collaborators: AdminCollaborators): Promise<NamedSource> {
  if ("source" in body) return { ...body.source, consumerId: "" };
  const { id, source } = await consumerOf(body.consumer, collaborators);
  if (source === null) throw new GluttonyError("connect.source_unknown", { consumer: body.consumer });
  return { dataSource: source.dataSource, connString: source.connString, consumerId: id };
}

function findingView({ check, severity, reason, facts, remedy, sql }: SourceFinding): object {
  return { check, severity, reason, facts, remedy, sql };
}
