import { HandlerError } from "@gluttony/sdk";
import type { OnceOptions, OnceResult } from "@gluttony/sdk/testing";
import { GluttonyError } from "@gluttony/model";
import { expect, test } from "vitest";
import type { OnceLedger } from "../../src/ports.ts";
import { HostSteps } from "../../src/cell/host-steps.ts";
import { insert, inlineScene } from "../support/inline.ts";
import { MemoryLedger } from "../support/memory-ledger.ts";

function stepping(step: () => OnceResult | Promise<OnceResult>, options?: OnceOptions) {
  const seen: OnceResult[] = [];
  const scene = inlineScene(async (_change, context) => {
    seen.push(await context.once("post-patient", step, options));
    return undefined;
  });
  return { ...scene, seen };
}

test("a step is claimed before it runs and noted after it, and a later attempt gets what was noted", async () => {
  const order: string[] = [];
  const scene = stepping(() => {
    order.push(...scene.ledger.asked);
    return { id: 7, at: undefined };
  });

  const first = await scene.attempt();
  const second = await scene.attempt({ attempt: 2 });

  expect(order).toEqual(["claim k post-patient"]);
  expect(scene.ledger.asked).toEqual([
    "claim k post-patient",
    "finish k post-patient",
    "claim k post-patient",
  ]);
  expect([first, second]).toEqual([{ kind: "done" }, { kind: "done" }]);
  expect(scene.seen).toStrictEqual([{ id: 7 }, { id: 7 }]);
});

test("a step that returned nothing gives nothing back", async () => {
  const scene = stepping(() => undefined);

  await scene.attempt();
  await scene.attempt();

  expect(scene.seen).toEqual([undefined, undefined]);
});

test.each([
  ["transient", "release k post-patient"],
  ["record", "release k post-patient"],
  ["auth", "release k post-patient"],
  ["ambiguous", undefined],
] as const)("a step that throws %s leaves the ledger with %s", async (kind, last) => {
  const scene = stepping(() => Promise.reject(new HandlerError(kind, "No.")));

  const result = await scene.attempt();

  expect(result).toMatchObject({ kind: "failed", failure: { kind } });
  expect(scene.ledger.asked[1]).toBe(last);
});

test("a step that throws anything else leaves its outcome unknown, and the next attempt runs it again", async () => {
  let runs = 0;
  const scene = stepping(() => {
    runs += 1;
    if (runs === 1) throw new TypeError("bug");
    return runs;
  });

  const first = await scene.attempt();
  const second = await scene.attempt();

  expect(first).toMatchObject({ failure: { kind: "transient", code: "handler.threw" } });
  expect(second).toEqual({ kind: "done" });
  expect(scene.seen).toEqual([2]);
});

test("an unknown outcome fails the record where a step must never run twice", async () => {
  let runs = 0;
  const scene = stepping(() => Promise.reject(new Error(String((runs += 1)))), { whenUnknown: "park" });

  await scene.attempt();
  const second = await scene.attempt();

  expect(second).toMatchObject({ failure: { kind: "record", code: "once.outcome_unknown" } });
  expect(runs).toBe(1);
});

test("an unknown outcome is not made known by a second run that failed", async () => {
  let runs = 0;
  const scene = stepping(() => {
    runs += 1;
    throw runs === 1 ? new Error("unknown") : new HandlerError("transient", "not reached");
  });

  await scene.attempt();
  await scene.attempt();

  expect(scene.ledger.asked.filter((asked) => asked.startsWith("release"))).toEqual([]);
});

test("a ledger that cannot claim keeps the step from running, and blames no target", async () => {
  let runs = 0;
  const scene = inlineScene(async (_change, context) => {
    await context.fetch("http://target.test/");
    await context.once("post", () => (runs += 1));
    return undefined;
  });
  scene.ledger.failing.add("claim");

  const result = await scene.attempt();

  expect(result).toMatchObject({ failure: { kind: "transient", code: "once.ledger_unavailable" } });
  expect(result.kind === "failed" && result.failure.target).toBeUndefined();
  expect(runs).toBe(0);
});

test("a step that ran and could not be noted is ambiguous, and stays claimed", async () => {
  const scene = stepping(() => 1);
  scene.ledger.failing.add("finish");

  const first = await scene.attempt();
  scene.ledger.failing.clear();
  const second = await scene.attempt();

  expect(first).toMatchObject({ failure: { kind: "ambiguous", code: "once.ledger_unavailable" } });
  expect(scene.ledger.asked).toEqual([
    "claim k post-patient",
    "finish k post-patient",
    "claim k post-patient",
    "finish k post-patient",
  ]);
  expect(second).toEqual({ kind: "done" });
});

