import {
  type ConsumerRow,
  GluttonyError,
  parseConfiguration,
  steeringVerbs,
  type SteeringVerb,
} from "@gluttony/model";
import type { FastifyInstance } from "fastify";
import { needs } from "../access/route-access.ts";
import { describe } from "../answers/describe.ts";
import { operationAnswer } from "../answers/operations.ts";
import { foundConsumer } from "../found-consumer.ts";
import { settled } from "../operations/settle.ts";
import type { AdminCollaborators } from "../ports.ts";
import { noQuerySchema } from "../schemas/queries.ts";
import { pauseSchema, type SteeringBody, steeringSchema } from "../schemas/steering.ts";
import { operationView } from "../views/operation.ts";

/** Milliseconds in which hosts hear, drain and start, beside what an attempt under way may take. */
const settleMs = 60_000;
/** Operations of the same consumer that may still run; a wish supersedes those before it. */
const runningMax = 10;

const sentences: { readonly [verb in SteeringVerb]: string } = {
  start: "Asks for a consumer to run.",
  pause: "Asks for a consumer to hand out nothing, in its place in the group; with an end, if one is given.",
  resume: "Asks for a paused consumer to go on where it stands.",
  stop: "Asks for a consumer to drain and leave its group.",
  restart: "Asks for a consumer to begin anew, in a new process.",
};

/** What is asked of a consumer as a whole; each answers with an operation that tells when it is so. */
export function consumerVerbRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  for (const verb of steeringVerbs) verbRoute(app, verb, collaborators);
}

function verbRoute(app: FastifyInstance, verb: SteeringVerb, collaborators: AdminCollaborators): void {
  app.post<{ Params: { readonly id: string }; Body: SteeringBody }>(
    `/consumers/:id([^:/]+)::${verb}`,
    {
      config: needs("consumer.run", "consumer"),
      schema: {
        ...describe("consumers", sentences[verb], { 202: operationAnswer }),
        querystring: noQuerySchema,
        body: verb === "pause" ? pauseSchema : steeringSchema,
      },
    },
    async ({ params, body, actor }, reply) => {
      const row = await foundConsumer(params.id, collaborators);
      const until = untilOf(body.until);
      await settleEarlier(row, collaborators);
      const operation = await collaborators.steering.steer(row.id, {
        verb,
        actor,
        reason: body.reason ?? "",
        until,
        limitMs: limitMsOf(row),
      });
      reply.code(202).header("Location", `/api/v1/operations/${operation.id}`);
      return operationView(operation);
    },
  );
}

/** What has become so already must not look superseded. */
async function settleEarlier({ id }: ConsumerRow, collaborators: AdminCollaborators): Promise<void> {
  const subject = { kind: "consumer", id };
  const { items } = await collaborators.operations.list({ subject, state: "running", limit: runningMax });
  for (const operation of items) await settled(operation, collaborators);
}

/** What is under way when it is asked may take as long as an attempt may. */
function limitMsOf({ configuration }: ConsumerRow): number {
  const { deadlineMs, graceMs } = parseConfiguration(configuration).configuration.delivery;
  return settleMs + deadlineMs + graceMs;
}

function untilOf(written: string | undefined): Date | null {
  if (written === undefined) return null;
  const until = new Date(written);
  if (until.getTime() > Date.now()) return until;
  const fault = { path: "/until", message: "Must be a time to come.", suggestion: "2027-01-31T06:00:00Z" };
  throw new GluttonyError("request.invalid", {}, { faults: [fault] });
}
