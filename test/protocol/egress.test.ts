import { gunzipSync, gzipSync } from "node:zlib";
import { createTargetCaller } from "@gluttony/egress";
import { describe, expect, test } from "vitest";
import { failureOf, makeCaller, requestTo, serve } from "../../packages/egress/test/loopback.ts";

describe("a call to a target", () => {
  test("answers status, headers and bytes", async (context) => {
    const { origin, requests } = await serve(context, (request, response) => {
      request.pipe(response.writeHead(201, { "X-Answer": "yes", "content-type": "text/plain" }));
    });
    const body = new TextEncoder().encode("姓名");

    const result = await makeCaller(context).call(
      requestTo(origin, { method: "post", body, headers: { "X-Mine": "1" } }),
    );

    expect(result).toMatchObject({ status: 201, headers: { "x-answer": "yes" } });
    expect("body" in result && new TextDecoder().decode(result.body)).toBe("姓名");
    expect(requests[0]?.headers).toMatchObject({ "idempotency-key": "gluttony-key-1", "x-mine": "1" });
    expect(requests[0]?.headers["content-length"]).toBe("6");
    expect(requests[0]?.url).toBe("/patient/4711?name=Zhang");
  });

  test("a bad status is an answer, not a failure", async (context) => {
    const { origin } = await serve(context, (_request, response) => response.writeHead(503).end("down"));

    expect(await makeCaller(context).call(requestTo(origin))).toMatchObject({ status: 503 });
  });

  test("the handler's own idempotency key wins", async (context) => {
    const { origin, requests } = await serve(context, (_request, response) => response.end());

    await makeCaller(context).call(requestTo(origin, { headers: { "Idempotency-Key": "mine" } }));

    expect(requests[0]?.headers["idempotency-key"]).toBe("mine");
  });

  test("a redirect is answered and not followed", async (context) => {
    const { origin, requests } = await serve(context, (_request, response) => {
      response.writeHead(302, { location: "http://169.254.169.254/latest/meta-data" }).end();
    });

    expect(await makeCaller(context).call(requestTo(origin))).toMatchObject({ status: 302 });
    expect(requests).toHaveLength(1);
  });

  test("a compressed body stays as it came", async (context) => {
    const { origin } = await serve(context, (_request, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("hello"));
    });

    const result = await makeCaller(context).call(requestTo(origin));

    expect("body" in result && gunzipSync(result.body).toString()).toBe("hello");
  });

  test("an early hint before the answer changes nothing", async (context) => {
    const { origin } = await serve(context, (_request, response) => {
      response.writeEarlyHints({ link: "</a.css>; rel=preload" }, () => response.writeHead(200).end("final"));
    });

    const result = await makeCaller(context).call(requestTo(origin));

    expect(result).toMatchObject({ status: 200 });
    expect("body" in result && Buffer.from(result.body).toString()).toBe("final");
  });

  test("connections are reused", async (context) => {
    const { origin, connections } = await serve(context, (_request, response) => response.end("ok"));
    const caller = makeCaller(context);

    for (let round = 0; round < 10; round += 1) await caller.call(requestTo(origin));

    expect(connections()).toBeLessThanOrEqual(2);
  });
});

describe("a call that is not made", () => {
  test("an origin that was not granted", async (context) => {
    const { origin, requests } = await serve(context, (_request, response) => response.end());
    const granted = ["http://127.0.0.1:1", "nonsense", `${origin.replace("http", "https")}`, `${origin}0`];

    const failure = failureOf(await makeCaller(context).call(requestTo(origin, { grantedOrigins: granted })));

    expect(failure).toMatchObject({ kind: "config", code: "target.not_granted", target: origin });
    expect(requests).toHaveLength(0);
  });

  test("origins are compared in their normal form", async (context) => {
    const { origin } = await serve(context, (_request, response) => response.end());
    const written = `${origin.replace("http", "HTTP")}/some/path`;

    expect(await makeCaller(context).call(requestTo(origin, { grantedOrigins: [written] }))).toMatchObject({
      status: 200,
    });
  });

  test.each([
    "http://169.254.169.254",
    "http://0.0.0.0",
    "http://[fe80::1]",
    "http://2852039166",
    "http://[::ffff:169.254.169.254]",
  ])("a machine's metadata behind %s, although it was granted", async (origin) => {
    await using caller = createTargetCaller();

    const failure = failureOf(await caller.call(requestTo(origin)));

    expect(failure).toMatchObject({ kind: "config", code: "target.address_refused" });
  });

  test.each([
    ["config", { url: "file:///etc/passwd" }],
    ["config", { url: "http://user:secret@127.0.0.1:1/" }],
    ["config", { url: "nonsense" }],
    ["config", { method: "CONNECT" }],
    ["config", { headers: { host: "evil" } }],
    ["config", { idempotencyKey: "a\r\nb" }],
    ["record", { headers: { "x-name": "张三" } }],
    ["record", { body: new Uint8Array(101) }],
  ])("a %s fault: %j", async (kind, changes) => {
    await using caller = createTargetCaller({ requestBytesMax: 100 });

    const failure = failureOf(await caller.call(requestTo("http://127.0.0.1:1", changes)));

    expect(failure).toMatchObject({ kind, code: "target.request_invalid" });
  });
});
