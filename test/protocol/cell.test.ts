import { existsSync } from "node:fs";
import { processFences } from "@gluttony/core";
import { describe, expect, test, vi } from "vitest";
import { insertOf, testHost } from "../support/cells.ts";

const short = { deadlineMs: 200, graceMs: 300 };

test("a handler's endings and failures come back as they were meant", async () => {
  await using host = testHost();
  const { cell } = await host.acquire("well-behaved");
  const run = (instruction: string) => cell.attempt(insertOf(instruction));

  expect(await run("nothing")).toEqual({ kind: "done" });
  expect(await run("filter")).toEqual({ kind: "filtered", rule: "not-wanted" });
  expect(await run("reject")).toMatchObject({ failure: { kind: "record", code: "fixture.rejected" } });
  expect(await run("garbage")).toMatchObject({ failure: { kind: "config", code: "handler.result_invalid" } });
  expect(await run("throw-null")).toMatchObject({ failure: { kind: "transient", code: "handler.threw" } });
  expect(JSON.stringify(await run("throw-secret"))).not.toContain("Zhang San");
});

test("a tombstone is filtered, and a record that is no JSON is a failure of the record", async () => {
  await using host = testHost();
  const { cell } = await host.acquire("well-behaved");
  const request = insertOf("nothing");

  const tombstone = await cell.attempt({ ...request, record: { ...request.record, value: null } });
  const broken = await cell.attempt({ ...request, record: { ...request.record, value: Buffer.from("{") } });

  expect(tombstone).toEqual({ kind: "filtered", rule: "debezium.tombstone" });
  expect(broken).toMatchObject({ kind: "failed", failure: { kind: "record" } });
});

test("a call goes through the host, with the attempt's idempotency key and the granted origins", async () => {
  await using host = testHost();
  const { cell } = await host.acquire("well-behaved");
  const request = insertOf("call");

  const result = await cell.attempt(request);

  expect(result).toEqual({ kind: "done", called: [{ origin: "http://target.test", isUp: true }] });
  expect(host.calls).toMatchObject([
    {
      url: "http://target.test/add",
      method: "POST",
      body: Buffer.from("hello"),
      idempotencyKey: request.idempotencyKey,
      consumer: "patients",
      grantedOrigins: ["http://target.test"],
    },
  ]);
});

test("files, processes and the environment of the host are out of reach", async () => {
  await using host = testHost();
  const { cell } = await host.acquire("well-behaved");
  const run = (instruction: string) => cell.attempt(insertOf(instruction));

  expect(await run("read-outside")).toMatchObject({ failure: { code: "handler.threw" } });
  expect(await run("spawn")).toMatchObject({ failure: { code: "handler.threw" } });
  expect(await run("environment")).toEqual({ kind: "done" });
});

test("settings cannot be changed by the handler that gets them", async () => {
  await using host = testHost();
  const { cell } = await host.acquire("well-behaved");

  await cell.attempt(insertOf("change-config"));

  expect(await cell.attempt(insertOf("config"))).toEqual({ kind: "filtered", rule: "config.hello" });
});

test("the signal is aborted at the soft deadline, and the process lives on", async () => {
  await using host = testHost();
  const { cell } = await host.acquire("well-behaved");
  const { pid } = cell.observe();

  const result = await cell.attempt(insertOf("wait", { ...short, graceMs: 5_000 }));

  expect(result).toMatchObject({ failure: { kind: "transient", code: "handler.deadline" } });
  expect(cell.observe()).toMatchObject({ pid, crashes: 0 });
});

test("the caller's signal reaches the handler", async () => {
  await using host = testHost();
  const { cell } = await host.acquire("well-behaved");
  const controller = new AbortController();
  const running = cell.attempt({ ...insertOf("wait"), signal: controller.signal });
  await cell.attempt(insertOf("nothing"));

  controller.abort();

  expect(await running).toMatchObject({ failure: { code: "handler.aborted" } });
});

test.each(["never", "loop"])(
  "a handler that does not end (%s) is killed and only its record fails",
  async (kind) => {
    await using host = testHost();
    const { cell } = await host.acquire("well-behaved");

    const others = Array.from({ length: 20 }, () => cell.attempt(insertOf("sleep")));
    const guilty = cell.attempt(insertOf(kind, short));

    expect(await guilty).toMatchObject({ failure: { kind: "record", code: "handler.deadline" } });
    expect(await Promise.all(others)).toEqual(others.map(() => ({ kind: "done" })));
    expect(cell.observe().state).not.toBe("quarantined");
  },
);

