import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from "fastify";

/** Makes every answer that does not fit what the reference says of its route a failure that tests notice. */
export function holdToDescription(app: FastifyInstance): void {
  app.addHook("onRoute", (route) => {
    if (route.schema?.response === undefined) return;
    route.onSend = [route.onSend ?? [], checkAnswer(route)].flat();
  });
}

function checkAnswer({ method, url, schema }: RouteOptions) {
  return async (request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<void> => {
    // What the reader holds already was held to its description when it was sent.
    if (request.method === "HEAD" || reply.statusCode === 304) return;
    const told = describedAnswer(schema?.response, reply.statusCode);
    const route = `${String(method)} ${url} ${reply.statusCode}`;
    if (told === undefined) throw new Error(`${route} is not described`);
    const form = jsonSchemaOf(told);
    if (form === null) return;
    if (typeof payload !== "string") throw new Error(`${route} answers no text`);
    const validate = request.compileValidationSchema(form);
    if (validate(JSON.parse(payload)) !== true)
      throw new Error(
        `${route} does not fit its description: ${JSON.stringify(validate.errors?.slice(0, 3))}`,
      );
  };
}

function describedAnswer(response: unknown, status: number): unknown {
  const byStatus = response as { readonly [status: string]: unknown };
  return byStatus[String(status)] ?? byStatus[`${Math.floor(status / 100)}xx`];
}

/** The JSON schema of an answer; null for one without a body, or with another body than JSON. */
function jsonSchemaOf(told: unknown): { readonly [keyword: string]: unknown } | null {
  const { content } = told as { readonly content?: { readonly [type: string]: { readonly schema: object } } };
  const json = content?.["application/json"] ?? content?.["application/problem+json"];
  return json === undefined ? null : { ...json.schema };
}
