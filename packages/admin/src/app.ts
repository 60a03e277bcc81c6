import { GluttonyError } from "@gluttony/model";
import { type FastifyInstance, fastify } from "fastify";
import { fastifyCookie } from "@fastify/cookie";
import { fastifyRateLimit } from "@fastify/rate-limit";
import { guardRoutes } from "./access/guard.ts";
import { rememberRequests } from "./access/repeated-request.ts";
import { demandAccessOfRoutes, type RouteEntry } from "./access/route-access.ts";
import { answerError } from "./answer-error.ts";
import { answerUnchangedReads } from "./conditional-reads.ts";
import { holdsUnkept } from "./holds-unkept.ts";
import { bodyDepthMax, isDeeperThan } from "./json-depth.ts";
import { describeApi, docsPath } from "./openapi.ts";
import { speakLanguages } from "./language.ts";
import { linkNextPages } from "./next-link.ts";
import type { AdminCollaborators } from "./ports.ts";
import { requestIdOf } from "./request-id.ts";
import { alertChannelRoutes } from "./routes/alert-channels.ts";
import { alertRuleRoutes } from "./routes/alert-rules.ts";
import { alertRoutes } from "./routes/alerts.ts";
import { auditRoutes } from "./routes/audit.ts";
import { consumerChangeRoutes } from "./routes/consumer-changes.ts";
import { consumerPluginRoutes } from "./routes/consumer-plugins.ts";
import { connectorApiRoutes } from "./routes/connector-api.ts";
import { configRoutes } from "./routes/config.ts";
import { consumerDeedRoutes } from "./routes/consumer-deeds.ts";
import { consumerLiveRoutes } from "./routes/consumer-live.ts";
import { consumerRecordRoutes } from "./routes/consumer-records.ts";
import { consumerRevisionRoutes } from "./routes/consumer-revisions.ts";
import { changeRoutes } from "./routes/changes.ts";
import { eventRoutes } from "./routes/events.ts";
import { diagnosticsRoutes } from "./routes/diagnostics.ts";
import { explainRoute } from "./routes/explain.ts";
import { consumerStatusRoutes } from "./routes/consumer-status.ts";
import { consumerVerbRoutes } from "./routes/consumer-verbs.ts";
import { consumerErrorRoutes } from "./routes/consumer-errors.ts";
import { consumerRoutes } from "./routes/consumers.ts";
import { deadLetterActionRoutes } from "./routes/dead-letter-actions.ts";
import { deadLetterPlanRoutes } from "./routes/dead-letter-plans.ts";
import { deadLetterRoutes } from "./routes/dead-letters.ts";
import { healthRoutes } from "./routes/health.ts";
import { maskingRuleRoutes } from "./routes/masking-rules.ts";
import { meRoutes } from "./routes/me.ts";
import { metaRoutes } from "./routes/meta.ts";
import { metricsRoutes } from "./routes/metrics.ts";
import { operationRoutes } from "./routes/operations.ts";
import { pluginDeedRoutes } from "./routes/plugin-deeds.ts";
import { pluginRoutes } from "./routes/plugins.ts";
import { overviewRoutes } from "./routes/overview.ts";
import { partitionRoutes } from "./routes/partitions.ts";
import { positionRoutes } from "./routes/positions.ts";
import { providerSignInRoutes } from "./routes/provider-sign-in.ts";
import { releaseRoutes } from "./routes/releases.ts";
import { seriesRoutes } from "./routes/series.ts";
import { secretRoutes } from "./routes/secrets.ts";
import { sessionRoutes } from "./routes/session.ts";
import { settingsRoutes } from "./routes/settings.ts";
import { tokenRoutes } from "./routes/tokens.ts";
import { userRoutes } from "./routes/users.ts";
import { versionRoutes } from "./routes/version.ts";
import { scrubAnswers } from "./scrub-answers.ts";
import type { AdminSettings } from "./settings.ts";
import { Streams } from "./streams/streams.ts";
import { setStandardHeaders } from "./standard-headers.ts";
import { traceRequests } from "./trace-requests.ts";

/** Bytes that a body may have. */
export const bodyBytesMax: number = 1024 * 1024;
/** Characters of an id or a name in a path. */
const pathPartLengthMax = 512;
/** Milliseconds in which a whole request must have arrived. */
const requestTimeoutMs = 30_000;
/** Characters of the program's own name that the audit keeps. */
const clientLengthMax = 200;

/** The API without a listener, and what each route of it demands. */
export interface BuiltApp {
  readonly app: FastifyInstance;
  /** Complete when the app is ready. */
  readonly routes: readonly RouteEntry[];
}

