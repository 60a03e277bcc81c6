import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diffConfig } from "../../src/plan/diff-config.ts";
import { driftOf } from "../../src/plan/drift.ts";
import { rememberedConfig, threeWay } from "../../src/plan/three-way.ts";

const wanted = { name: "c", "poll.interval.ms": "20", "database.password": "s3cr3t" };
const applied = rememberedConfig(wanted);

describe("what is written", () => {
  test("is what is wanted when there is no connector, or nothing is remembered", () => {
    expect(threeWay(wanted, applied, null)).toEqual({ config: wanted, drift: [] });
    expect(threeWay(wanted, null, { name: "c" })).toEqual({ config: wanted, drift: [] });
  });

  test("leaves what somebody else changed, and shows it", () => {
    const running = { ...wanted, "poll.interval.ms": "500", "max.batch.size": "1" };

    expect(threeWay(wanted, applied, running)).toEqual({
      config: running,
      drift: [
        { option: "max.batch.size", before: null, after: "1", isSecret: false },
        { option: "poll.interval.ms", before: "20", after: "500", isSecret: false },
      ],
    });
  });

  test("follows what is wanted otherwise than before, also over what somebody else changed", () => {
    const running = { ...wanted, "poll.interval.ms": "500", "max.batch.size": "1" };
    const changed = { ...wanted, "poll.interval.ms": "50" };

    expect(threeWay(changed, applied, running).config).toEqual({ ...running, "poll.interval.ms": "50" });
  });

  test("loses an option that is not wanted any more, and keeps one that somebody else took away", () => {
    const { "poll.interval.ms": _gone, ...fewer } = wanted;

    expect(threeWay(fewer, applied, wanted).config).toEqual(fewer);
    expect(threeWay(wanted, applied, fewer).config).toEqual(fewer);
  });

  test("always has the wanted secret: secrets rotate", () => {
    const rotated = { ...wanted, "database.password": "n3w" };

    expect(threeWay(rotated, applied, wanted).config["database.password"]).toBe("n3w");
  });
});

const configs = fc.dictionary(
  fc.constantFrom("a", "b", "c", "d", "x.password"),
  fc.constantFrom("1", "2", "3"),
);

test("what was applied and not touched becomes exactly what is wanted", () => {
  fc.assert(
    fc.property(configs, configs, (before, after) => {
      expect(threeWay(after, rememberedConfig(before), before)).toEqual({ config: after, drift: [] });
    }),
  );
});

test("written again, it changes nothing", () => {
  fc.assert(
    fc.property(configs, configs, configs, (before, after, running) => {
      const once = threeWay(after, rememberedConfig(before), running).config;

      expect(threeWay(after, rememberedConfig(after), once).config).toEqual(once);
    }),
  );
});

test("no secret is remembered, told by a change, or counted as drift", () => {
  const other = { ...wanted, "database.password": "n3w" };
  const told = JSON.stringify([diffConfig(wanted, other), rememberedConfig(wanted)]);

  expect(told).not.toMatch(/s3cr3t|n3w/);
  expect(diffConfig(wanted, other)).toEqual([
    { option: "database.password", before: "********", after: "********", isSecret: true },
  ]);
  expect(driftOf(applied, other)).toEqual([]);
});
