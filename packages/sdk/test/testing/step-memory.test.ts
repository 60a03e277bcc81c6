import { expect, test } from "vitest";
import { defineHandler, HandlerError } from "../../src/index.ts";
import type { HandlerContext } from "../../src/index.ts";
import { changesOf, runHandler, StepMemory } from "../../src/testing/index.ts";
import type { OnceOptions, OnceResult } from "../../src/testing/index.ts";

const change = changesOf({ table: "patient", keyColumns: ["id"] }).insert({ id: 1n });

function handlerOf(step: () => OnceResult | Promise<OnceResult>, options?: OnceOptions) {
  const seen: OnceResult[] = [];
  const handle = async (_change: unknown, context: HandlerContext): Promise<undefined> => {
    seen.push(await context.once("post-patient", step, options));
  };
  return { seen, handler: defineHandler({ name: "stepping", handle }) };
}

test("a step that was done is not run again, and its result is remembered as JSON", async () => {
  const steps = new StepMemory();
  let runs = 0;
  const { seen, handler } = handlerOf(() => ({ id: (runs += 1), left: undefined }));

  await runHandler(handler, change, { steps });
  await runHandler(handler, change, { steps, attempt: 2 });

  expect(runs).toBe(1);
  expect(seen).toStrictEqual([{ id: 1 }, { id: 1 }]);
});

test("two calls of one name in one attempt run the step once", async () => {
  let runs = 0;
  const handler = defineHandler({
    name: "twice",
    handle: async (_change, context) => {
      const step = (): number => (runs += 1);
      const results = await Promise.all([context.once("a", step), context.once("a", step)]);
      expect(results).toEqual([1, 1]);
      return undefined;
    },
  });

  expect((await runHandler(handler, change)).ending).toEqual({ done: true });
  expect(runs).toBe(1);
});

test.each([
  ["transient", undefined],
  ["record", undefined],
  ["ambiguous", "unknown"],
] as const)("a step that threw %s is left as %s", async (kind, state) => {
  const steps = new StepMemory();
  const { handler } = handlerOf(() => Promise.reject(new HandlerError(kind, "No.")));

  const { ending } = await runHandler(handler, change, { steps });

  expect(ending).toMatchObject({ failed: kind });
  expect(steps.stateOf("test-key", "post-patient")).toBe(state);
});

test("an unknown outcome runs again, or fails the record where that was asked for", async () => {
  const steps = new StepMemory();
  steps.forgetOutcome("test-key", "post-patient");
  const parking = handlerOf(() => 1, { whenUnknown: "park" });
  const repeating = handlerOf(() => 2);

  const parked = await runHandler(parking.handler, change, { steps });
  const repeated = await runHandler(repeating.handler, change, { steps });

  expect(parked.ending).toMatchObject({ failed: "record", code: "once.outcome_unknown" });
  expect(parking.seen).toEqual([]);
  expect(repeated.ending).toEqual({ done: true });
  expect(repeating.seen).toEqual([2]);
});

test("an unknown outcome stays unknown when the step fails the second time", async () => {
  const steps = new StepMemory();
  steps.forgetOutcome("test-key", "post-patient");
  const { handler } = handlerOf(() => Promise.reject(new HandlerError("transient", "No.")));

  await runHandler(handler, change, { steps });

  expect(steps.stateOf("test-key", "post-patient")).toBe("unknown");
});

test.each([["x".repeat(5_000)], [Number.NaN]])(
  "a result is checked as the host checks it",
  async (result) => {
    const { seen, handler } = handlerOf(() => result);

    const { ending } = await runHandler(handler, change);

    if (typeof result === "string") expect(ending).toMatchObject({ code: "once.result_invalid" });
    else expect(seen).toEqual([null]);
  },
);

test.each(["", "Post", "-a", "a b", "a".repeat(65)])("the name %j is refused", async (name) => {
  const handler = defineHandler({
    name: "named",
    handle: (_change, context) => context.once(name, () => undefined),
  });

  const { ending } = await runHandler(handler, change);

  expect(ending).toMatchObject({ failed: "config", code: "once.name_invalid" });
});
