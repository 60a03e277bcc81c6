import { describe, expect, test } from "vitest";
import { isRepeatable, readBackOf } from "../../src/client/read-back.ts";
import type { ConnectRequest } from "../../src/allow-list.ts";

const done = (json: unknown) => ({ is: "done", json }) as const;
const missing = { is: "missing" } as const;
const config = { "tasks.max": "1" };
const offsets = [{ partition: { server: "p" }, offset: { lsn: 1, txId: 2 } }];
const state = (name: string) => done({ connector: { state: name }, tasks: [] });

describe("whether a request was carried out", () => {
  test.each<
    [ConnectRequest, Parameters<NonNullable<ReturnType<typeof readBackOf>>["hasHappened"]>[0], boolean]
  >([
    [{ do: "configure", connector: "c", config }, done({ ...config, name: "c" }), true],
    [{ do: "configure", connector: "c", config }, done({ ...config, name: "c", "slot.name": "s" }), false],
    [{ do: "configure", connector: "c", config }, done({ "tasks.max": "2", name: "c" }), false],
    [{ do: "configure", connector: "c", config }, missing, false],
    [{ do: "delete", connector: "c" }, missing, true],
    [{ do: "delete", connector: "c" }, done(config), false],
    [{ do: "stop", connector: "c" }, state("STOPPED"), true],
    [{ do: "stop", connector: "c" }, state("RUNNING"), false],
    [{ do: "pause", connector: "c" }, state("PAUSED"), true],
    [{ do: "resume", connector: "c" }, state("RUNNING"), true],
    [{ do: "reset_offsets", connector: "c" }, done({ offsets: [] }), true],
    [{ do: "reset_offsets", connector: "c" }, done({ offsets }), false],
    [
      { do: "alter_offsets", connector: "c", offsets },
      done({ offsets: [{ offset: { txId: 2, lsn: 1 }, partition: { server: "p" } }] }),
      true,
    ],
    [
      { do: "alter_offsets", connector: "c", offsets },
      done({ offsets: [{ partition: { server: "p" }, offset: { lsn: "1", txId: 2 } }] }),
      false,
    ],
  ])("%j and then %j: %s", (request, answer, hasHappened) => {
    expect(readBackOf(request)?.hasHappened(answer)).toBe(hasHappened);
  });

  test("a read needs none, and a restart has none and is never repeated", () => {
    expect(readBackOf({ do: "list" })).toBeNull();
    expect(readBackOf({ do: "restart", connector: "c", scope: "all" })).toBeNull();
    expect(isRepeatable({ do: "restart", connector: "c", scope: "all" })).toBe(false);
    expect(isRepeatable({ do: "restart_task", connector: "c", task: 0 })).toBe(false);
    expect(isRepeatable({ do: "delete", connector: "c" })).toBe(true);
  });
});
