import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type CallStop, createHttpClient, createTargetCaller } from "@gluttony/egress";
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
    const stop: CallStop = { isStopped: false, listener: null };
    const pending = makeCaller(context).call(requestTo(origin, { stop }));
    await sleep(50);

    stop.listener?.stop();

    expect(failureOf(await pending)).toMatchObject({ code: "target.timeout" });
    await closed.promise;
  });

  test("an attempt that was aborted before sends nothing", async (context) => {
    const { origin, requests } = await serve(context, (_request, response) => response.end());

    const failure = failureOf(
      await makeCaller(context).call(requestTo(origin, { stop: { isStopped: true, listener: null } })),
    );
    await sleep(50);

    expect(failure).toMatchObject({ kind: "transient", code: "target.timeout" });
    expect(requests).toHaveLength(0);
  });
});

describe("a connection that the target closed while it was idle", () => {
  test("is not used again: the next call goes over a new one, and nobody is told", async (context) => {
    const { origin, requests, connections } = await serve(context, (request, response) => {
      // Announced as kept alive and closed all the same, as proxies do.
      response.end("ok", () => setImmediate(() => request.socket.destroy()));
    });
    const caller = makeCaller(context, { concurrencyPerOrigin: 1 });

    const results = [];
    for (let count = 0; count < 20; count += 1) results.push(await caller.call(requestTo(origin)));

    const answered = results.filter((result) => "status" in result).length;
    const ambiguous = results.map(failureOf).filter((failure) => failure?.["kind"] === "ambiguous").length;
    expect(answered + ambiguous).toBe(20);
    // The server saw each answered call once: nothing was sent a second time.
    expect(requests.length).toBe(answered);
    expect(answered).toBeGreaterThan(0);
    expect(connections()).toBeGreaterThan(1);
  });

  test("and was seen to close: nothing was written, so the call is made over a new one", async (context) => {
    const closed = gate();
    let served = 0;
    const origin = await serveTcp(context, (socket) => {
      socket.on("data", () => {
        served += 1;
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
        if (served === 1) setTimeout(() => socket.end(closed.resolve), 20);
      });
    });
    const caller = makeCaller(context, { concurrencyPerOrigin: 1 });

    const first = await caller.call(requestTo(origin, { method: "POST", body: Buffer.from("a") }));
    await closed.promise;
    const second = await caller.call(requestTo(origin, { method: "POST", body: Buffer.from("b") }));

    expect([first, second]).toMatchObject([{ status: 200 }, { status: 200 }]);
    expect(served).toBe(2);
  });

  test.for(["end", "reset"])(
    "but only (%s) when it read the request: that stays ambiguous and is not sent again",
    async (how, context) => {
      const seen: string[] = [];
      const origin = await serveTcp(context, (socket) => {
        let reads = 0;
        socket.on("data", (chunk) => {
          seen.push(chunk.toString("latin1"));
          reads += 1;
          if (reads === 1) socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
          else if (how === "end") socket.end();
          else socket.resetAndDestroy();
        });
      });
      const caller = makeCaller(context, { concurrencyPerOrigin: 1 });
      const post = (body: string) =>
        caller.call(requestTo(origin, { method: "POST", body: Buffer.from(body) }));

      const first = await post("a");
      const second = await post("b");

      expect(first).toMatchObject({ status: 200 });
      expect(failureOf(second)).toMatchObject({ kind: "ambiguous", code: "target.reset" });
      expect(seen.filter((text) => text.startsWith("POST"))).toHaveLength(2);
    },
  );
});

describe("a target that is held back", () => {
  test("is not called, and the failure says how long to wait", async (context) => {
    const { origin, requests } = await serve(context, (_request, response) => response.end());
    const asked: string[] = [];
    const admit = (one: string) => {
      asked.push(one);
      return { retryAfterMs: 1_500 };
    };

    const failure = failureOf(await makeCaller(context, {}, { gate: { admit } }).call(requestTo(origin)));

    expect(failure).toMatchObject({
      kind: "transient",
      code: "target.breaker_open",
      target: origin,
      retryAfterMs: 1_500,
    });
    expect(asked).toEqual([origin]);
    expect(requests).toHaveLength(0);
  });

  test("is asked about again when a call had to wait for its turn", async (context) => {
    const answering = gate();
    const { origin, requests } = await serve(context, async (_request, response) => {
      await answering.promise;
      response.end();
    });
    let isOpen = false;
    const admit = () => (isOpen ? { retryAfterMs: 100 } : null);
    const caller = makeCaller(context, { concurrencyPerOrigin: 1 }, { gate: { admit } });
    const calls = Array.from({ length: 5 }, () => caller.call(requestTo(origin)));
    await expect.poll(() => requests.length).toBe(1);

    isOpen = true;
    answering.resolve();
    const [first, ...others] = await Promise.all(calls);

    expect(first).toMatchObject({ status: 200 });
    expect(others.map((result) => failureOf(result)?.["code"])).toEqual(Array(4).fill("target.breaker_open"));
    expect(requests).toHaveLength(1);
  });
});

