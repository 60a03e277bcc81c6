import { expect, test } from "vitest";
import { AnswerHandler } from "../src/answer-handler.ts";
import type { TargetRequest } from "../src/index.ts";
import { failureOf, gate, makeCaller, requestTo, serve, serveTcp } from "./loopback.ts";

const post = { method: "POST", body: Buffer.from("{}") };

test("a connection is handed on from answer to call, and carries one request at a time", async (context) => {
  let open = 0;
  let openMax = 0;
  const target = await serve(context, (request, response) => {
    open += 1;
    openMax = Math.max(openMax, open);
    request.resume().on("end", () =>
      setImmediate(() => {
        open -= 1;
        response.end("{}");
      }),
    );
  });
  const caller = makeCaller(context, { concurrencyPerOrigin: 2 });

  const calls = Array.from({ length: 40 }, () => caller.call(requestTo(target.origin, post)));
  const results = await Promise.all(calls);

  expect(results.every((result) => "status" in result && result.status === 200)).toBe(true);
  expect(openMax).toBeLessThanOrEqual(2);
  expect(target.connections()).toBe(2);
});

test("a request is never written before the answer to the one before it", async (context) => {
  const seen: string[] = [];
  const origin = await serveTcp(context, (socket) => {
    socket.on("data", (bytes) => {
      seen.push(...(bytes.toString().match(/(?:GET|PUT) \/\d/g) ?? []), "|");
      setTimeout(() => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"), 5);
    });
  });
  const caller = makeCaller(context, { concurrencyPerOrigin: 1 });

  // Those that may be repeated would be pipelined first.
  const calls = [1, 2, 3].map((number) =>
    caller.call(requestTo(origin, { url: `${origin}/${number}`, method: number === 2 ? "PUT" : "GET" })),
  );
  await Promise.all(calls);

  expect(seen).toEqual(["GET /1", "|", "PUT /2", "|", "GET /3", "|"]);
});

test("a call that is given up while it is sent leaves its connection to the next one", async (context) => {
  const [arrived, first] = [gate(), gate()];
  const target = await serve(context, async (_request, response) => {
    arrived.resolve();
    if (target.requests.length === 1) await first.promise;
    response.end("{}");
  });
  const caller = makeCaller(context, { concurrencyPerOrigin: 1 });
  const stop: TargetRequest["stop"] = { isStopped: false, listener: null };

  const stopped = caller.call(requestTo(target.origin, { ...post, stop }));
  await arrived.promise;
  stop.listener?.stop();
  const next = await caller.call(requestTo(target.origin, post));
  first.resolve();

  expect(await stopped).toMatchObject({ failure: { kind: "ambiguous", code: "target.timeout" } });
  expect(next).toMatchObject({ status: 200 });
});

test("a call that was given up before it had a connection is not sent later", async (context) => {
  const target = await serve(context, (_request, response) => response.end("{}"));
  const caller = makeCaller(context, { concurrencyPerOrigin: 1 });

  const results = await Promise.all(
    [0, 0, 0, 5_000].map((timeoutMs) => caller.call(requestTo(target.origin, { ...post, timeoutMs }))),
  );
  const after = await caller.call(requestTo(target.origin, post));

  expect(results[3]).toMatchObject({ status: 200 });
  expect(after).toMatchObject({ status: 200 });
  const sent = results.filter((result) => failureOf(result)?.["kind"] === "ambiguous").length;
  expect(target.requests.length).toBeLessThanOrEqual(2 + sent);
});

test("whatever undici says after a request's end, its connection is given back once", () => {
  const given: string[] = [];
  const handler = new AnswerHandler({ bytesMax: 10, onEnd: () => undefined, mayWrite: undefined });
  handler.connection = { giveBack: () => given.push("now"), giveBackLater: () => given.push("later") };

  handler.onComplete();
  handler.onError(new Error("It closed."));

  expect(given).toEqual(["now"]);
});
