import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { TestContext } from "vitest";
import { createSchemaRegistry } from "../../src/index.ts";
import type { FoundSchema, SchemaRegistryClient, SchemaRegistrySettings } from "../../src/index.ts";
import { closedPort, gate, serve, serveTcp } from "../loopback.ts";

const intText = '{"type":"int"}';

function clientOf(
  context: TestContext,
  url: string,
  changes: Partial<SchemaRegistrySettings> = {},
): SchemaRegistryClient {
  const client = createSchemaRegistry({ url, authorization: null, timeoutMs: 5_000, ...changes });
  context.onTestFinished(() => client.close());
  return client;
}

/** A registry whose answers are written down by path; anything else it does not know. */
function answers(byPath: { readonly [path: string]: unknown }) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const known = byPath[request.url ?? ""];
    response.writeHead(known === undefined ? 404 : 200, {
      "content-type": "application/vnd.schemaregistry.v1+json",
    });
    response.end(JSON.stringify(known ?? { error_code: 40403, message: "Schema not found" }));
  };
}

const failureIn = (found: FoundSchema): unknown => ("failure" in found ? found.failure : found);

test("a schema is asked for once, and known from then on", async (context) => {
  const target = await serve(context, answers({ "/schemas/ids/7": { schema: intText } }));
  const client = clientOf(context, target.origin);

  const first = await client.find("id/7");
  const again = client.find("id/7");

  const schema = { ref: "id/7", language: "avro", text: intText, references: [] };
  expect(first).toEqual({ asked: target.origin, schema });
  expect(again).toEqual({ asked: null, schema });
  expect("schema" in first && "schema" in again && first.schema === again.schema).toBe(true);
  expect(target.requests.map(({ url, method }) => `${method} ${url}`)).toEqual(["GET /schemas/ids/7"]);
});

test("however many wait for an id, one request is under way for it", async (context) => {
  const may = gate();
  const reply = answers({ "/schemas/ids/1": { schema: intText }, "/schemas/ids/2": { schema: '"long"' } });
  const target = await serve(context, async (request, response) => {
    await may.promise;
    reply(request, response);
  });
  const client = clientOf(context, target.origin);

  const asked = [...Array.from({ length: 50 }, () => client.find("id/1")), client.find("id/2")];
  await wait(50);
  may.resolve();
  const found = await Promise.all(asked.map(async (one) => one));

  expect(target.requests).toHaveLength(2);
  expect(new Set(found.map((one) => ("schema" in one ? one.schema.text : ""))).size).toBe(2);
});

test("what a schema refers to is gathered, each once, those first that others refer to", async (context) => {
  const reference = (subject: string) => ({ name: `${subject}.name`, subject, version: 1 });
  const target = await serve(
    context,
    answers({
      "/schemas/ids/1": {
        schema: "top",
        schemaType: "PROTOBUF",
        references: [reference("a b"), reference("c")],
      },
      "/subjects/a%20b/versions/1": { schema: "middle", references: [reference("c")] },
      "/subjects/c/versions/1": { schema: "bottom" },
    }),
  );

  const found = await clientOf(context, target.origin).find("id/1");

  expect(found).toMatchObject({
    schema: {
      language: "protobuf",
      references: [
        { name: "c.name", text: "bottom" },
        { name: "a b.name", text: "middle" },
      ],
    },
  });
  expect(target.requests).toHaveLength(3);
});

test("schemas that refer to each other in a circle, or to too many, come to an end", async (context) => {
  const endless = (request: IncomingMessage, response: ServerResponse): void => {
    const next = Number(/\d+$/.exec(request.url ?? "")?.[0] ?? 0) + 1;
    const references = [{ name: "n", subject: "s", version: next }];
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ schema: "x", references }));
  };
  const circle = { schema: "x", references: [{ name: "n", subject: "s", version: 1 }] };
  const first = await serve(context, answers({ "/schemas/ids/1": circle, "/subjects/s/versions/1": circle }));
  const second = await serve(context, endless);

  expect(await clientOf(context, first.origin).find("id/1")).toMatchObject({
    schema: { references: [{ text: "x" }] },
  });
  expect(failureIn(await clientOf(context, second.origin).find("id/1"))).toMatchObject({
    kind: "record",
    code: "record.schema_invalid",
  });
  expect(second.requests.length).toBeLessThan(70);
});

