import { describe, expect, test } from "vitest";
import { featuresOf, kafkaReleaseOf, missingSince } from "../../src/client/worker-version.ts";

describe("the Kafka release of a worker", () => {
  test.each([
    ["4.1.2", [4, 1]],
    ["3.5.0", [3, 5]],
    ["2.8.2", [2, 8]],
    ["3.9.1-SNAPSHOT", [3, 9]],
    ["7.5.0-ccs", [3, 5]],
    ["7.9.2-ce", [3, 9]],
    ["6.0.1-ccs", [2, 6]],
    ["8.0.0-ccs", [4, 0]],
    ["5.5.1-ccs", [2, 5]],
  ])("%s", (version, release) => {
    expect(kafkaReleaseOf(version)).toEqual(release);
  });

  test.each(["", "unknown", "v4", "9.1.0-ccs", "4"])("%j tells none", (version) => {
    expect(kafkaReleaseOf(version)).toBeNull();
  });
});

test("an old worker lacks what later releases brought, and says which", () => {
  expect(missingSince("3.4.1", "stop")).toBe("3.5");
  expect(missingSince("3.5.2", "alter_offsets")).toBe("3.6");
  expect(featuresOf("3.5.2")).toEqual({
    topics: true,
    restart_tasks: true,
    stop: true,
    offsets: true,
    alter_offsets: false,
    health: false,
  });
});

test("a worker whose version tells nothing is asked, and judged by its answer", () => {
  expect(missingSince("custom", "alter_offsets")).toBeNull();
});