/** Builds the API without listening, as tests use it. */
export function buildApp(collaborators: AdminCollaborators, settings: AdminSettings): BuiltApp {
  const { log, access, scrub } = collaborators;
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
  // Views project field by field; what schemas say of answers is for readers, and held true by tests.
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
  // Only JSON is read: a form of a foreign page can send plain text, but not this.
  app.removeContentTypeParser("text/plain");
  app.setErrorHandler((error, request, reply) => answerError(error, { request, reply }, log));
  app.setNotFoundHandler(() => {
    throw new GluttonyError("request.not_found");
  });
  const routes = demandAccessOfRoutes(app, docsPath);
  app.register(fastifyCookie);
  app.register(fastifyRateLimit, { global: false });
  if (collaborators.trace !== undefined) traceRequests(app, collaborators.trace);
  guardEveryRequest(app, collaborators);
  guardRoutes(app, collaborators, settings);
  linkNextPages(app);
  if (scrub !== undefined) scrubAnswers(app, scrub);
  answerUnchangedReads(app);
  rememberRequests(app, access.requests);
  describeApi(app, settings.version);
  // In a plugin of their own, so that they come after the hooks above.
  app.register(async (guarded) => registerRoutes(guarded, { collaborators, settings }));
  return { app, routes };
}

function guardEveryRequest(app: FastifyInstance, collaborators: AdminCollaborators): void {
  const { access } = collaborators;
  app.addHook(
    "onResponse",
    async ({ method, routeOptions }, { statusCode: status, elapsedTime: durationMs }) => {
      // A path without a route may be anything; it must not become a label.
      collaborators.onAnswer?.(routeOptions.url ?? "none", { method, status, durationMs });
    },
  );
  app.addHook("onRequest", (request, reply, done) => {
    setStandardHeaders(reply, request.id);
    const client = request.headers["user-agent"]?.slice(0, clientLengthMax) ?? null;
    access.withRequest({ id: request.id, address: request.ip, client }, done);
  });
  app.addHook("preValidation", async ({ body, params, query }) => {
    if (isDeeperThan(body, bodyDepthMax))
      throw new GluttonyError("request.invalid", { seen: "deep nesting", atMost: bodyDepthMax });
    if ([body, params, query].some(holdsUnkept))
      throw new GluttonyError("request.invalid", {
        seen: "the character U+0000 or half a surrogate pair, which no database text holds",
      });
  });
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
  const streams = new Streams(app, collaborators.scrub);
  app.register(
    async (api) => {
      speakLanguages(api);
      sessionRoutes(api, collaborators);
      providerSignInRoutes(api, collaborators);
      meRoutes(api, collaborators);
      userRoutes(api, collaborators);
      tokenRoutes(api, collaborators);
      auditRoutes(api, collaborators);
      overviewRoutes(api, collaborators);
      alertRoutes(api, collaborators);
      alertRuleRoutes(api, collaborators);
      alertChannelRoutes(api, collaborators);
      seriesRoutes(api, collaborators);
      consumerRoutes(api, collaborators);
      consumerStatusRoutes(api, collaborators);
      consumerDeedRoutes(api, collaborators);
      consumerChangeRoutes(api, collaborators);
      consumerRevisionRoutes(api, collaborators);
      consumerVerbRoutes(api, collaborators);
      operationRoutes(api, collaborators);
      positionRoutes(api, collaborators);
      partitionRoutes(api, collaborators);
      explainRoute(api, collaborators);
      deadLetterRoutes(api, collaborators);
      deadLetterActionRoutes(api, collaborators);
      deadLetterPlanRoutes(api, collaborators);
      releaseRoutes(api, collaborators);
      pluginRoutes(api, collaborators);
      pluginDeedRoutes(api, collaborators);
      consumerPluginRoutes(api, collaborators);
      consumerErrorRoutes(api, collaborators);
      consumerRecordRoutes(api, collaborators);
      consumerLiveRoutes(api, collaborators, streams);
      secretRoutes(api, collaborators);
      connectorApiRoutes(api, collaborators);
      changeRoutes(api, collaborators);
      maskingRuleRoutes(api, collaborators);
      eventRoutes(api, collaborators, streams);
      configRoutes(api, collaborators);
      settingsRoutes(api, collaborators);
      diagnosticsRoutes(api, collaborators, settings);
      metaRoutes(api, collaborators, { settings, bodyBytesMax });
    },
    { prefix: "/api/v1" },
  );
}