test("an id that the registry does not know is a failure of the record, and is asked for again later", async (context) => {
  const known: { [path: string]: unknown } = {};
  const target = await serve(context, (request, response) => answers(known)(request, response));
  const client = clientOf(context, target.origin, { unknownForMs: 200 });

  const first = await client.find("id/9");
  const again = await client.find("id/9");
  expect(target.requests).toHaveLength(1);
  known["/schemas/ids/9"] = { schema: intText };
  await wait(250);
  const later = await client.find("id/9");

  expect(failureIn(first)).toEqual({
    kind: "record",
    code: "record.schema_unknown",
    message: `${target.origin} knows no schema id/9.`,
  });
  expect(failureIn(again)).toEqual(failureIn(first));
  expect(later).toMatchObject({ schema: { text: intText } });
});

describe("an outage is transient, names the registry, and is not remembered", () => {
  test.each<[string, number, { readonly [name: string]: string }, string]>([
    ["a server error", 500, {}, "boom"],
    ["too many requests", 429, { "retry-after": "3" }, ""],
    ["a gateway", 503, { "content-type": "text/html" }, "<html>"],
    ["a page instead of a schema", 200, { "content-type": "text/html" }, "<html>hello</html>"],
    ["JSON without a schema", 200, { "content-type": "application/json" }, '{"id":1}'],
    ["JSON that is cut short", 200, { "content-type": "application/json" }, '{"schema":"'],
    [
      "references that are none",
      200,
      { "content-type": "application/json" },
      '{"schema":"x","references":[{"name":1}]}',
    ],
  ])("%s", async (_, status, headers, body) => {
    await withContext(async (context) => {
      let isDown = true;
      const reply = answers({ "/schemas/ids/1": { schema: intText } });
      const target = await serve(context, (request, response) => {
        if (isDown) response.writeHead(status, headers).end(body);
        else reply(request, response);
      });
      const client = clientOf(context, target.origin);

      const failure = failureIn(await client.find("id/1"));
      isDown = false;

      expect(failure).toMatchObject({
        kind: "transient",
        code: "registry.unavailable",
        target: target.origin,
      });
      if (status === 429) expect(failure).toMatchObject({ retryAfterMs: 3_000 });
      expect(await client.find("id/1")).toMatchObject({ schema: { text: intText } });
    });
  });

  test("no answer in time", async (context) => {
    const target = await serve(context, () => undefined);

    const failure = failureIn(await clientOf(context, target.origin, { timeoutMs: 200 }).find("id/1"));

    expect(failure).toMatchObject({ kind: "transient", code: "registry.unavailable", target: target.origin });
  });

  test("nobody there, and a connection that breaks", async (context) => {
    const { port } = await closedPort();
    const broken = await serveTcp(context, (socket) => {
      socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{");
    });

    for (const url of [`http://127.0.0.1:${port}`, broken]) {
      expect(failureIn(await clientOf(context, url).find("id/1"))).toMatchObject({
        kind: "transient",
        code: "registry.unavailable",
      });
    }
  });

  test("a breaker that holds the registry back", async (context) => {
    const target = await serve(context, answers({ "/schemas/ids/1": { schema: intText } }));
    let heldBack: { readonly retryAfterMs: number } | null = { retryAfterMs: 40 };
    const settings = { url: target.origin, authorization: null };
    const client = createSchemaRegistry(settings, { gate: { admit: () => heldBack } });
    context.onTestFinished(() => client.close());

    const failure = failureIn(await client.find("id/1"));
    expect(target.requests).toHaveLength(0);
    heldBack = null;

    expect(failure).toMatchObject({ kind: "transient", code: "target.breaker_open", retryAfterMs: 40 });
    expect(await client.find("id/1")).toMatchObject({ schema: { text: intText } });
  });
});

/** For tests in a table, which get no context of their own. */
async function withContext(run: (context: TestContext) => Promise<void>): Promise<void> {
  const ends: (() => unknown)[] = [];
  const context = { onTestFinished: (end: () => unknown) => ends.push(end) } as unknown as TestContext;
  try {
    await run(context);
  } finally {
    for (const end of ends) await end();
  }
}

describe("what will not mend itself is said at once", () => {
  test.each<[string, number, string, string, string]>([
    ["no login", 401, "", "auth", "registry.refused"],
    ["a login without the right", 403, "", "auth", "registry.refused"],
    ["a path that no registry has", 404, "<html>not here</html>", "config", "registry.not_understood"],
    ["an error of another service", 404, '{"error":"x"}', "config", "registry.not_understood"],
    ["a refusal of the request", 400, "", "config", "registry.not_understood"],
  ])("%s", async (_, status, body, kind, code) => {
    await withContext(async (context) => {
      const target = await serve(context, (__, response) =>
        response.writeHead(status, { "content-type": "application/json" }).end(body),
      );

      expect(failureIn(await clientOf(context, target.origin).find("id/1"))).toMatchObject({ kind, code });
    });
  });

  test("a redirect is not followed, wherever it leads", async (context) => {
    const other = await serve(context, answers({ "/schemas/ids/1": { schema: intText } }));
    const target = await serve(context, (request, response) =>
      response.writeHead(302, { location: `${other.origin}${request.url}` }).end(),
    );

    expect(failureIn(await clientOf(context, target.origin).find("id/1"))).toMatchObject({
      kind: "config",
      code: "registry.not_understood",
    });
    expect(other.requests).toEqual([]);
  });

  test("a schema larger than the limit, or in another language, is the record's failure", async (context) => {
    const target = await serve(
      context,
      answers({
        "/schemas/ids/1": { schema: "x".repeat(1024 * 1024 + 1) },
        "/schemas/ids/2": { schema: "x", schemaType: "THRIFT" },
        "/schemas/ids/3": { schema: "x".repeat(9 * 1024 * 1024) },
      }),
    );
    const client = clientOf(context, target.origin);

    for (const ref of ["id/1", "id/2", "id/3"])
      expect(failureIn(await client.find(ref))).toMatchObject({
        kind: "record",
        code: "record.schema_invalid",
      });
  });
});

test("the login goes to the registry, and into no failure", async (context) => {
  const target = await serve(context, (_, response) => response.writeHead(401).end());
  const client = clientOf(context, target.origin, { authorization: "Basic c2VjcmV0" });

  const found = await client.find("id/1");

  expect(target.requests[0]?.headers.authorization).toBe("Basic c2VjcmV0");
  expect(JSON.stringify(found)).not.toContain("c2VjcmV0");
});

test("Apicurio's global and content ids are asked for at its own interface, beside the compatible one", async (context) => {
  const paths = new Map([
    ["/apis/ccompat/v7/schemas/ids/5", JSON.stringify({ schema: "compatible" })],
    ["/apis/registry/v2/ids/globalIds/5?dereference=true", '{"type":"record","name":"R","fields":[]}'],
    ["/apis/registry/v2/ids/contentIds/5", 'syntax = "proto3"; message M {}'],
    ["/apis/registry/v2/ids/contentIds/6", '{"type":"object","properties":{}}'],
  ]);
  const target = await serve(context, (request, response) => {
    const body = paths.get(request.url ?? "");
    const type = body?.startsWith("{") === true ? "application/json" : "text/plain";
    response.writeHead(body === undefined ? 404 : 200, { "content-type": type }).end(body);
  });
  const client = clientOf(context, `${target.origin}/apis/ccompat/v7`);

  expect(await client.find("id/5")).toMatchObject({ schema: { text: "compatible", language: "avro" } });
  expect(await client.find("global/5")).toMatchObject({ schema: { ref: "global/5", language: "avro" } });
  expect(await client.find("content/5")).toMatchObject({ schema: { language: "protobuf" } });
  expect(await client.find("content/6")).toMatchObject({ schema: { language: "json-schema" } });
});

test("a guid and ids of any kind are asked for at a registry that speaks Confluent's interface alone", async (context) => {
  const target = await serve(
    context,
    answers({
      "/schemas/guids/0-1": { schema: "g" },
      "/schemas/ids/3": { schema: "three", schemaType: "JSON" },
    }),
  );
  const client = clientOf(context, target.origin);

  expect(await client.find("guid/0-1")).toMatchObject({ schema: { text: "g" } });
  expect(await client.find("global/3")).toMatchObject({ schema: { text: "three", language: "json-schema" } });
});
