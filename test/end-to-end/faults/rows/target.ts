import { readFile } from "node:fs/promises";
import { duplicatesOf } from "../../../support/faults/checkers.ts";
import type { FaultRow } from "../../../support/faults/fault-row.ts";
import type { FaultScene } from "../../../support/faults/fault-scene.ts";
import { type Answer, accepts } from "../../../support/faults/faulty-target.ts";
import { historyCodes } from "../../../support/faults/history-codes.ts";
import { until } from "../../../support/host.ts";

/** One answer to everything. */
const answer =
  (given: Partial<Answer>) =>
  (scene: FaultScene): void =>
    scene.target.behave(() => ({ applies: false, ...given }));
const refusal = (status: number, headers: Answer["headers"] = {}): Partial<Answer> => ({
  status,
  headers,
  body: JSON.stringify({ code: status }),
});
const heal = async (scene: FaultScene): Promise<void> => scene.target.behave(accepts);
/** The first attempts of some requests get this answer; their repetitions are accepted. */
const firstOfSome =
  (nth: number, given: Partial<Answer>) =>
  (scene: FaultScene): void =>
    scene.target.behave(({ version, attempt }) =>
      version % nth === 0 && attempt === 1 ? { applies: true, ...given } : { applies: true },
    );

/** Patience with which an answer that never comes is noticed within the row. */
const impatient = { handler: { events: { delete: "ignore" }, timeoutMs: 2_000 } } as const;
/** A target that was away is probed every 30 s at most; the rest is for a busy machine. */
const probeAndSlackMs = 45_000;
const outage = { stands: true, recoversWithinMs: probeAndSlackMs } as const;
const unavailable = { state: "recovering", code: /^(empi\.unavailable|target\.breaker_open)$/ };

