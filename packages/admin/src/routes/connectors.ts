import type { FastifyInstance } from "fastify";
import { needs } from "../access/route-access.ts";
import {
  connectorAnswer,
  connectorEventsAnswer,
  connectorHealthAnswer,
  connectorPageAnswer,
  connectorTasksAnswer,
} from "../answers/connectors.ts";
import { describe } from "../answers/describe.ts";
import { foundConnector, requireConnectors, visibleConnectors } from "../connectors/found-connector.ts";
import { limitOf, pageOf } from "../cursor.ts";
import type { AdminCollaborators } from "../ports.ts";
import {
  historyQuerySchema,
  noQuerySchema,
  type PagingQuery,
  releasesQuerySchema,
} from "../schemas/queries.ts";
import {
  connectorEventView,
  connectorHealth,
  connectorSummary,
  connectorTasks,
  connectorView,
  standingOf,
} from "../views/connector.ts";

interface ById {
  readonly Params: { readonly id: string };
}

/** Connectors as they are: ours, and the others of the cluster. */
export function connectorRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  const config = needs("connector.read", "visible");

  app.get<{ Querystring: PagingQuery }>(
    "/connectors",
    {
      config,
      schema: {
        ...describe("connectors", "Lists connectors, ours and the others of the cluster.", {
          200: connectorPageAnswer,
        }),
        querystring: releasesQuerySchema,
      },
    },
    async ({ query, reach }) => {
      const page = { limit: limitOf(query.limit), cursor: query.cursor };
      const all = await visibleConnectors(reach, collaborators);
      const { items, next } = pageOf(all, ({ connector }) => connector.name, page);
      return { items: items.map(connectorSummary), next };
    },
  );

  app.get<ById>(
    "/connectors/:id",
    {
      config,
      schema: {
        ...describe("connectors", "Shows one connector, with its configuration, its secrets masked.", {
          200: connectorAnswer,
        }),
        querystring: noQuerySchema,
      },
    },
    async ({ params, reach }) => {
      const found = await foundConnector(params.id, reach, collaborators);
      const { board } = requireConnectors(collaborators);
      const isThere = found.connector.running !== null;
      return connectorView(found, isThere ? await board.config(params.id) : null);
    },
  );

  app.get<ById>(
    "/connectors/:id/tasks",
    {
      config,
      schema: {
        ...describe("connectors", "Lists the tasks of a connector.", { 200: connectorTasksAnswer }),
        querystring: noQuerySchema,
      },
    },
    async ({ params, reach }) => {
      const found = await foundConnector(params.id, reach, collaborators);
      return { items: connectorTasks(found), next: null };
    },
  );

  app.get<ById>(
    "/connectors/:id/health",
    {
      config,
      schema: {
        ...describe("connectors", "Says how a connector stands, since when, why, and what happens next.", {
          200: connectorHealthAnswer,
        }),
        querystring: noQuerySchema,
      },
    },
    async ({ params, reach }) => {
      const found = await foundConnector(params.id, reach, collaborators);
      return { name: params.id, ...standingOf(found), health: connectorHealth(found) };
    },
  );

  app.get<ById & { Querystring: { readonly limit?: string } }>(
    "/connectors/:id/events",
    {
      config,
      schema: {
        ...describe("connectors", "Lists what was done for a connector, newest first.", {
          200: connectorEventsAnswer,
        }),
        querystring: historyQuerySchema,
      },
    },
    async ({ params, query, reach }) => {
      const limit = limitOf(query.limit);
      await foundConnector(params.id, reach, collaborators);
      const events = await requireConnectors(collaborators).board.events(params.id, limit);
      return { items: events.map(connectorEventView), next: null };
    },
  );
}