describe("a lease that lapsed", () => {
  test("sends nothing", async (context) => {
    const { origin, connections } = await serve(context, (_request, response) => response.end());

    const result = await makeCaller(context).call(requestTo(origin, { mayCall: () => false }));

    expect(failureOf(result)).toMatchObject({ kind: "transient", code: "handler.lease_lost" });
    expect(failureOf(result)).not.toHaveProperty("target");
    expect(connections()).toBe(0);
  });

  test("sends nothing also when it lapsed while the call waited for its turn", async (context) => {
    const answering = gate();
    const { origin, requests } = await serve(context, async (_request, response) => {
      await answering.promise;
      response.end();
    });
    const caller = makeCaller(context, { concurrencyPerOrigin: 1 });
    let isHeld = true;
    const calls = [1, 2].map(() => caller.call(requestTo(origin, { mayCall: () => isHeld })));
    await expect.poll(() => requests.length).toBe(1);

    isHeld = false;
    answering.resolve();
    const [first, second] = await Promise.all(calls);

    expect(first).toMatchObject({ status: 200 });
    expect(failureOf(second)).toMatchObject({ code: "handler.lease_lost" });
    expect(requests).toHaveLength(1);
  });

  test("sends nothing also when it lapsed while the connection was made", async (context) => {
    const { origin, requests } = await serve(context, (_request, response) => response.end());
    let asked = 0;
    const mayCall = () => (asked += 1) === 1;

    const result = await makeCaller(context).call(requestTo(origin, { mayCall }));

    expect(failureOf(result)).toMatchObject({ kind: "transient", code: "handler.lease_lost" });
    expect(asked).toBe(2);
    expect(requests).toHaveLength(0);
  });
});

describe("bounds", () => {
  test("a consumer with a long backlog does not keep another one waiting", async (context) => {
    const order: string[] = [];
    const { origin } = await serve(context, (request, response) => {
      order.push(String(request.headers["x-consumer"]));
      setTimeout(() => response.end(), 5);
    });
    const caller = makeCaller(context, { concurrencyPerOrigin: 1 });
    const callAs = (consumer: string) =>
      caller.call(requestTo(origin, { consumer, headers: { "x-consumer": consumer } }));

    const backlog = Array.from({ length: 30 }, () => callAs("busy"));
    const calm = Array.from({ length: 3 }, () => callAs("calm"));
    await Promise.all([...backlog, ...calm]);

    expect(order.slice(0, 7).filter((consumer) => consumer === "calm")).toHaveLength(3);
  });

  test("calls beyond the concurrency wait, calls beyond the queue are told so", async (context) => {
    let inside = 0;
    let most = 0;
    const { origin } = await serve(context, async (_request, response) => {
      most = Math.max(most, (inside += 1));
      await sleep(20);
      inside -= 1;
      response.end();
    });
    const caller = makeCaller(context, { concurrencyPerOrigin: 2, waitingPerConsumerMax: 3 });

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

  test("ends when its signal is aborted", async (context) => {
    const { origin } = await serve(context, () => undefined);
    await using client = createHttpClient();

    const answer = await client.request({
      url: origin,
      method: "GET",
      timeoutMs: 5_000,
      signal: AbortSignal.timeout(50),
    });

    expect(answer).toMatchObject({ fault: { reason: "aborted" } });
  });

  test("an address that is none is a fault, and nothing is sent", async () => {
    await using client = createHttpClient();

    const answer = await client.request({ url: "nonsense", method: "GET", timeoutMs: 1_000 });

    expect(answer).toMatchObject({ fault: { isSent: false } });
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
