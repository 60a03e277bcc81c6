import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { type ConnectRequest, routeOf } from "../src/allow-list.ts";
import { judgeAnswer } from "../src/judge-answer.ts";
import { parseStatus, settledOf } from "../src/parse-status.ts";
import { validationFaults } from "../src/parse-validation.ts";

const answerOf = (status: number, json?: unknown) => ({ status, headers: {}, json, text: "" });
const saying = (message: string) => ({ error_code: 0, message });

describe("an answer", () => {
  test.each([
    ["done", answerOf(200, {})],
    ["done", answerOf(204)],
    ["missing", answerOf(404, saying("Connector x not found"))],
    ["again", answerOf(404)],
    [
      "again",
      answerOf(
        409,
        saying("Cannot complete request because of a conflicting operation (e.g. worker rebalance)"),
      ),
    ],
    ["again", answerOf(409, saying("Cannot complete request momentarily due to stale configuration"))],
    ["again", answerOf(409, saying("… no known leader URL"))],
    ["again", answerOf(500, saying("Request cannot be completed because a rebalance is expected"))],
    ["again", answerOf(500, saying("Request timed out. The worker is currently …"))],
    ["again", answerOf(503)],
    ["again", { fault: { reason: "lost", isSent: false, errno: "ECONNREFUSED" } as const }],
    ["rejected", answerOf(409, saying("Connector x already exists"))],
    ["rejected", answerOf(500, saying('Cannot invoke "…errors()" because … is null'))],
    ["rejected", answerOf(400, saying("Connector config {name=x1} contains no connector type"))],
    ["rejected", { fault: { reason: "too_large", isSent: true, errno: "" } as const }],
    ["rejected", answerOf(400)],
    ["denied", answerOf(401)],
    ["denied", answerOf(403, saying("User cannot access the resource."))],
    ["unsupported", answerOf(404, saying("HTTP 404 Not Found"))],
    ["unsupported", answerOf(405, saying("HTTP 405 Method Not Allowed"))],
  ])("is %s: %j", (is, answer) => {
    expect(judgeAnswer(answer).is).toBe(is);
  });
});

describe("work that may have been done although the answer got lost", () => {
  test.each([
    [true, answerOf(500, saying("Request timed out. The worker is currently …"))],
    [true, answerOf(504)],
    [true, answerOf(502)],
    [true, { fault: { reason: "lost", isSent: true, errno: "ECONNRESET" } as const }],
    [true, { fault: { reason: "timeout", isSent: true, errno: "" } as const }],
    [false, answerOf(409, saying("… worker rebalance"))],
    [false, answerOf(503)],
    [false, { fault: { reason: "lost", isSent: false, errno: "ECONNREFUSED" } as const }],
  ])("%s: %j", (mayHaveHappened, answer) => {
    expect(judgeAnswer(answer)).toMatchObject({ is: "again", mayHaveHappened });
  });
});

test("a worker that says how long it needs is asked after that time, at most a minute", () => {
  const saying503 = (seconds: string) => ({ ...answerOf(503), headers: { "retry-after": seconds } });

  expect(judgeAnswer(saying503("3"))).toMatchObject({ afterMs: 3_000 });
  expect(judgeAnswer(saying503("900"))).toMatchObject({ afterMs: 60_000 });
  expect(judgeAnswer(saying503("Wed, 21 Oct 2026 07:28:00 GMT"))).not.toHaveProperty("afterMs");
});

describe("a status", () => {
  const part = (state: string) => ({ state });

  test.each([
    ["running", part("RUNNING"), [part("RUNNING")]],
    ["waiting", part("RUNNING"), []],
    ["waiting", part("RUNNING"), [part("UNASSIGNED")]],
    ["waiting", part("STOPPED"), []],
    ["failed", part("RUNNING"), [part("FAILED")]],
    ["failed", part("FAILED"), []],
  ])("is %s", (settled, connector, tasks) => {
    expect(settledOf({ connector, tasks })).toBe(settled);
  });

  test.each([null, [], "RUNNING", {}, { connector: {} }, { connector: { state: 1 } }])(
    "%j is none",
    (json) => {
      expect(parseStatus(json)).toBeNull();
    },
  );
});

const names = [
  "a/b",
  "..",
  ".",
  "...",
  "",
  "a b",
  "a%2Fb",
  "a%252Fb",
  "%2e%2e",
  "a?b",
  "a#b",
  "a\r\nb",
  "a;b",
  "ä",
  "a\\b",
];