test.each([
  ["exit", "plugin.crashed"],
  ["hog", "plugin.memory"],
  ["forge-frames", "plugin.protocol_violation"],
  ["huge", "plugin.protocol_violation"],
])(
  "the one record of a hundred that ends the process (%s) is found and fails with %s, and the others are done",
  async (kind, code) => {
    await using host = testHost();
    const { cell } = await host.acquire("well-behaved");

    const before = Array.from({ length: 50 }, () => cell.attempt(insertOf("sleep")));
    const guilty = cell.attempt(insertOf(kind, { deadlineMs: 20_000 }));
    const after = Array.from({ length: 49 }, () => cell.attempt(insertOf("sleep")));

    expect(await guilty).toMatchObject({ failure: { kind: "record", code } });
    expect(await Promise.all([...before, ...after])).toEqual(
      Array.from({ length: 99 }, () => ({ kind: "done" })),
    );
    expect(await cell.attempt(insertOf("nothing"))).toEqual({ kind: "done" });
  },
);

describe.skipIf(!processFences().hasNamespaces)(
  "in namespaces of its own (skipped where none are granted)",
  () => {
    test("a plugin can signal neither the host nor the host's group", async () => {
      await using host = testHost();
      const { cell } = await host.acquire("well-behaved");

      // Whether it hits its own group is its own affair; this process, which is the host, is still here afterwards.
      await cell.attempt(insertOf("kill-others", { deadlineMs: 20_000 }));

      expect(await cell.attempt(insertOf("nothing"))).toMatchObject({ kind: "done" });
    });

    test("a plugin reaches no network, not even this machine's own", async () => {
      await using host = testHost();
      const { cell } = await host.acquire("well-behaved");

      expect(await cell.attempt(insertOf("network"))).toMatchObject({ rule: "network.enetunreach" });
    });

    test("what a process holds is seen from outside, through the fence", async () => {
      await using host = testHost({ memoryCheckMs: 50 });
      const { cell } = await host.acquire("well-behaved");

      await cell.attempt(insertOf("nothing"));

      await vi.waitFor(() => expect(cell.observe().residentBytes).toBeGreaterThan(20 * 1024 * 1024), {
        timeout: 10_000,
      });
    });
  },
);

test("a plugin whose every record kills is quarantined", async () => {
  await using host = testHost({ guiltyRecordsMax: 4 });
  const { cell } = await host.acquire("well-behaved");

  const results = await Promise.all(Array.from({ length: 8 }, () => cell.attempt(insertOf("exit"))));

  expect(results.slice(0, 5).map((result) => result.kind === "failed" && result.failure.code)).toEqual(
    Array(5).fill("plugin.crashed"),
  );
  expect(results.at(-1)).toMatchObject({ failure: { kind: "config", code: "plugin.quarantined" } });
  expect(cell.observe()).toMatchObject({ state: "quarantined", pid: null });
});

test("records that never end are set aside one by one, and the plugin goes on for everybody else", async () => {
  await using host = testHost({ crashesMax: 2 });
  const { cell } = await host.acquire("well-behaved");

  for (const kind of ["never", "loop", "never", "exit", "never", "loop"]) {
    expect(await cell.attempt(insertOf(kind, short))).toMatchObject({ failure: { kind: "record" } });
    expect(await cell.attempt(insertOf("nothing"))).toEqual({ kind: "done" });
  }

  expect(cell.observe().state).toBe("ready");
});

test("deaths that no record is guilty of quarantine the plugin", async () => {
  await using host = testHost({ crashesMax: 3 });
  const { cell } = await host.acquire("well-behaved");

  for (let death = 1; death <= 3; death += 1) {
    await cell.attempt(insertOf("throw-late"));
    await expect.poll(() => cell.observe().crashes).toBe(death);
  }

  expect(await cell.attempt(insertOf("nothing"))).toMatchObject({ failure: { code: "plugin.quarantined" } });
});

test.each(["throw-null", "throw-text", "reject-nothing"])(
  "what is thrown need not be an error (%s)",
  async (kind) => {
    await using host = testHost();
    const { cell } = await host.acquire("well-behaved");

    const result = await cell.attempt(insertOf(kind));

    expect(result).toMatchObject({ failure: { kind: "transient", code: "handler.threw" } });
    expect(JSON.stringify(result)).not.toContain("Zhang San");
  },
);

