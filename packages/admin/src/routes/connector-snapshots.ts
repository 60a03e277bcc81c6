import type { FastifyInstance, FastifyRequest } from "fastify";
import { needs } from "../access/route-access.ts";
import { signalAnswer, snapshotPageOfConnectorAnswer } from "../answers/connectors.ts";
import { describe } from "../answers/describe.ts";
import type { SnapshotDeed, SnapshotProgress } from "../connector-ports.ts";
import { actableConnector, foundConnector, requireConnectors } from "../connectors/found-connector.ts";
import { noteDeed } from "../connectors/note-deed.ts";
import { withPointers } from "../connectors/told-faults.ts";
import type { AdminCollaborators } from "../ports.ts";
import {
  type ReasonBody,
  reasonSchema,
  type SnapshotBody,
  snapshotSchema,
  type SnapshotStopBody,
  snapshotStopSchema,
} from "../schemas/connectors.ts";
import { noQuerySchema } from "../schemas/queries.ts";

interface ById {
  readonly Params: { readonly id: string };
}

/** Tables that are read anew while their connector runs, and how far that is. */
export function connectorSnapshotRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  const config = needs("connector.run", "visible");
  const querystring = noQuerySchema;

  app.get<ById>(
    "/connectors/:id/snapshots",
    {
      config: needs("connector.read", "visible"),
      schema: {
        ...describe("connectors", "Lists a connector's snapshots and how far they are, as it last told.", {
          200: snapshotPageOfConnectorAnswer,
        }),
        querystring,
      },
    },
    async ({ params, reach }) => {
      await foundConnector(params.id, reach, collaborators);
      const progress = await requireConnectors(collaborators).snapshots.progress(params.id);
      return { items: progress.map(progressView), next: null };
    },
  );

  app.post<ById & { Body: SnapshotBody }>(
    "/connectors/:id([^:/]+)/snapshots",
    {
      config,
      schema: {
        ...describe("connectors", "Reads tables anew while the connector runs.", { 202: signalAnswer }),
        querystring,
        body: snapshotSchema,
      },
    },
    async (request, reply) => {
      const { tables, type = "incremental", id, reason } = request.body;
      const deed = { do: "execute", connector: request.params.id, tables, type } as const;
      reply.code(202);
      return send({ deed, id, reason }, request, collaborators);
    },
  );

  app.post<ById & { Body: SnapshotStopBody }>(
    "/connectors/:id([^:/]+)/snapshots::stop",
    {
      config,
      schema: {
        ...describe("connectors", "Ends the snapshot that runs, or leaves tables out of it.", {
          202: signalAnswer,
        }),
        querystring,
        body: snapshotStopSchema,
      },
    },
    async (request, reply) => {
      const { tables = [], reason } = request.body;
      reply.code(202);
      return send(
        { deed: { do: "stop", connector: request.params.id, tables }, reason },
        request,
        collaborators,
      );
    },
  );

  for (const verb of ["pause", "resume"] as const) {
    const sentence = verb === "pause" ? "Holds the snapshot that runs." : "Lets a held snapshot run on.";
    app.post<ById & { Body: ReasonBody }>(
      `/connectors/:id([^:/]+)/snapshots::${verb}`,
      {
        config,
        schema: {
          ...describe("connectors", sentence, { 202: signalAnswer }),
          querystring,
          body: reasonSchema,
        },
      },
      async (request, reply) => {
        const { reason } = request.body;
        reply.code(202);
        return send({ deed: { do: verb, connector: request.params.id }, reason }, request, collaborators);
      },
    );
  }
}

interface Wish {
  readonly deed: SnapshotDeed;
  readonly id?: string | undefined;
  readonly reason: string | undefined;
}

async function send(
  { deed, id, reason }: Wish,
  { actor, reach }: Pick<FastifyRequest, "actor" | "reach">,
  collaborators: AdminCollaborators,
): Promise<object> {
  const { connector } = deed;
  await actableConnector(connector, reach, collaborators);
  const signal = await withPointers(requireConnectors(collaborators).snapshots.signal(deed, id));
  const detail = { id: signal.id, tables: "tables" in deed ? deed.tables : [] };
  await noteDeed(
    { actor, action: `connector.snapshot_${deed.do}`, connector, reason, detail },
    collaborators,
  );
  return { id: signal.id, isNew: signal.isNew };
}

function progressView({ id, kind, state, tables, current, startedMs, updatedMs }: SnapshotProgress): object {
  return {
    id,
    kind,
    state,
    tables: tables.map(({ name, status, rows }) => ({ name, status, rows })),
    current,
    startedAt: timeOf(startedMs),
    updatedAt: timeOf(updatedMs),
  };
}

/** A connector's clock may say anything. */
function timeOf(ms: number | null): string | null {
  return ms === null || !Number.isFinite(ms) || Math.abs(ms) > 8.64e15 ? null : new Date(ms).toISOString();
}
