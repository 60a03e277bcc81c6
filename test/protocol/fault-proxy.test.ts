import { once } from "node:events";
import { type AddressInfo, type Server, type Socket, connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type FaultProxy, faultProxy } from "../support/fault-proxy.ts";

/** Bytes that arrived at a client, and how its connection ended. */
interface Seen {
  readonly socket: Socket;
  text: string;
  pieces: number;
  ending: "open" | "end" | "reset";
}

describe("a proxy that spoils what passes", () => {
  let echo: Server;
  let proxy: FaultProxy;

  beforeAll(async () => {
    echo = createServer((socket) => socket.on("error", () => undefined).pipe(socket)).listen(0, "127.0.0.1");
    await once(echo, "listening");
  });
  afterAll(() => new Promise((resolve) => echo.close(resolve)));
  beforeEach(async () => {
    proxy = await faultProxy((echo.address() as AddressInfo).port);
  });
  afterEach(() => proxy[Symbol.asyncDispose]());

  async function client(): Promise<Seen> {
    const socket = connect({ port: proxy.port, host: "127.0.0.1" });
    const seen: Seen = { socket, text: "", pieces: 0, ending: "open" };
    socket.on("data", (bytes) => {
      seen.text += bytes.toString("latin1");
      seen.pieces += 1;
    });
    socket.on("error", () => (seen.ending = "reset"));
    socket.on("close", () => (seen.ending = seen.ending === "reset" ? "reset" : "end"));
    await Promise.race([once(socket, "connect"), once(socket, "close")]).catch(() => undefined);
    return seen;
  }

  const until = async (isSo: () => boolean): Promise<void> => {
    for (let waits = 0; !isSo() && waits < 500; waits++) await sleep(10);
  };

  test("passes everything on as long as it is healthy, also the end", async () => {
    const seen = await client();

    seen.socket.end("a".repeat(200_000));
    await until(() => seen.ending !== "open");

    expect(seen).toMatchObject({ text: "a".repeat(200_000), ending: "end" });
    expect(proxy.passed).toEqual({ up: 200_000, down: 200_000 });
  });

  test("holds one direction like a black hole and goes on where it was", async () => {
    const seen = await client();
    proxy.set({ holds: "down" });
    seen.socket.write("held");
    await until(() => proxy.passed.up === 4);
    await sleep(100);
    const whileHeld = seen.text;

    proxy.set({});
    await until(() => seen.text !== "");

    expect([whileHeld, seen.text, seen.ending]).toEqual(["", "held", "open"]);
    seen.socket.destroy();
  });

  test.each(["end", "reset"] as const)("cuts by %s what is open", async (how) => {
    const seen = await client();
    seen.socket.write("on");
    await until(() => seen.text !== "");

    proxy.cut(how);
    await until(() => seen.ending !== "open");

    expect(seen).toMatchObject({ text: "on", ending: how });
    expect(proxy.open).toBe(0);
  });

  test("loses what it holds when it cuts", async () => {
    const seen = await client();
    proxy.set({ holds: "down" });
    seen.socket.write("lost");
    await until(() => proxy.passed.up === 4);

    proxy.cut();
    proxy.set({});
    await until(() => seen.ending !== "open");

    expect(seen.text).toBe("");
  });

  test("cuts after a number of bytes in one direction", async () => {
    const seen = await client();
    const cut = proxy.cutAfter("down", 5);

    seen.socket.write("0123456789");
    await cut;
    await until(() => seen.ending !== "open");

    expect(seen.text).toBe("01234");
  });

  test("strands what is open, and lets what is new pass", async () => {
    const old = await client();
    await until(() => proxy.open === 1);
    proxy.strand();
    const fresh = await client();

    for (const { socket } of [old, fresh]) socket.write("on");
    await until(() => fresh.text !== "");
    await sleep(100);

    expect([old.text, old.ending, fresh.text]).toEqual(["", "open", "on"]);
    for (const { socket } of [old, fresh]) socket.destroy();
  });

  test("resets new connections only", async () => {
    const seen = await client();
    await until(() => proxy.accepted === 1);
    proxy.set({ resetsNew: true });

    const refused = await client();
    await until(() => refused.ending !== "open");
    seen.socket.write("on");
    await until(() => seen.text !== "");

    expect([refused.ending, seen.text, proxy.accepted]).toEqual(["reset", "on", 2]);
    seen.socket.destroy();
  });

  test("slices, delays and slows down", async () => {
    const seen = await client();
    proxy.set({ sliceBytes: 10, delayMs: 5, bytesPerSecond: 1_000 });
    const before = performance.now();

    seen.socket.write("x".repeat(100));
    await until(() => seen.text.length === 100);

    expect(performance.now() - before).toBeGreaterThan(150);
    expect(seen.pieces).toBeGreaterThan(1);
    seen.socket.destroy();
  });
});
