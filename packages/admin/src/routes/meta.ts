import type { FastifyInstance } from "fastify";
import { recognisedAccess } from "../access/route-access.ts";
import { describe } from "../answers/describe.ts";
import { metaAnswer } from "../answers/meta.ts";
import { pageLimitMax } from "../cursor.ts";
import { bodyDepthMax } from "../json-depth.ts";
import type { AdminCollaborators } from "../ports.ts";
import { documentBytesMax } from "../schemas/config.ts";
import { noQuerySchema } from "../schemas/queries.ts";
import type { AdminSettings } from "../settings.ts";

/** What a client needs to know before it asks: what this host can do, and how much at a time. */
export function metaRoutes(
  app: FastifyInstance,
  { topicBounds, explain, connectorStatus, validateHandler }: AdminCollaborators,
  { settings, bodyBytesMax }: { readonly settings: AdminSettings; readonly bodyBytesMax: number },
): void {
  app.get(
    "/meta",
    {
      ...recognisedAccess,
      schema: {
        ...describe("host", "Names versions, features, limits, and the environment.", { 200: metaAnswer }),
        querystring: noQuerySchema,
      },
    },
    () => ({
      version: settings.version,
      node: process.versions.node,
      api: "v1",
      isReadOnly: settings.isReadOnly === true,
      environment: settings.environment ?? null,
      zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      features: {
        positions: topicBounds !== undefined,
        explain: explain !== undefined,
        connectors: connectorStatus !== undefined,
        handlerChecks: validateHandler !== undefined,
      },
      limits: { bodyBytesMax, documentBytesMax, bodyDepthMax, pageLimitMax },
    }),
  );
}
