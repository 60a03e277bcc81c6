import type { FastifyInstance } from "fastify";
import { type Operation, operationsOf } from "../../../../test/support/api-fuzz/schema.ts";

/** Every route, as the API's own description has it. */
export async function describedOperations(app: FastifyInstance): Promise<readonly Operation[]> {
  const answer = await app.inject({ url: "/openapi.json" });
  return operationsOf(answer.json()).filter(({ path }) => path.startsWith("/api/"));
}
