import { metricEntries, observedStates } from "@gluttony/model";
import { expect, test } from "vitest";
import { type ConsumerShown, Metrics } from "../../src/metrics.ts";

const consumer = { id: "1", name: "persons" };
const shown: ConsumerShown = {
  consumer: "persons",
  consumerId: "1",
  topic: "t",
  state: "running",
  states: observedStates,
  lagMs: 1_500,
  waiting: 1,
  lagByPartition: new Map([
    [0, 3n],
    [1, 4n],
  ]),
  heldTargets: ["http://empi"],
  release: "empi@1.0.0",
  cell: { state: "ready", crashes: 1, residentBytes: 1_024, heartbeatAgeMs: 2 },
};

/** Everything that a host can count and show, once. */
function busy(): Metrics {
  const metrics = new Metrics("1.0.0");
  const meters = metrics.metersOf(consumer);
  meters.received();
  meters.attempted(12);
  meters.retried("http.server_error");
  meters.ended({ kind: "done" });
  meters.ended({ kind: "parked", attempts: 1, failure: { kind: "record", code: "x.own", message: "no" } });
  meters.acknowledged(1_000, 1_250);
  meters.committed(true);
  meters.committed(false);
  metrics.climbed("persons", "refetch");
  metrics.swapped("persons", "swapped");
  metrics.shadowed("persons", "same");
  metrics.showHeld(["http://empi"]);
  metrics.show(shown);
  metrics.host.answered("/api/v1/overview", { method: "GET", status: 200, durationMs: 3 });
  metrics.host.show({
    connectors: [
      { connector: "c", state: "running", taskStates: ["RUNNING"], silenceMs: 4_000, retainedBytes: 5n },
    ],
    letters: [{ consumer: "persons", open: 2n }],
    audited: [{ action: "consumer.update", result: "done", count: 1 }],
    pool: { used: 1, idle: 2, waiting: 0 },
  });
  return metrics;
}

test("serves every registered metric with its type and labels, and no other", async () => {
  const { body } = await busy().text();

  const served = [...body.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(
    ([, name = "", type = ""]) => [name, type] as const,
  );
  const registered = Object.entries(metricEntries).map(([name, { type }]) => [name, type as string] as const);

  expect(new Map(served)).toEqual(new Map(registered));
  expect(served).toHaveLength(registered.length);
  for (const [name, { labels }] of Object.entries(metricEntries)) {
    const sample = new RegExp(`^${name}(?:_bucket)?\\{([^}]*)\\}`, "m").exec(body)?.[1] ?? "";
    const seen = [...sample.matchAll(/(\w+)="/g)].map(([, label]) => label).filter((label) => label !== "le");
    expect(new Set(seen), name).toEqual(new Set(labels));
  }
});

test("shows only codes that are registered", async () => {
  const { body } = await busy().text();

  expect(body).toContain('gluttony_dead_letters_total{consumer="persons",code="plugin"} 1');
});

test("forgets a target and a release that a consumer left", async () => {
  const metrics = busy();

  metrics.show({ ...shown, heldTargets: [], release: "empi@2.0.0" });
  const { body } = await metrics.text();

  expect(body).not.toContain("gluttony_breaker_open{");
  expect(body).not.toContain("empi@1.0.0");
});

test("counts each crash of a cell once, and those of the next cell from nothing", async () => {
  const metrics = busy();

  metrics.show(shown);
  metrics.show({ ...shown, cell: { state: "ready", crashes: 3, residentBytes: 1, heartbeatAgeMs: 1 } });
  metrics.show({ ...shown, cell: { state: "ready", crashes: 2, residentBytes: null, heartbeatAgeMs: null } });
  const { body } = await metrics.text();

  expect(body).toContain('gluttony_cell_restarts_total{consumer="persons"} 5');
});

test("hands out what was counted for the series once, with the worst lag", () => {
  const metrics = busy();
  metrics.show({ ...shown, lagByPartition: new Map([[0, 1n]]), lagMs: 10 });

  const [counts, ...others] = metrics.takeSeries();

  expect(others).toEqual([]);
  expect(counts).toMatchObject({
    consumerId: "1",
    received: 1,
    done: 1,
    parked: 1,
    retried: 1,
    commitsFailed: 1,
    cellRestarts: 1,
    handlerMs: 12,
    ackMs: 250,
    lagRecords: 7n,
    lagMs: 1_500,
  });
  expect(counts?.handlerCounts.reduce((sum, count) => sum + count, 0)).toBe(1);
  expect(metrics.takeSeries()).toEqual([]);
});

test("looks at one record in a tenth of a second", () => {
  const meters = new Metrics("1.0.0").metersOf(consumer);

  expect([0, 50, 99, 100, 150, 201].map((ms) => meters.isSampleDue(ms))).toEqual([
    true,
    false,
    false,
    true,
    false,
    true,
  ]);
});
