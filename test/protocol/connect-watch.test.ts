import {
  type ConnectorEvent,
  type ConnectorHealth,
  ConnectorWatch,
  createConnectClient,
  createConnectors,
} from "@gluttony/connect";
import { type Consumer, GluttonyError } from "@gluttony/model";
import { type TestContext, describe, expect, test } from "vitest";
import { makeConsumer } from "../../packages/connect/test/make-consumer.ts";
import { type House, makeHouse } from "../../packages/connect/test/small-house.ts";

const policy = { firstWaitMs: 1_000, waitMaxMs: 4_000, mendsMax: 2, healthyMs: 3_000, stuckMs: 10_000 };

interface Watched {
  readonly house: House;
  readonly name: string;
  readonly events: ConnectorEvent[];
  readonly seen: () => ConnectorHealth | undefined;
  /** One look, a second after the one before. */
  readonly look: () => Promise<boolean>;
  /** Whether another host watches. */
  readonly busy: { isSo: boolean };
  /** How often the source was looked at, and what is found there; null when it does not answer. */
  readonly examined: { count: number; finds: readonly string[] | null };
  /** What the row's reference leads to. */
  readonly login: { password: string };
}

async function makeWatched(context: TestContext, consumer: Consumer = makeConsumer()): Promise<Watched> {
  const house = await makeHouse(context);
  const login = { password: "first-password" };
  const { settings } = house;
  const collaborators: typeof house.collaborators = {
    ...house.collaborators,
    resolveSecret: async (value) =>
      value.replace("${env:HIS}", () => `postgresql://dbz:${login.password}@his:5432/emr`),
  };
  const connectors = createConnectors(collaborators, settings);
  await connectors.ensure(consumer);
  let seen: readonly ConnectorHealth[] = [];
  const events: ConnectorEvent[] = [];
  const busy = { isSo: false };
  const examined: Watched["examined"] = { count: 0, finds: [] };
  let nowMs = 0;
  const watch = new ConnectorWatch(
    {
      client: createConnectClient(collaborators, { ...settings, busyWaitMs: 500 }),
      registry: collaborators.registry,
      book: {
        whileAlone: async (work) => (busy.isSo ? null : work()),
        load: async () => seen,
        save: async (health) => void (seen = health),
        note: async (noted) => void events.push(...noted),
      },
      makeAgain: () => connectors.ensure(consumer),
      renewLogin: () => connectors.ensure(consumer),
      async examine() {
        examined.count += 1;
        if (examined.finds === null) throw new GluttonyError("connect.source_unreachable", {});
        return examined.finds;
      },
      clock: { wallMs: () => nowMs, sleep: async () => undefined },
      random: () => 1,
      log: collaborators.log,
    },
    { hostId: "h1", policy },
  );
  const look = (): Promise<boolean> => {
    nowMs += 1_000;
    return watch.look();
  };
  const [name = ""] = house.worker.connectors.keys();
  return { house, name, events, seen: () => seen[0], look, busy, examined, login };
}

const told = ({ events }: Watched) => events.map(({ deed, outcome }) => `${deed} ${outcome}`);

