import { GluttonyError } from "@gluttony/model";
import { type FastifyInstance, type FastifyRequest, fastify } from "fastify";
import { isOpen } from "./access.ts";
import { answerError } from "./answer-error.ts";
import { checkToken } from "./auth.ts";
import { bodyDepthMax, isDeeperThan } from "./json-depth.ts";
import type { AdminCollaborators } from "./ports.ts";
import { requestIdOf } from "./request-id.ts";
import { consumerDeedRoutes } from "./routes/consumer-deeds.ts";
import { explainRoute } from "./routes/explain.ts";
import { consumerStatusRoutes } from "./routes/consumer-status.ts";
import { consumerRoutes } from "./routes/consumers.ts";
import { deadLetterActionRoutes } from "./routes/dead-letter-actions.ts";
import { deadLetterRoutes } from "./routes/dead-letters.ts";
import { healthRoutes } from "./routes/health.ts";
import { metricsRoutes } from "./routes/metrics.ts";
import { releaseRoutes } from "./routes/releases.ts";
import { versionRoutes } from "./routes/version.ts";
import { checkSameMachine } from "./same-machine.ts";
import { type AdminSettings, hasToken } from "./settings.ts";
import { setStandardHeaders } from "./standard-headers.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who asks, as the audit names them. */
    actor: string;
  }
}

/** Bytes that a body may have. */
export const bodyBytesMax: number = 1024 * 1024;
/** Characters of an id or a name in a path. */
const pathPartLengthMax = 512;
/** Milliseconds in which a whole request must have arrived. */
const requestTimeoutMs = 30_000;

/** Builds the API without listening, as tests use it. */
export function buildApp(collaborators: AdminCollaborators, settings: AdminSettings): FastifyInstance {
  const { log } = collaborators;
  const app = fastify({
    logger: false,
    bodyLimit: bodyBytesMax,
    requestTimeout: requestTimeoutMs,
    routerOptions: { maxParamLength: pathPartLengthMax },
    requestIdHeader: false,
    genReqId: (request) => requestIdOf(request.headers["x-request-id"]),
    // What is not in the schema is refused, not removed; texts are not turned into numbers.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, allErrors: true, verbose: true } },
    frameworkErrors: (error, request, reply) => answerError(error, { request, reply }, log),
  });
  // Only JSON is read: a form of a foreign page can send plain text, but not this.
  app.removeContentTypeParser("text/plain");
  app.decorateRequest("actor", "nobody");
  app.setErrorHandler((error, request, reply) => answerError(error, { request, reply }, log));
  app.setNotFoundHandler(() => {
    throw new GluttonyError("request.not_found");
  });
  guardEveryRequest(app, settings);
  registerRoutes(app, { collaborators, settings });
  return app;
}

function guardEveryRequest(app: FastifyInstance, settings: AdminSettings): void {
  app.addHook("onRequest", async (request, reply) => {
    setStandardHeaders(reply, request.id);
    request.actor = actorOf(request, settings);
  });
  app.addHook("preValidation", async ({ body }) => {
    if (!isDeeperThan(body, bodyDepthMax)) return;
    throw new GluttonyError("request.invalid", { seen: "deep nesting", atMost: bodyDepthMax });
  });
}

/** Denies by default: without a token set, to all but this machine; with one, to all who do not show it. */
function actorOf(request: FastifyRequest, settings: AdminSettings): string {
  if (settings.token === undefined || !hasToken(settings)) {
    checkSameMachine(request.method, request.headers);
    return "local";
  }
  if (isOpen(request.routeOptions.config)) return "anybody";
  checkToken(request.headers.authorization, settings.token);
  return "admin-token";
}

function registerRoutes(
  app: FastifyInstance,
  {
    collaborators,
    settings,
  }: { readonly collaborators: AdminCollaborators; readonly settings: AdminSettings },
): void {
  healthRoutes(app, collaborators);
  metricsRoutes(app, collaborators);
  versionRoutes(app, settings.version);
  app.register(
    async (api) => {
      consumerRoutes(api, collaborators);
      consumerStatusRoutes(api, collaborators);
      consumerDeedRoutes(api, collaborators);
      explainRoute(api, collaborators);
      deadLetterRoutes(api, collaborators);
      deadLetterActionRoutes(api, collaborators);
      releaseRoutes(api, collaborators);
    },
    { prefix: "/api/v1" },
  );
}
