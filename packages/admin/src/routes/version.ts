import type { FastifyInstance } from "fastify";
import { openAccess } from "../access/route-access.ts";
import { noQuerySchema } from "../schemas/queries.ts";

/** Which gluttony answers, on which Node. */
export function versionRoutes(app: FastifyInstance, version: string): void {
  app.get("/version", { ...openAccess, schema: { querystring: noQuerySchema } }, () => ({
    name: "gluttony",
    version,
    node: process.versions.node,
    api: "v1",
  }));
}