describe("the watch", () => {
  test("restarts a failed task, and tells when it helped", async (context) => {
    const watched = await makeWatched(context);
    const { house, look } = watched;
    const kept = house.worker.connectors.get(watched.name);
    Object.assign(kept ?? {}, { taskState: "FAILED", trace: "Cannot read '张三'\n at x" });

    await look();
    const shown = watched.seen();
    await look();
    Object.assign(kept ?? {}, { taskState: "RUNNING", trace: undefined });
    for (let time = 0; time < 5; time += 1) await look();

    expect(shown).toMatchObject({ state: "failed", mends: 0, nextMendMs: 2_000, failure: "Cannot read …" });
    expect(house.worker.count(/restart\?includeTasks=true&onlyFailed=true/)).toBe(1);
    expect(told(watched)).toEqual(["restart_failed asked", "restart_failed recovered"]);
    expect(watched.seen()).toMatchObject({ state: "running", mends: 0, failure: null });
  });

  test("gives up after a bounded number of restarts, and says so", async (context) => {
    const watched = await makeWatched(context);
    Object.assign(watched.house.worker.connectors.get(watched.name) ?? {}, { taskState: "FAILED" });

    for (let time = 0; time < 30; time += 1) await watched.look();

    expect(watched.house.worker.count(/restart/)).toBe(policy.mendsMax);
    expect(told(watched)).toEqual([
      "restart_failed asked",
      "restart_failed failed_again",
      "restart_failed asked",
      "restart_failed gave_up",
    ]);
    expect(watched.seen()).toMatchObject({ state: "failed", isGivenUp: true });
  });

  test("makes a connector again that somebody deleted, once", async (context) => {
    const watched = await makeWatched(context);
    watched.house.worker.connectors.clear();

    await watched.look();
    const shown = watched.seen()?.state;
    for (let time = 0; time < 5; time += 1) await watched.look();

    expect(shown).toBe("missing");
    expect([...watched.house.worker.connectors.keys()]).toEqual([watched.name]);
    expect(watched.house.entries.size).toBe(1);
    expect(told(watched)).toEqual(["make_again asked", "make_again recovered"]);
  });

  test("leaves alone what a person stopped, and shows what somebody changed", async (context) => {
    const watched = await makeWatched(context);
    const kept = watched.house.worker.connectors.get(watched.name);
    Object.assign(kept ?? {}, { state: "STOPPED", hasTasks: false });
    if (kept !== undefined) kept.config = { ...kept.config, "poll.interval.ms": "9" };

    for (let time = 0; time < 20; time += 1) await watched.look();

    expect(watched.seen()).toMatchObject({ state: "stopped", drift: ["poll.interval.ms"] });
    expect(told(watched)).toEqual([]);
  });

  test("a restart that is refused is told with its reason, and counts", async (context) => {
    const watched = await makeWatched(context);
    const { house, look } = watched;
    Object.assign(house.worker.connectors.get(watched.name) ?? {}, { taskState: "FAILED" });
    house.worker.next(/restart/, 403);

    await look();
    await look();

    expect(watched.events).toMatchObject([
      { deed: "restart_failed", outcome: "refused", note: "connect.access_denied" },
    ]);
    expect(watched.seen()).toMatchObject({ mends: 1 });
  });

  test("looks at the source now and then, and tells what blocks it although the connector runs", async (context) => {
    const watched = await makeWatched(context);
    await watched.look();
    watched.examined.finds = ["source.table_rights"];
    for (let time = 0; time < 15; time += 1) await watched.look();
    const shown = watched.seen();
    watched.examined.finds = null;
    for (let time = 0; time < 15; time += 1) await watched.look();

    expect(shown).toMatchObject({ state: "running", findings: ["source.table_rights"] });
    expect(watched.seen()).toMatchObject({ state: "running", findings: ["connect.source_unreachable"] });
    expect(watched.examined.count).toBe(3);
    expect(watched.house.logged.join()).toContain("source.table_rights");
  });

  test("is of one host at a time", async (context) => {
    const watched = await makeWatched(context);
    watched.busy.isSo = true;
    const asked = watched.house.worker.asked.length;

    expect(await watched.look()).toBe(false);
    expect(watched.house.worker.asked).toHaveLength(asked);
  });

  test("goes on after a worker that did not answer", async (context) => {
    const watched = await makeWatched(context);
    for (let time = 0; time < 20; time += 1) watched.house.worker.next(/^GET \/connectors\?/, 503);

    await expect(watched.look()).rejects.toMatchObject({ code: "connect.busy" });
    watched.house.worker.replies.length = 0;
    await watched.look();

    expect(watched.seen()).toMatchObject({ state: "running" });
  });

  test("gives a connector the password that its reference leads to now, after five minutes", async (context) => {
    const watched = await makeWatched(context, makeConsumer({ connString: "${env:HIS}" }));
    const passwordNow = (): string | undefined =>
      watched.house.worker.connectors.get(watched.name)?.config["database.password"];
    await watched.look();
    watched.login.password = "second-password";

    for (let time = 0; time < 299; time += 1) await watched.look();
    const before = passwordNow();
    await watched.look();

    expect(before).toBe("first-password");
    expect(passwordNow()).toBe("second-password");
    expect(watched.house.logged.join()).not.toContain("second-password");
  });

  test("gives it at once when the source refuses the old one, and leaves a row's own login alone", async (context) => {
    const refused = {
      taskState: "FAILED",
      trace: 'FATAL: password authentication failed for user "dbz"',
    };
    const byReference = await makeWatched(context, makeConsumer({ connString: "${env:HIS}" }));
    const byRow = await makeWatched(context);

    for (const watched of [byReference, byRow]) {
      watched.login.password = "second-password";
      Object.assign(watched.house.worker.connectors.get(watched.name) ?? {}, refused);
      await watched.look();
    }

    const passwords = [byReference, byRow].map(
      ({ house, name }) => house.worker.connectors.get(name)?.config["database.password"],
    );
    expect(passwords).toEqual(["second-password", "s3cr3t"]);
  });
});
