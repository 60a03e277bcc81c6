import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { createHttpClient, createTargetCaller } from "@gluttony/egress";
import { describe, expect, test } from "vitest";
import {
  closedPort,
  failureOf,
  gate,
  makeCaller,
  requestTo,
  serve,
  serveTcp,
} from "../../packages/egress/test/loopback.ts";

describe("a target that misbehaves", () => {
  test("refused: transient, the target did not see it", async (context) => {
    const { port } = await closedPort();

    const failure = failureOf(await makeCaller(context).call(requestTo(`http://127.0.0.1:${port}`)));

    expect(failure).toMatchObject({
      kind: "transient",
      code: "target.unreachable",
      target: `http://127.0.0.1:${port}`,
    });
    expect(failure?.["message"]).toContain("ECONNREFUSED");
    expect(JSON.stringify(failure)).not.toMatch(/4711|Zhang/);
  });

  test("a name that leads nowhere: transient", async (context) => {
    const failure = failureOf(await makeCaller(context).call(requestTo("http://nowhere.invalid")));

    expect(failure).toMatchObject({ kind: "transient", code: "target.unreachable" });
  });

  test("not TLS where TLS is asked for: transient", async (context) => {
    const { origin } = await serve(context, (_request, response) => response.end());

    const failure = failureOf(await makeCaller(context).call(requestTo(origin.replace("http:", "https:"))));

    expect(failure).toMatchObject({ kind: "transient", code: "target.unreachable" });
  });

  test("never answers: ambiguous", async (context) => {
    const { origin } = await serve(context, () => undefined);

    const failure = failureOf(await makeCaller(context).call(requestTo(origin, { timeoutMs: 150 })));

    expect(failure).toMatchObject({ kind: "ambiguous", code: "target.timeout" });
  });

  test("drips its headers and its body: the deadline covers both together", async (context) => {
    const { origin } = await serve(context, async (_request, response) => {
      await sleep(100);
      response.writeHead(200);
      while (!response.destroyed) {
        response.write("x");
        await sleep(20);
      }
    });

    const failure = failureOf(await makeCaller(context).call(requestTo(origin, { timeoutMs: 300 })));

    expect(failure).toMatchObject({ kind: "ambiguous", code: "target.timeout" });
  });

  test("drips bytes of its status line for ever: the same", async (context) => {
    const origin = await serveTcp(context, async (socket) => {
      socket.write("HTTP/1.1 200 OK\r\nx-a: ");
      while (!socket.destroyed) {
        socket.write("a");
        await sleep(20);
      }
    });

    const failure = failureOf(await makeCaller(context).call(requestTo(origin, { timeoutMs: 200 })));

    expect(failure).toMatchObject({ kind: "ambiguous", code: "target.timeout" });
  });

  test("resets in the middle of its body: ambiguous", async (context) => {
    const { origin } = await serve(context, (_request, response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write("half", () => response.socket?.resetAndDestroy());
    });

    const failure = failureOf(await makeCaller(context).call(requestTo(origin)));

    expect(failure).toMatchObject({ kind: "ambiguous", code: "target.reset" });
  });

  test("closes without an answer: ambiguous", async (context) => {
    const { origin } = await serve(context, (request) => request.socket.destroy());

    const failure = failureOf(await makeCaller(context).call(requestTo(origin)));

    expect(failure).toMatchObject({ kind: "ambiguous", code: "target.reset" });
  });

  test("answers what is not HTTP: ambiguous, told apart", async (context) => {
    const origin = await serveTcp(
      context,
      (socket) => void socket.once("data", () => socket.write("SSH-2.0-OpenSSH\r\n\r\n")),
    );

    const failure = failureOf(await makeCaller(context).call(requestTo(origin)));

    expect(failure).toMatchObject({ kind: "ambiguous", code: "target.answer_invalid" });
  });

  test.each([true, false])(
    "answers without end: cut at the limit (length declared: %s)",
    async (isDeclared) => {
      const server = createServer((_request, response) => {
        response.writeHead(200, isDeclared ? { "content-length": String(1e9) } : {});
        const more = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536)));
        };
        response.on("drain", more);
        more();
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      await using caller = createTargetCaller({ answerBytesMax: 1024 * 1024 });
      const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

      const failure = failureOf(await caller.call(requestTo(origin)));

      expect(failure).toMatchObject({ kind: "record", code: "target.answer_too_large" });
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  );

  test("an aborted attempt ends at once and closes its connection", async (context) => {
    const closed = gate();
    const { origin } = await serve(context, (request) => request.socket.on("close", closed.resolve));
    const abort = new AbortController();
    const pending = makeCaller(context).call(requestTo(origin, { signal: abort.signal }));
    await sleep(50);

    abort.abort();

    expect(failureOf(await pending)).toMatchObject({ code: "target.timeout" });
    await closed.promise;
  });

  test("an attempt that was aborted before sends nothing", async (context) => {
    const { origin, requests } = await serve(context, (_request, response) => response.end());

    const failure = failureOf(
      await makeCaller(context).call(requestTo(origin, { signal: AbortSignal.abort() })),
    );
    await sleep(50);

    expect(failure).toMatchObject({ kind: "transient", code: "target.timeout" });
    expect(requests).toHaveLength(0);
  });
});