test.each([...names, "a\0b", "\u2024\u2024", "http://other/x", "//other", "x".repeat(201)])(
  "the name %j reaches no path",
  (name) => {
    const verbs = ["config", "status", "topics", "offsets", "delete", "pause", "resume", "stop"] as const;
    const requests: readonly ConnectRequest[] = [
      { do: "options", plugin: name },
      { do: "validate", plugin: name, config: {} },
      { do: "configure", connector: name, config: {} },
      { do: "restart", connector: name, scope: "all" },
      { do: "restart_task", connector: name, task: 0 },
      { do: "alter_offsets", connector: name, offsets: [] },
      { do: "reset_offsets", connector: name },
      ...verbs.map((verb): ConnectRequest => ({ do: verb, connector: name })),
    ];

    for (const request of requests) {
      expect(() => routeOf(request)).toThrow(
        expect.objectContaining({
          code: "connect.name_invalid",
          faults: [expect.objectContaining({ path: "name" })],
        }),
      );
    }
  },
);

test.each([-1, 0.5, 10_000, Number.NaN])("the task %s reaches no path", (task) => {
  expect(() => routeOf({ do: "restart_task", connector: "c", task })).toThrow(
    expect.objectContaining({
      code: "connect.name_invalid",
      faults: [expect.objectContaining({ path: "task" })],
    }),
  );
});

test("a validation says each fault with its option, and nothing of a password", () => {
  const json = {
    configs: [
      { value: null },
      null,
      { definition: { name: "a" }, value: { name: "a", errors: [] } },
      {
        definition: { type: "STRING" },
        value: { name: "slot.name", errors: ["Invalid value s3cr3t for slot"] },
      },
      { definition: { type: "PASSWORD" }, value: { name: "x", errors: ["Invalid value hunter2"] } },
    ],
  };

  expect(validationFaults(json, { secrets: ["s3cr3t"], known: [] })).toEqual([
    { path: "connector.slot.name", message: "Invalid value ******** for slot" },
    { path: "connector.x", message: "Refused." },
  ]);
});

interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly note?: string;
  readonly status: number;
  readonly body: unknown;
}

const file = fixtures();

describe.skipIf(file === null)("answers of a real worker (skipped without the folder of fixtures)", () => {
  const recorded =
    file === null
      ? []
      : readFileSync(file, "utf8")
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line) as Recorded);
  const json = (body: unknown) => (typeof body === "object" ? body : undefined);

  test("every one is judged as its status and text say", () => {
    expect(recorded.length).toBeGreaterThan(30);
    for (const { status, body, note } of recorded) {
      const { is } = judgeAnswer(answerOf(status, json(body)));
      expect([note, is]).toEqual([note, expectedOf(status, json(body) === undefined)]);
    }
  });

  test("the wrong password stands on the host", () => {
    const wrong = recorded.find(({ note }) => note?.startsWith("validate: wrong password"));
    const known = ["dbz"];

    expect(validationFaults(wrong?.body, { secrets: [], known })).toEqual([
      {
        path: "connector.database.hostname",
        message:
          'Error while validating connector config: FATAL: password authentication failed for user "dbz"',
      },
    ]);
  });

  test("a good validation has no fault although entries are null", () => {
    const good = recorded.find(({ note }) => note?.startsWith("validate ok"));

    expect(validationFaults(good?.body, { secrets: [], known: [] })).toEqual([]);
  });

  test("a connector can run while its task has failed", () => {
    const failed = recorded.find(({ note }) => note === "after lsn as text");
    const status = parseStatus(failed?.body);

    expect(status?.connector.state).toBe("RUNNING");
    expect(status === null ? null : settledOf(status)).toBe("failed");
  });
});

function expectedOf(status: number, isPage: boolean): string {
  if (status < 300) return "done";
  if (status === 404) return isPage ? "again" : "missing";
  return status === 405 ? "unsupported" : "rejected";
}

function fixtures(): string | null {
  const name = "connect-rest.jsonl";
  const given = process.env["GLUTTONY_FIXTURES"];
  if (given !== undefined) return existsSync(join(given, name)) ? join(given, name) : null;
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const found = join(folder, "shared", "fixtures", name);
    if (existsSync(found)) return found;
  }
  return null;
}
