import type { DeliverySettings } from "@gluttony/model";
import { SeededRandom } from "./seeded-random.ts";

/** What befalls the topic once in a run; all but the first must be seen and named, never read over. */
export type TopicStory = "none" | "truncated" | "recreated" | "partitions-added" | "offsets-moved";

/** How often one call to a port goes wrong, and how. */
export interface CallFaults {
  readonly refused: number;
  readonly replyLost: number;
  readonly duplicated: number;
  readonly hung: number;
  /** The host dies at the call: before it, or after it was applied. */
  readonly deadly: number;
}

/** Everything about a run that is decided before it begins. */
export interface SeedPlan {
  readonly hosts: number;
  readonly partitions: number;
  readonly keys: number;
  readonly records: number;
  /** Until when faults happen, milliseconds; then everything is healed. */
  readonly healAtMs: number;
  /** No fault at all: then not one duplicate is excused. */
  readonly isCalm: boolean;
  readonly calls: CallFaults;
  readonly story: TopicStory;
  /** Faults that the nemesis plans, by kind. */
  readonly nemesis: { readonly [kind in NemesisKind]: number };
  readonly delivery: Partial<DeliverySettings>;
  readonly operations: readonly ("insert" | "update" | "delete")[];
  /** Chance that a change cannot be taken by the target whatever is tried. */
  readonly poison: number;
  /** Chance that the connector repeats its latest changes, as it does after a crash. */
  readonly rewind: number;
  /** Whether a person asks for the dead letters once the target takes them. */
  readonly isReplayed: boolean;
  /** Milliseconds the target takes. */
  readonly targetMs: number;
}

export const nemesisKinds = [
  "kill",
  "pause",
  "restart",
  "databaseAway",
  "brokerAway",
  "targetDown",
  "targetSlow",
  "targetErrors",
  "targetUnauthorized",
  "targetSilent",
  "cellCrash",
  "stallFetch",
  "switchOff",
  "loseSource",
] as const;
export type NemesisKind = (typeof nemesisKinds)[number];

const stories = ["truncated", "recreated", "partitions-added", "offsets-moved"] as const;

/** Draws what a run is like. Few kinds of faults at once: where everything fails, nothing is learnt. */
export function drawPlan(random: SeededRandom): SeedPlan {
  const isCalm = random.isHit(0.08);
  const isStory = !isCalm && random.isHit(0.14);
  const hosts = random.int(1, 3);
  return {
    hosts,
    partitions: random.int(1, 5),
    keys: random.int(4, 30),
    records: random.int(100, 300),
    healAtMs: random.int(12_000, 30_000),
    isCalm,
    calls: isCalm ? noCallFaults : drawCallFaults(random),
    story: isStory ? random.pick(stories) : "none",
    // A watchdog leaves alone what a person has to decide, so a silent fetch would stay silent there.
    nemesis: { ...drawNemesis(random, isCalm ? 0 : random.int(1, 6)), ...(isStory ? { stallFetch: 0 } : {}) },
    delivery: drawDelivery(random),
    operations: random.isHit(0.3) ? ["insert", "update", "delete"] : [],
    poison: random.isHit(0.5) ? 0.03 : 0,
    rewind: random.isHit(0.4) ? 0.02 : 0,
    isReplayed: random.isHit(0.6),
    // A calm run never comes near its budgets to drain.
    targetMs: isCalm ? 5 : random.pick([2, 10, 40, 120]),
  };
}

const noCallFaults: CallFaults = { refused: 0, replyLost: 0, duplicated: 0, hung: 0, deadly: 0 };

function drawCallFaults(random: SeededRandom): CallFaults {
  const rate = (often: number): number => (random.isHit(0.5) ? 0 : often * random.next());
  return {
    refused: rate(0.06),
    replyLost: rate(0.05),
    duplicated: rate(0.05),
    hung: rate(0.003),
    deadly: rate(0.02),
  };
}

function drawNemesis(random: SeededRandom, count: number): SeedPlan["nemesis"] {
  const planned = Object.fromEntries(nemesisKinds.map((kind) => [kind, 0])) as Record<NemesisKind, number>;
  for (let fault = 0; fault < count; fault += 1) planned[random.pick(nemesisKinds)] += random.int(1, 2);
  return planned;
}

function drawDelivery(random: SeededRandom): Partial<DeliverySettings> {
  const inFlightMax = random.pick([3, 20, 60, 200]);
  return {
    concurrency: random.pick([1, 2, 4, 8, 16]),
    deadlineMs: random.pick([800, 1_500, 3_000]),
    graceMs: random.pick([200, 500]),
    attemptsMax: random.int(2, 7),
    backoffFirstMs: random.pick([10, 50, 200]),
    backoffMaxMs: random.pick([200, 1_000, 3_000]),
    inFlightMax,
    parkedPercentMax: 100,
    startFrom: "earliest",
    parking: random.pick(["record", "key"]),
    deadLetterBytes: random.pick(["encrypted", "encrypted", "reference"]),
    fence: random.pick(["subject", "subject", "off"]),
    replicaIdentity: "default",
    format: "auto",
  };
}