describe("bounds", () => {
  test("calls beyond the concurrency wait, calls beyond the queue are told so", async (context) => {
    let inside = 0;
    let most = 0;
    const { origin } = await serve(context, async (_request, response) => {
      most = Math.max(most, (inside += 1));
      await sleep(20);
      inside -= 1;
      response.end();
    });
    const caller = makeCaller(context, { concurrencyPerOrigin: 2, waitingPerOriginMax: 3 });

    const results = await Promise.all(Array.from({ length: 8 }, () => caller.call(requestTo(origin))));

    expect(results.filter((result) => "status" in result)).toHaveLength(5);
    const busy = results.map(failureOf).filter((failure) => failure !== undefined);
    expect(busy.map(({ kind, code }) => [kind, code])).toEqual(Array(3).fill(["transient", "target.busy"]));
    expect(most).toBe(2);
  });

  test("a call whose deadline ends while it waits was never sent", async (context) => {
    const { origin, requests } = await serve(context, () => undefined);
    const caller = makeCaller(context, { concurrencyPerOrigin: 1 });
    const first = caller.call(requestTo(origin, { timeoutMs: 400 }));

    const second = await caller.call(requestTo(origin, { timeoutMs: 100 }));

    expect(failureOf(second)).toMatchObject({ kind: "transient", code: "target.unreachable" });
    expect(failureOf(await first)).toMatchObject({ kind: "ambiguous" });
    expect(requests).toHaveLength(1);
  });

  test("the least recently used idle origin gives way to a new one", async (context) => {
    const caller = makeCaller(context, { originsMax: 1 });
    const first = await serve(context, (_request, response) => response.end());
    const second = await serve(context, (_request, response) => response.end());

    expect(await caller.call(requestTo(first.origin))).toMatchObject({ status: 200 });
    expect(await caller.call(requestTo(second.origin))).toMatchObject({ status: 200 });
    expect(await caller.call(requestTo(first.origin))).toMatchObject({ status: 200 });
    expect(first.connections()).toBe(2);
  });

  test("an unused origin's connections are closed", async (context) => {
    const closed = gate();
    const caller = makeCaller(context, { idleOriginMs: 50 });
    const { origin } = await serve(context, (request, response) => {
      request.socket.on("close", () => closed.resolve());
      response.end();
    });

    await caller.call(requestTo(origin));

    await expect(closed.promise).resolves.toBeUndefined();
  });

  test("close ends calls in flight in bounded time, and later calls are refused", async (context) => {
    const { origin } = await serve(context, () => undefined);
    const caller = createTargetCaller({ closeWithinMs: 100 });
    const pending = caller.call(requestTo(origin));
    await sleep(50);

    await caller.close();

    expect(failureOf(await pending)).toMatchObject({ kind: "ambiguous", code: "target.reset" });
    expect(failureOf(await caller.call(requestTo(origin)))).toMatchObject({ kind: "transient" });
  });
});

describe("the client for our own use", () => {
  test("sends and reads JSON", async (context) => {
    const { origin, requests } = await serve(context, (request, response) => {
      request.pipe(response.writeHead(200, { "content-type": "application/json" }));
    });
    await using client = createHttpClient();

    const answer = await client.request({
      url: `${origin}/x`,
      method: "PUT",
      json: { a: 1 },
      timeoutMs: 2_000,
    });

    expect(answer).toMatchObject({ status: 200, json: { a: 1 } });
    expect(requests[0]?.headers["content-type"]).toBe("application/json");
  });

  test("what is not JSON stays text, also when it claims to be JSON", async (context) => {
    const { origin } = await serve(context, (_request, response) => {
      response.writeHead(404, { "content-type": "application/json" }).end("<html>");
    });
    await using client = createHttpClient();

    const answer = await client.request({ url: origin, method: "GET", timeoutMs: 2_000 });

    expect(answer).toMatchObject({ status: 404, json: undefined, text: "<html>" });
  });
});
