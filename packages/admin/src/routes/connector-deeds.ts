import type { FastifyInstance } from "fastify";
import { needs } from "../access/route-access.ts";
import { connectorAskedAnswer } from "../answers/connectors.ts";
import { describe } from "../answers/describe.ts";
import type { ConnectorVerb } from "../connector-ports.ts";
import { actableConnector, foundConnector, requireConnectors } from "../connectors/found-connector.ts";
import { noteDeed } from "../connectors/note-deed.ts";
import { withPointers } from "../connectors/told-faults.ts";
import type { AdminCollaborators } from "../ports.ts";
import { type ReasonBody, reasonSchema, type RestartBody, restartSchema } from "../schemas/connectors.ts";
import { noQuerySchema } from "../schemas/queries.ts";
import { standingOf } from "../views/connector.ts";

interface ById {
  readonly Params: { readonly id: string };
}

const sentences = {
  pause: "Lets a connector hold still; it keeps its place and its resources.",
  resume: "Lets a connector run on.",
  stop: "Ends a connector's tasks; it keeps its configuration and its place.",
} as const;

/** What is asked of a connector that stays as it is. */
export function connectorDeedRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  const config = needs("connector.run", "visible");

  for (const verb of ["pause", "resume", "stop"] as const) {
    app.post<ById & { Body: ReasonBody }>(
      `/connectors/:id([^:/]+)::${verb}`,
      {
        config,
        schema: {
          ...describe("connectors", sentences[verb], { 202: connectorAskedAnswer }),
          querystring: noQuerySchema,
          body: reasonSchema,
        },
      },
      async ({ params, body, actor, reach }, reply) => {
        await actableConnector(params.id, reach, collaborators);
        const asked = { connector: params.id, verb: { do: verb }, actor, reason: body.reason };
        reply.code(202);
        await ask(asked, collaborators);
        return { ...(await standing(params.id, reach, collaborators)), asked: verb };
      },
    );
  }

  app.post<ById & { Body: RestartBody }>(
    "/connectors/:id([^:/]+)::restart",
    {
      config,
      schema: {
        ...describe("connectors", "Restarts what failed of a connector, all of it, or one task.", {
          202: connectorAskedAnswer,
        }),
        querystring: noQuerySchema,
        body: restartSchema,
      },
    },
    async ({ params, body, actor, reach }, reply) => {
      await actableConnector(params.id, reach, collaborators);
      const { task, scope = "failed", reason } = body;
      const verb =
        task === undefined ? ({ do: "restart", scope } as const) : ({ do: "restart_task", task } as const);
      reply.code(202);
      await ask({ connector: params.id, verb, actor, reason }, collaborators);
      return { ...(await standing(params.id, reach, collaborators)), asked: "restart" };
    },
  );
}

interface Asked {
  readonly connector: string;
  readonly verb: ConnectorVerb;
  readonly actor: string;
  readonly reason: string | undefined;
}

async function ask(
  { connector, verb, actor, reason }: Asked,
  collaborators: AdminCollaborators,
): Promise<void> {
  await withPointers(requireConnectors(collaborators).deeds.ask(connector, verb));
  const detail =
    verb.do === "restart" ? { scope: verb.scope } : verb.do === "restart_task" ? { task: verb.task } : {};
  await noteDeed({ actor, action: `connector.${verb.do}`, connector, reason, detail }, collaborators);
}

async function standing(
  name: string,
  reach: Parameters<typeof foundConnector>[1],
  collaborators: AdminCollaborators,
): Promise<object> {
  const found = await foundConnector(name, reach, collaborators);
  return { name, ...standingOf(found) };
}
