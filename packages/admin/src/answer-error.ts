import { type Facts, GluttonyError } from "@gluttony/model";
import type { FastifyReply, FastifyRequest } from "fastify";
import { languageFor, setLanguage } from "./language.ts";
import type { AdminLog } from "./ports.ts";
import { type ProblemFault, problemOf } from "./problem.ts";
import { requestErrorOf } from "./request-error.ts";
import { setStandardHeaders } from "./standard-headers.ts";
import { type SchemaFault, validationFaults } from "./validation-faults.ts";

const frameLines = 5;
const retryAfterSeconds = 5;

/** The one place where anything thrown becomes an answer; what is our fault is logged here and only here. */
export function answerError(
  thrown: unknown,
  exchange: { request: FastifyRequest; reply: FastifyReply },
  log: AdminLog,
): void {
  const { request, reply } = exchange;
  const error = requestErrorOf(thrown);
  const refused = schemaFaultsOf(thrown);
  const language = languageFor(request);
  const problem = problemOf(error, { url: request.url, id: request.id, language }, refused);
  if (problem.status >= 500) logFailure({ error, thrown, request }, log);
  setStandardHeaders(reply, request.id);
  setLanguage(reply, language);
  if (problem.code === "request.unauthorized") reply.header("WWW-Authenticate", 'Bearer realm="gluttony"');
  // What we wait for ourselves, such as the database, may be back soon.
  if (problem.status === 503) reply.header("Retry-After", String(retryAfterSeconds));
  // A body that was not read to its end would be taken for the next request.
  if (problem.code === "request.too_large") reply.header("Connection", "close");
  reply.code(problem.status).type("application/problem+json; charset=utf-8").send(JSON.stringify(problem));
}

function schemaFaultsOf(thrown: unknown): readonly ProblemFault[] | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const validation: unknown = Reflect.get(thrown, "validation");
  if (!Array.isArray(validation)) return undefined;
  const context: unknown = Reflect.get(thrown, "validationContext");
  return validationFaults(
    validation as readonly SchemaFault[],
    typeof context === "string" ? context : undefined,
  );
}

// The message of a foreign error may quote a row, so only its name and the places it came through are logged.
function logFailure(
  { error, thrown, request }: { error: GluttonyError; thrown: unknown; request: FastifyRequest },
  log: AdminLog,
): void {
  const seen: Facts = {
    ...error.facts,
    code: error.code,
    requestId: request.id,
    method: request.method,
    route: request.routeOptions.url ?? null,
    ...(error.code === "internal.unexpected" ? { frames: framesOf(thrown) } : {}),
  };
  log.error("a request failed", seen);
}

function framesOf(thrown: unknown): string {
  const stack = thrown instanceof Error ? (thrown.stack ?? "") : "";
  const frames = stack.split("\n").filter((line) => line.startsWith("    at "));
  return frames
    .slice(0, frameLines)
    .map((line) => line.trim())
    .join(" < ");
}
