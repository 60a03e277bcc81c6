import { describe } from "../answers/describe.ts";
import { versionAnswer } from "../answers/host.ts";
import type { FastifyInstance } from "fastify";
import { openAccess } from "../access/route-access.ts";
import { noQuerySchema } from "../schemas/queries.ts";

/** Which gluttony answers, on which Node. */
export function versionRoutes(app: FastifyInstance, version: string): void {
  app.get(
    "/version",
    {
      ...openAccess,
      schema: {
        ...describe("host", "Names the program and the API.", { 200: versionAnswer }),
        querystring: noQuerySchema,
      },
    },
    () => ({
      name: "gluttony",
      version,
      node: process.versions.node,
      api: "v1",
    }),
  );
}
