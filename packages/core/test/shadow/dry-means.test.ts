import { describe, expect, test } from "vitest";
import type { HostFetchRequest, HostMeans } from "../../src/ports.ts";
import { DryMeans } from "../../src/shadow/dry-means.ts";
import { LiveTrace } from "../../src/shadow/live-trace.ts";
import { MemoryLedger } from "../support/memory-ledger.ts";

const origin = "http://empi";
const place = (key: string) => ({ consumerId: "1", handler: "p#h", key });
const step = (name: string) => ({ consumerId: "1", idempotencyKey: "k", name });

function requestOf(method: string, url: string): HostFetchRequest {
  return {
    ...{ method, url, headers: {}, body: null, timeoutMs: 1_000, idempotencyKey: "k", consumer: "c" },
    ...{ grantedOrigins: [origin], stop: { isStopped: false, listener: null } },
  };
}

/** A host's means that keep what they were asked. */
function usualMeans(bodyBytes = 2) {
  const asked: string[] = [];
  const values = new Map<string, string>([["seen", "1"]]);
  const ledger = new MemoryLedger();
  const means: HostMeans & { readonly states: NonNullable<HostMeans["states"]> } = {
    targets: {
      call: async ({ method, url }) => {
        asked.push(`${method} ${url}`);
        return { status: 200 + asked.length, headers: {}, body: new Uint8Array(bodyBytes) };
      },
    },
    once: ledger,
    states: {
      get: async ({ key }) => values.get(key) ?? null,
      set: async ({ key }, value) => void values.set(key, value),
      delete: async ({ key }) => void values.delete(key),
    },
  };
  return { means, asked, values, ledger };
}

describe("a shadow's means", () => {
  test("answer a call as the live one was answered, in its order, and let none out", async () => {
    const { means, asked } = usualMeans();
    const trace = new LiveTrace();
    const live = trace.over(means);
    await live.targets.call(requestOf("POST", `${origin}/patients`));
    await live.targets.call(requestOf("POST", `${origin}/patients`));
    const dry = new DryMeans(trace);

    const answers = [];
    for (let at = 0; at < 3; at += 1)
      answers.push(await dry.targets.call(requestOf("POST", `${origin}/patients`)));

    expect(answers).toMatchObject([{ status: 201 }, { status: 202 }, { status: 202 }]);
    expect(asked).toHaveLength(2);
    expect(dry.calls).toHaveLength(3);
    expect(trace.calls).toHaveLength(2);
  });

  test("answer a call that the live one did not make with an empty object, and refuse what is not granted", async () => {
    const dry = new DryMeans(new LiveTrace());

    const granted = await dry.targets.call(requestOf("GET", `${origin}/new`));
    const foreign = await dry.targets.call(requestOf("GET", "http://elsewhere/new"));

    expect(granted).toMatchObject({ status: 200, body: Buffer.from("{}") });
    expect(foreign).toMatchObject({ failure: { code: "target.not_granted", target: "http://elsewhere" } });
    expect(dry.calls.map(({ origin: called }) => called)).toEqual([origin, "http://elsewhere"]);
  });

  test("tell of a step what the ledger told the live one, and note nothing", async () => {
    const { means, ledger } = usualMeans();
    await ledger.claim(step("done-before"));
    await ledger.finish(step("done-before"), '"a"');
    const trace = new LiveTrace();
    await trace.over(means).once.claim(step("done-before"));
    const dry = new DryMeans(trace);

    const known = await dry.once.claim(step("done-before"));
    const fresh = await dry.once.claim(step("fresh"));
    await dry.once.finish(step("fresh"), null);

    expect(known).toEqual({ state: "done", result: '"a"' });
    expect(fresh).toEqual({ state: "claimed" });
    expect(await ledger.claim(step("fresh"))).toEqual({ state: "claimed" });
  });

  test("show the state as the live one found it, keep what is written for the attempt alone", async () => {
    const { means, values } = usualMeans();
    const trace = new LiveTrace();
    const live = trace.over(means).states;
    await live?.get(place("seen"));
    await live?.set(place("seen"), "2");
    await live?.get(place("seen"));
    const dry = new DryMeans(trace);

    const found = await dry.states.get(place("seen"));
    const unasked = await dry.states.get(place("other"));
    await dry.states.set(place("seen"), "9");
    const own = await dry.states.get(place("seen"));
    await dry.states.delete(place("seen"));

    expect([found, unasked, own, await dry.states.get(place("seen"))]).toEqual(["1", null, "9", null]);
    expect(values).toEqual(new Map([["seen", "2"]]));
  });

  test("know nothing of an attempt whose answers are too large or too many to keep", async () => {
    const { means } = usualMeans(200_000);
    const large = new LiveTrace();
    const many = new LiveTrace();
    for (let at = 0; at < 2; at += 1)
      await large.over(means).targets.call(requestOf("GET", `${origin}/large`));
    for (let at = 0; at < 300; at += 1) await many.over(means).states?.get(place(`k${at}`));

    expect([large.isFull, many.isFull]).toEqual([true, true]);
    expect(large.takeAnswer("GET", `${origin}/large`)).toBeUndefined();
  });
});