test("the first of several settlements counts", async () => {
  await using host = testHost();
  const { cell } = await host.acquire("well-behaved");

  expect(await cell.attempt(insertOf("settle-twice"))).toEqual({ kind: "done" });
  expect(await cell.attempt(insertOf("settle-after-abort", { ...short, graceMs: 5_000 }))).toEqual({
    kind: "done",
  });
  expect(cell.observe().crashes).toBe(0);
});

test.each(["float-rejection", "float-rejection-late"])(
  "a rejection that nobody waits for (%s) neither ends the process nor changes an outcome, and is told",
  async (kind) => {
    await using host = testHost();
    const { cell } = await host.acquire("well-behaved");
    const { pid } = cell.observe();

    const result = await cell.attempt(insertOf(kind));
    const told = () => host.log.lines.filter((line) => line.includes("left promises behind"));

    expect(result).toEqual({ kind: "done" });
    await expect.poll(told).toHaveLength(1);
    expect(told().join()).not.toContain("Zhang San");
    expect(cell.observe()).toMatchObject({ pid, crashes: 0 });
  },
);

test("thousands of such rejections are counted and told once a second at most", async () => {
  await using host = testHost();
  const { cell } = await host.acquire("well-behaved");

  await cell.attempt(insertOf("float-many"));

  const told = () => host.log.lines.filter((line) => line.includes("left promises behind"));
  await expect.poll(() => told().join(), { timeout: 10_000 }).toContain('"total":5000');
  expect(told().length).toBeLessThanOrEqual(3);
  expect(cell.observe().crashes).toBe(0);
});

test("an error that is thrown after the outcome restarts the process, and the outcome stands", async () => {
  await using host = testHost();
  const { cell } = await host.acquire("well-behaved");

  expect(await cell.attempt(insertOf("throw-late"))).toEqual({ kind: "done" });
  await expect.poll(() => cell.observe().crashes).toBe(1);
  expect(await cell.attempt(insertOf("nothing"))).toEqual({ kind: "done" });
});

test("a plugin that floods its log and its output is cut short, and what it prints about records is not logged", async () => {
  await using host = testHost();
  const { cell } = await host.acquire("well-behaved");

  await cell.attempt(insertOf("flood", { deadlineMs: 20_000 }));
  await cell.attempt(insertOf("nothing"));

  expect(host.log.lines.length).toBeLessThan(1_000);
  expect(host.log.lines.join("\n")).not.toContain("not-to-be-logged");
});

test("another plugin keeps its pace while this one loops", async () => {
  await using host = testHost();
  await using other = testHost();
  const looping = await host.acquire("well-behaved");
  const calm = await other.acquire("well-behaved");
  const loop = looping.cell.attempt(insertOf("loop", { deadlineMs: 1_500 }));
  let isOver = false;
  void loop.then(() => {
    isOver = true;
  });

  let done = 0;
  while (!isOver && done < 200) {
    expect(await calm.cell.attempt(insertOf("nothing"))).toEqual({ kind: "done" });
    done += 1;
  }

  expect(done).toBe(200);
  await loop;
});

test.each([
  ["throws-at-import", "plugin.import_failed"],
  ["undefined-handler", "plugin.export_missing"],
])("a plugin that cannot be loaded (%s) is refused by its code", async (plugin, code) => {
  await using host = testHost();

  await expect(host.acquire(plugin)).rejects.toMatchObject({ code });
});

test("one cell serves every user of a release, and ends with the last", async () => {
  await using host = testHost();
  const first = await host.acquire("well-behaved");
  const second = await host.acquire("well-behaved");
  const { pid } = first.cell.observe();

  await first.release();
  await first.release();
  const stillRuns = await second.cell.attempt(insertOf("nothing"));
  await second.release();

  expect(second.cell).toBe(first.cell);
  expect(stillRuns).toEqual({ kind: "done" });
  expect(first.cell.observe().state).toBe("closed");
  expect(existsSync(`/proc/${pid}/statm`)).toBe(false);
});

test("thousands of attempts at once are all answered", async () => {
  await using host = testHost();
  const { cell } = await host.acquire("well-behaved");

  const results = await Promise.all(Array.from({ length: 5_000 }, () => cell.attempt(insertOf("nothing"))));

  expect(results.every(({ kind }) => kind === "done")).toBe(true);
});