test("a claim that could not be given back leaves the step's own failure in place", async () => {
  const scene = stepping(() => Promise.reject(new HandlerError("transient", "busy")));
  scene.ledger.failing.add("release");

  expect(await scene.attempt()).toMatchObject({ failure: { kind: "transient", code: "handler.transient" } });
});

test("two calls of one name share one run; two names are two steps with keys of their own", async () => {
  let runs = 0;
  const scene = inlineScene(async (_change, context) => {
    const post = async (): Promise<number> => {
      await context.fetch("http://target.test/");
      return (runs += 1);
    };
    const results = await Promise.all([
      context.once("a", post),
      context.once("a", post),
      context.once("b", post),
      context.fetch("http://target.test/"),
    ]);
    expect(results.slice(0, 2)).toEqual([results[0], results[0]]);
    return undefined;
  });

  expect(await scene.attempt()).toMatchObject({ kind: "done" });
  expect(runs).toBe(2);
  expect(scene.calls.map((call) => call.idempotencyKey).toSorted()).toEqual(["k", "k:a", "k:b"]);
});

test("steps of attempts that run side by side are told apart", async () => {
  const scene = inlineScene(async (_change, context) => {
    await context.once(`s${context.attempt}`, async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      await context.fetch("http://target.test/");
      return undefined;
    });
    return undefined;
  });

  await Promise.all([1, 2, 3].map((attempt) => scene.attempt({ attempt, idempotencyKey: `k${attempt}` })));

  expect(scene.calls.map((call) => call.idempotencyKey).toSorted()).toEqual(["k1:s1", "k2:s2", "k3:s3"]);
});

test("a step that begins itself again fails at once and does not wait for itself", async () => {
  const scene = inlineScene(async (_change, context) => {
    await context.once("a", () => context.once("a", () => 1));
    return undefined;
  });

  expect(await scene.attempt()).toMatchObject({ failure: { kind: "config", code: "once.name_invalid" } });
});

test.each(["", "Post", "-post", "post_patient", "post patient", "a".repeat(65)])(
  "the name %j is refused without asking the ledger",
  async (name) => {
    const scene = inlineScene((_change, context) => context.once(name, () => undefined));

    const result = await scene.attempt();

    expect(result).toMatchObject({ failure: { kind: "config", code: "once.name_invalid" } });
    expect(scene.ledger.asked).toEqual([]);
  },
);

test("names that are built from values are refused once there are too many of them", async () => {
  const scene = inlineScene(async (_change, context) => {
    for (let index = 0; index < 70; index += 1) await context.once(`patient-${index}`, () => undefined);
    return undefined;
  });

  expect(await scene.attempt()).toMatchObject({ failure: { kind: "config", code: "once.name_invalid" } });
});

test.each([
  ["too long", () => "x".repeat(4_095)],
  ["no JSON", () => Symbol("s") as unknown as string],
  ["a cycle", cycle],
])(
  "a result that cannot be remembered (%s) is a fault of the handler, and stays claimed",
  async (_what, step) => {
    const scene = stepping(step);

    const result = await scene.attempt();

    expect(result).toMatchObject({ failure: { kind: "config", code: "once.result_invalid" } });
    expect(scene.ledger.asked).toEqual(["claim k post-patient"]);
  },
);

function cycle(): OnceResult {
  const value: { [name: string]: OnceResult } = {};
  value["self"] = value;
  return value;
}

test("the longest result that may be remembered is", async () => {
  const scene = stepping(() => "x".repeat(4_094));

  expect(await scene.attempt()).toEqual({ kind: "done" });
});

test("without the lease no step begins and nothing is called", async () => {
  const scene = inlineScene(async (_change, context) => {
    await context.once("a", () => context.fetch("http://target.test/").then(() => undefined));
    return undefined;
  });

  const result = await scene.attempt({ mayCall: () => false });

  expect(result).toMatchObject({ failure: { kind: "transient", code: "handler.lease_lost" } });
  expect(scene.ledger.asked).toEqual([]);
  expect(scene.calls).toEqual([]);
});

