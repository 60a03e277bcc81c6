import { expect, test } from "vitest";
import type { SeriesReader } from "../../src/series-ports.ts";
import { appOver, observed, storedConsumer } from "../support/small-house.ts";

interface Overview {
  readonly counts: { readonly [state: string]: number };
  readonly needAttention: number;
  readonly oldestLagMs: number | null;
  readonly items: readonly { readonly state: string; readonly consumer: { readonly name: string } }[];
  readonly next: string | null;
}

async function overviewOf(path: string): Promise<Overview> {
  const { app, house } = appOver();
  await storedConsumer(house, { name: "a-runs", topic: "a" });
  await storedConsumer(house, { name: "b-blocked", topic: "b" });
  await storedConsumer(house, { name: "c-failed", topic: "c" });
  house.observed.push(
    observed({ consumerId: "1", lagMs: 500 }),
    observed({ consumerId: "2", state: "blocked", lagMs: 90_000 }),
    observed({ consumerId: "3", state: "failed" }),
  );
  const answer = await app.inject(path);
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json<Overview>();
}

test("shows the worst first and counts every state", async () => {
  const overview = await overviewOf("/api/v1/overview");

  expect(overview.items.map(({ consumer }) => consumer.name)).toEqual(["c-failed", "b-blocked", "a-runs"]);
  expect(overview.counts).toMatchObject({ failed: 1, blocked: 1, running: 1, silent: 0 });
  expect(overview).toMatchObject({ needAttention: 2, oldestLagMs: 90_000, next: null });
});

test("goes on after a page, and counts all on each", async () => {
  const first = await overviewOf("/api/v1/overview?limit=2");
  const second = await overviewOf(`/api/v1/overview?limit=2&cursor=${first.next ?? ""}`);

  expect(second.items.map(({ consumer }) => consumer.name)).toEqual(["a-runs"]);
  expect(second.counts).toEqual(first.counts);
});

test("shows those in one state alone", async () => {
  const overview = await overviewOf("/api/v1/overview?state=blocked");

  expect(overview.items.map(({ consumer }) => consumer.name)).toEqual(["b-blocked"]);
});

test.each(["?state=sleepy", "?limit=0", "?cursor=zz", "?order=name"])("refuses %s", async (query) => {
  const { app } = appOver();

  expect((await app.inject(`/api/v1/overview${query}`)).statusCode).toBe(400);
});

test("answers a consumer's series in the step that is kept for so long", async () => {
  const asked: unknown[] = [];
  const series: SeriesReader = {
    async read(consumerId, { stepS }) {
      asked.push({ consumerId, stepS });
      return [];
    },
  };
  const { app, house } = appOver({ series });
  await storedConsumer(house);
  const from = new Date(Date.now() - 20 * 3_600_000).toISOString();

  const hour = await app.inject("/api/v1/consumers/persons/metrics");
  const day = await app.inject(`/api/v1/consumers/persons/metrics?from=${from}`);

  expect(hour.json()).toMatchObject({ stepMs: 10_000, items: [] });
  expect(day.json()).toMatchObject({ stepMs: 120_000 });
  expect(asked).toEqual([
    { consumerId: "1", stepS: 10 },
    { consumerId: "1", stepS: 120 },
  ]);
});

test.each([
  "?from=yesterday",
  "?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
  "?from=2026-01-01T00:00:00Z&to=2026-01-03T00:00:00Z&step=10",
  "?step=7",
])("refuses a series of %s", async (query) => {
  const { app, house } = appOver();
  await storedConsumer(house);

  expect((await app.inject(`/api/v1/consumers/persons/metrics${query}`)).statusCode).toBe(400);
});
