import { createServer } from "node:net";
import { once } from "node:events";
import { expect, test } from "vitest";
import { createAdminServer } from "../src/server.ts";
import { isLoopbackName } from "../src/settings.ts";
import { memoryHouse } from "./support/memory-collaborators.ts";
import { localSettings } from "./support/small-house.ts";

test("the API answers on the address it says, until it is closed", async () => {
  const server = createAdminServer(memoryHouse().collaborators, localSettings);
  try {
    const { url } = await server.listen();
    const answer = await fetch(`${url}/healthz`);

    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
    expect([answer.status, await answer.json()]).toEqual([200, { status: "ok" }]);

    await server.close();
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  } finally {
    await server.close();
  }
});

test.each(["0.0.0.0", "::", "gluttony.example", ""])(
  "%j is not listened on without a token",
  async (host) => {
    const server = createAdminServer(memoryHouse().collaborators, { ...localSettings, host, token: "" });
    try {
      await expect(server.listen()).rejects.toMatchObject({
        code: "config.listen_without_token",
        facts: { host },
      });
    } finally {
      await server.close();
    }
  },
);

test("a port that is taken is told as such", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const address = other.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  const server = createAdminServer(memoryHouse().collaborators, { ...localSettings, port });
  try {
    await expect(server.listen()).rejects.toMatchObject({
      code: "environment.port_taken",
      facts: { port },
    });
  } finally {
    await server.close();
    other.close();
    await once(other, "close");
  }
});

test("a server that never listened can be closed, twice", async () => {
  const server = createAdminServer(memoryHouse().collaborators, localSettings);

  await server.close();

  await expect(server.close()).resolves.toBeUndefined();
});

test.each([
  ["127.0.0.1", true],
  ["127.1.2.3", true],
  ["[::1]", true],
  ["::1", true],
  ["LocalHost", true],
  ["0.0.0.0", false],
  ["127.0.0.1.example", false],
  ["", false],
])("whether %j is loopback: %s", (name, isLoopback) => {
  expect(isLoopbackName(name)).toBe(isLoopback);
});
