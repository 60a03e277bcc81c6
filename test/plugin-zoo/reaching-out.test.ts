import { createServer } from "node:net";
import { once } from "node:events";
import { processFences } from "@gluttony/core";
import { describe, expect, test } from "vitest";
import { insertOf } from "../support/cells.ts";
import { cage } from "../support/zoo.ts";

test.each([
  "host-file",
  "dots",
  "environ",
  "processes",
  "import",
  "write",
  "write-folder",
  "spawn",
  "worker",
  "inspector",
  "wasi",
  "addon",
  "binding",
  "code-from-text",
])("%s is denied, and the process lives on", async (way) => {
  await using zoo = await cage("reaches-out");
  const { pid } = zoo.bad.observe();

  const outcome = await zoo.bad.attempt(insertOf(way, { deadlineMs: 5_000 }));

  expect(outcome).toMatchObject({ kind: "failed", failure: { code: "handler.threw" } });
  expect(zoo.bad.observe()).toMatchObject({ pid, crashes: 0 });
});

describe.skipIf(!processFences().hasNamespaces)("sockets (skipped where no namespaces are granted)", () => {
  test("a listener on this machine is not reached, and no name is looked up", async () => {
    await using zoo = await cage("opens-sockets");
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    let connections = 0;
    server.on("connection", () => (connections += 1));

    try {
      const request = insertOf("connect", { deadlineMs: 10_000 });
      const value = Buffer.from(
        request.record.value?.toString().replace('"id":1', `"id":1,"port":${port}`) ?? "",
      );
      const connected = await zoo.bad.attempt({ ...request, record: { ...request.record, value } });
      const resolved = await zoo.bad.attempt(insertOf("dns", { deadlineMs: 20_000 }));

      expect(connected).not.toMatchObject({ rule: "reached" });
      expect(resolved).not.toMatchObject({ rule: "reached" });
      expect(connections).toBe(0);
    } finally {
      server.close();
    }
  });
});