export const targetRows: readonly FaultRow[] = [
  {
    id: "F51",
    title: "the target answers 503 for a while",
    isQuick: true,
    holdMs: 9_000,
    inject: async (scene) => answer(refusal(503))(scene),
    heal,
    expect: { ...outage, shows: [unavailable] },
  },
  {
    id: "F52",
    title: "the target asks for patience: Retry-After in seconds, as a date, absurd",
    holdMs: 9_000,
    inject: async (scene) => {
      const waits = ["1", new Date(Date.now() + 2_000).toUTCString(), "soon", "-5"];
      scene.target.behave(({ attempt }) => ({
        applies: false,
        ...refusal(429, { "retry-after": waits[attempt % waits.length] ?? "1" }),
      }));
    },
    heal,
    expect: { ...outage, shows: [unavailable] },
    check: async (_scene, { journal, phases }) => {
      const during = journal.filter(({ receivedAtMs }) => receivedAtMs > phases.injectedAtMs);
      const late = during.filter(({ receivedAtMs }) => receivedAtMs < phases.healedAtMs);
      return late.length > 400 ? [`K7: ${late.length} requests although it asked for patience`] : [];
    },
  },
  {
    id: "F53",
    title: "the target refuses some records with 422",
    inject: async (scene) => {
      await poison(scene, 422);
    },
    heal,
    expect: { shows: [], parked: 10 },
    check: async (_scene, { letters }) =>
      letters.every(({ code }) => code === "empi.rejected") ? [] : ["K1: a letter has another code"],
  },
  {
    id: "F54",
    title: "the target's credential has lapsed: 401",
    isQuick: true,
    holdMs: 8_000,
    inject: async (scene) => answer(refusal(401))(scene),
    heal,
    expect: {
      shows: [{ state: "blocked", code: "empi.unauthorized" }],
      stands: true,
      recoversWithinMs: probeAndSlackMs,
    },
  },
  {
    id: "F55",
    title: "the target's address is wrong: 404 on the route",
    holdMs: 8_000,
    inject: async (scene) => answer(refusal(404))(scene),
    heal,
    expect: {
      shows: [{ state: "blocked", code: "empi.address_wrong" }],
      stands: true,
      recoversWithinMs: probeAndSlackMs,
    },
  },
  {
    id: "F56",
    title: "the target accepts and never answers",
    scene: impatient,
    holdMs: 9_000,
    inject: async (scene) => answer({ ending: "never" })(scene),
    heal,
    expect: { ...outage, shows: [{ state: "recovering", code: /^target\.(timeout|breaker_open)$/ }] },
  },
  {
    id: "F57",
    title: "the target answers one byte at a time",
    scene: impatient,
    holdMs: 9_000,
    inject: async (scene) => answer({ ending: "drip" })(scene),
    heal,
    expect: { ...outage, shows: [{ state: "recovering", code: /^target\.(timeout|breaker_open)$/ }] },
  },
  {
    id: "F58",
    title: "the connection is reset in the middle of the answer",
    inject: async (scene) => {
      firstOfSome(3, { ending: "reset" })(scene);
      await scene.pause(5_000);
    },
    heal,
    // Each was applied before its answer was lost, so each is applied once more.
    expect: { shows: [], duplicatesMax: 400, recoversWithinMs: probeAndSlackMs },
    check: async (_scene, { journal }) => {
      const lost = journal.filter(({ isApplied, status }) => isApplied && status === 0);
      const repeated = lost.filter((entry) =>
        journal.some((other) => other.number > entry.number && other.idempotencyKey === entry.idempotencyKey),
      );
      return repeated.length === lost.length && lost.length > 0
        ? []
        : [`K3: ${lost.length} answers were lost, ${repeated.length} repeated`];
    },
  },
  {
    id: "F59",
    title: "the target answers 200 with a page, half a JSON text, nothing",
    holdMs: 8_000,
    inject: async (scene) => {
      const bodies = ["<html>Please log in</html>", '{"code":', "", "\u0000\ufffd"];
      scene.target.behave(({ attempt }) => ({
        applies: false,
        headers: { "content-type": "text/html; charset=gbk" },
        body: bodies[attempt % bodies.length] ?? "",
      }));
    },
    heal,
    expect: { ...outage, shows: [{ state: "recovering", code: /^target\.(answer_invalid|breaker_open)$/ }] },
  },
  {
    id: "F60",
    title: "the target answers 200 with a business code that refuses",
    inject: async (scene) => {
      await poison(scene, 200);
    },
    heal,
    expect: { shows: [], parked: 10 },
  },
  {
    id: "F61",
    title: "the target redirects elsewhere",
    holdMs: 8_000,
    inject: async (scene) =>
      answer({ status: 302, headers: { location: `${scene.neighbour.url}/elsewhere` }, body: "" })(scene),
    heal,
    expect: {
      shows: [{ state: "blocked", code: "empi.address_wrong" }],
      stands: true,
      recoversWithinMs: probeAndSlackMs,
    },
    check: async (_scene, { neighbour }) =>
      neighbour.some(({ path }) => path.includes("elsewhere")) ? ["S8: the redirect was followed"] : [],
  },
  {
    id: "F65",
    title: "the target is down for long: the backlog stays in Kafka, memory stays bounded",
    // Records may be deleted when they are this old, but lie in a segment that is still written to.
    scene: { perSecond: 60, topicConfig: { "retention.ms": "24000" } },
    holdMs: 25_000,
    inject: async (scene) => {
      await scene.target.refuse();
      for (let part = 0; part < 12; part += 1) await scene.stream.burst(1_000);
    },
    heal: async (scene) => scene.target.listen(),
    expect: {
      shows: [{ state: "recovering", code: /^target\.(unreachable|breaker_open)$/ }],
      stands: true,
      // The next probe may be half a minute away, and what is late is said until it is caught up.
      recoversWithinMs: 60_000,
      stallMaxMs: 35_000,
    },
    check: async (scene) => {
      const megabytes = await residentMegabytes(scene);
      const warnings = (await historyCodes(scene)).filter((code) => code === "delivery.expiring").length;
      return [
        ...(megabytes < 500 ? [] : [`K8: the host takes ${megabytes} MB`]),
        ...(warnings > 0 && warnings < 5
          ? []
          : [`F65: warned ${warnings} times that the backlog will expire`]),
      ];
    },
  },
  {
    id: "F66",
    title: "the target applies and loses the reply",
    isQuick: true,
    scene: impatient,
    inject: async (scene) => {
      firstOfSome(3, { ending: "never" })(scene);
      await scene.pause(6_000);
    },
    heal,
    expect: { shows: [], duplicatesMax: 400, recoversWithinMs: probeAndSlackMs },
    check: async (_scene, { journal }) =>
      journal.some(({ isApplied, status }) => isApplied && status === 0) ? [] : ["void: no reply was lost"],
  },
  {
    id: "F67",
    title: "a target that knows no idempotency key makes doubles, and they can be counted",
    inject: async (scene) => {
      firstOfSome(4, { ending: "reset" })(scene);
      await scene.pause(5_000);
    },
    heal,
    expect: { shows: [], duplicatesMax: 400, recoversWithinMs: probeAndSlackMs },
    check: async (_scene, { journal }) => {
      const lost = journal.filter(({ isApplied, status }) => isApplied && status === 0).length;
      const doubles = duplicatesOf(journal).length;
      return doubles > 0 && doubles <= lost ? [] : [`K4: ${doubles} doubles after ${lost} lost replies`];
    },
  },
  {
    id: "F68",
    title: "the target is ten times slower for a while",
    scene: { perSecond: 100, delivery: { inFlightMax: 200 } },
    inject: async (scene) => {
      scene.target.behave(() => ({ applies: true, delayMs: 400 }));
      await scene.pause(10_000);
    },
    heal,
    expect: { shows: [{ state: "running" }, { state: "lagging" }], recoversWithinMs: probeAndSlackMs },
    check: async (scene) => {
      const megabytes = await residentMegabytes(scene);
      return megabytes < 400 ? [] : [`K8: the host takes ${megabytes} MB`];
    },
  },
  {
    id: "F69",
    title: "the target closes kept connections just when they are used again",
    inject: async (scene) => {
      scene.target.behave(({ version }) => ({
        applies: true,
        ending: version % 2 === 0 ? "close" : "whole",
      }));
      await scene.pause(6_000);
    },
    heal,
    // Nothing was applied on a connection that was closed before the request came, so nothing comes twice.
    expect: { shows: [], duplicatesMax: 0, recoversWithinMs: probeAndSlackMs },
  },
];

/** Ten records that the target will not take, whatever comes of the others. */
async function poison(scene: FaultScene, status: number): Promise<void> {
  const refused = new Set<string>();
  scene.target.behave(({ subject, version }) =>
    refused.has(`${subject} ${version}`)
      ? { applies: false, status, body: JSON.stringify({ code: status === 200 ? 4_711 : status }) }
      : { applies: true },
  );
  for (let count = 0; count < 10; count += 1) {
    const change = scene.stream.nextChange();
    refused.add(`${change.subject} ${change.version}`);
    await scene.stream.write([scene.stream.messageOf(change)]);
    await scene.pause(300);
  }
  await until(async () => (await scene.letters()).length >= refused.size, 20_000);
}

async function residentMegabytes(scene: FaultScene): Promise<number> {
  const status = await readFile(`/proc/${scene.host.pid}/status`, "utf8").catch(() => "");
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024);
}
