import { fastifySwagger, type FastifyDynamicSwaggerOptions } from "@fastify/swagger";
import { fastifySwaggerUi } from "@fastify/swagger-ui";
import type { FastifyInstance, RouteOptions } from "fastify";
import { nameAnswers } from "./answers/problem.ts";
import { accessOf, openAccess } from "./access/route-access.ts";

/** Where the reference page is; it needs nothing from the internet. */
export const docsPath = "/docs";

/** Describes every route that is registered afterwards, and serves the description as a document and as a page. */
export function describeApi(app: FastifyInstance, version: string): void {
  nameAnswers(app);
  app.register(fastifySwagger, descriptionOf(version));
  app.register(fastifySwaggerUi, { routePrefix: docsPath, staticCSP: true });
  app.register(async (guarded) => {
    guarded.get("/openapi.json", { ...openAccess, schema: { hide: true } }, () => app.swagger());
  });
}

function descriptionOf(version: string): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "gluttony admin API",
        version,
        description:
          "Reads, plans, and writes what is wanted of consumers and plugins; the hosts do it. Times are RFC 3339 in UTC, whole numbers beyond 2^53 are texts, and every refusal is a problem of RFC 9457 with a registered code.",
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      components: {
        securitySchemes: {
          token: { type: "http", scheme: "bearer", description: "`glt_…`, or the deployer's own token." },
          session: { type: "apiKey", in: "cookie", name: "gluttony_session" },
        },
      },
      security: [{ token: [] }, { session: [] }],
    },
    hideUntagged: true,
    refResolver: { buildLocalReference: nameOf },
    transform: ({ schema, url, route }) => ({
      schema: { ...schema, ...extrasOf(route), response: responsesOf(route) },
      url,
    }),
  };
}

/** What a shared form is called; each of ours has an id. */
function nameOf({ $id }: { readonly $id?: unknown }): string {
  return typeof $id === "string" ? $id : "Unnamed";
}

/** What a route's policy says of its callers, and the headers that its method reads. */
function extrasOf(route: RouteOptions): { readonly [name: string]: unknown } {
  const access = accessOf(route.config);
  const headers = headersOf(route);
  return {
    ...(headers === null ? {} : { headers }),
    ...(access === "open" ? { security: [] } : {}),
    ...(typeof access === "object" && access !== null
      ? { description: `Needs \`${access.permission}\`${scopeOf(access.of)}.` }
      : {}),
  };
}

/** A read whose answer has not changed is answered without it. */
function responsesOf({ method, schema }: RouteOptions): unknown {
  const { response } = schema ?? {};
  if (![method].flat().includes("GET") || !isJsonAnswer(response)) return response;
  return { ...response, 304: { description: "The reader holds the answer already.", type: "null" } };
}

function isJsonAnswer(response: unknown): response is { readonly [status: string]: unknown } {
  const { 200: ok } = (response ?? {}) as { readonly 200?: { readonly content?: object } };
  return ok?.content !== undefined && "application/json" in ok.content;
}

function scopeOf(of: string): string {
  if (of === "all") return " for everything";
  if (of === "visible") return "; holds only what the caller's scopes cover";
  return of === "any" ? "" : ` for the ${of === "letter" ? "dead letter's consumer" : "consumer"}`;
}

function headersOf({ method, config, schema }: RouteOptions): unknown {
  const methods = [method].flat();
  const ifMatch = { "if-match": "The ETag of the revision that the change is made on; needed." };
  if (methods.includes("POST") && config?.access !== "open") {
    const repeated = "Makes a repeated request answered again instead of done again, for a day.";
    const headers = {
      // What holds a secret is not kept, so it cannot be answered again.
      ...(config?.isAnswerSecret === true ? {} : { "idempotency-key": repeated }),
      ...(config?.isConditional === true ? ifMatch : {}),
    };
    const required = config?.isConditional === true ? ["if-match"] : [];
    return Object.keys(headers).length === 0 ? null : { ...objectOf(headers), required };
  }
  if (methods.includes("GET")) {
    return isJsonAnswer(schema?.response)
      ? objectOf({ "if-none-match": "The ETag of the answer that the reader holds: if it is still so, 304." })
      : null;
  }
  if (config?.isUnchanging === true) return null;
  // A PUT may also make what is not there yet, and is then sent with If-None-Match.
  if (methods.includes("PUT")) return objectOf(ifMatch);
  const isChange =
    methods.includes("PATCH") || (methods.includes("DELETE") && config?.access !== "recognised");
  return isChange ? { ...objectOf(ifMatch), required: ["if-match"] } : null;
}

function objectOf(headers: { readonly [name: string]: string }): object {
  return {
    type: "object",
    properties: Object.fromEntries(
      Object.entries(headers).map(([name, description]) => [name, { type: "string", description }]),
    ),
  };
}