test("the lease is asked again before each call", async () => {
  let asked = 0;
  const scene = inlineScene(async (_change, context) => {
    await context.fetch("http://target.test/");
    await context.fetch("http://target.test/");
    return undefined;
  });

  const result = await scene.attempt({ mayCall: () => (asked += 1) < 2 });

  expect(result).toMatchObject({
    failure: { code: "handler.lease_lost" },
    called: [{ origin: "http://target.test", isUp: true }],
  });
  expect(scene.calls).toHaveLength(1);
});

test("an attempt that was called off while the ledger answered gives the claim back and does not run the step", async () => {
  const controller = new AbortController();
  let runs = 0;
  const scene = stepping(() => (runs += 1));
  const { claim } = scene.ledger;
  scene.ledger.claim = async (step) => {
    const answer = await claim.call(scene.ledger, step);
    controller.abort();
    return answer;
  };

  const result = await scene.attempt({ signal: controller.signal });

  expect(result).toMatchObject({ failure: { code: "handler.aborted" } });
  expect(runs).toBe(0);
  expect(scene.ledger.asked).toEqual(["claim k post-patient", "release k post-patient"]);
});

const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const attemptOf = () => ({ request: insert, isSettled: false, stepsBegun: 0 });

test("an end that nobody began is not written, and a cell's result is checked by the host too", async () => {
  const ledger = new MemoryLedger();
  const steps = new HostSteps(() => ledger, log);
  await steps.claim(1, "a", attemptOf());

  expect(await steps.finish(9, null)).toMatchObject({ kind: "ambiguous" });
  expect(await steps.release(9)).toBeNull();
  expect(await steps.finish(1, "{")).toMatchObject({ code: "once.result_invalid" });
  expect(ledger.asked).toEqual(["claim k a"]);
});

test("a claim of no attempt, or under a number that is taken, is refused", async () => {
  const ledger = new MemoryLedger();
  const steps = new HostSteps(() => ledger, log);
  const attempt = attemptOf();
  await steps.claim(1, "a", attempt);

  expect(await steps.claim(1, "b", attempt)).toMatchObject({ failure: { kind: "transient" } });
  expect(await steps.claim(2, "b", undefined)).toMatchObject({ failure: { code: "handler.aborted" } });
  expect(ledger.asked).toEqual(["claim k a"]);
});

test("after the attempt's end a step is still noted as done, but its claim is not given back", async () => {
  const ledger = new MemoryLedger();
  const steps = new HostSteps(() => ledger, log);
  const attempt = attemptOf();
  await steps.claim(1, "a", attempt);
  await steps.claim(2, "b", attempt);
  attempt.isSettled = true;

  await steps.finish(1, null);
  await steps.release(2);

  expect(ledger.asked).toEqual(["claim k a", "claim k b", "finish k a"]);
});

test("a claim that is answered after the attempt's end is given back, for its step never runs", async () => {
  const ledger = new MemoryLedger();
  const steps = new HostSteps(() => ledger, log);
  const attempt = attemptOf();

  const claiming = steps.claim(1, "a", attempt);
  attempt.isSettled = true;

  expect(await claiming).toMatchObject({ failure: { code: "handler.aborted" } });
  expect(ledger.asked).toEqual(["claim k a", "release k a"]);
});

test("open steps are bounded; those that outlived their attempt make room", async () => {
  const ledger = new MemoryLedger();
  const steps = new HostSteps(() => ledger, log);
  const attempts = Array.from({ length: 32 }, attemptOf);
  let number = 0;
  for (const attempt of attempts) {
    for (let index = 0; index < 64; index += 1) await steps.claim((number += 1), `a${index}`, attempt);
  }

  const refused = await steps.claim(9_001, "a", attemptOf());
  const [first] = attempts;
  if (first !== undefined) first.isSettled = true;
  const accepted = await steps.claim(9_002, "a", attemptOf());

  expect(refused).toMatchObject({ failure: { kind: "transient", code: "once.ledger_unavailable" } });
  expect(accepted).toHaveProperty("claim");
});

test("a ledger that can keep no results says so as a fault of the handler", async () => {
  const ledger: OnceLedger = {
    claim: async () => ({ state: "claimed" }),
    finish: () => Promise.reject(new GluttonyError("once.result_invalid", {})),
    release: async () => undefined,
  };
  const steps = new HostSteps(() => ledger, log);
  await steps.claim(1, "a", attemptOf());

  expect(await steps.finish(1, "1")).toMatchObject({ kind: "config", code: "once.result_invalid" });
});
