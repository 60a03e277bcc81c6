import type { ConsumerUse, PluginStanding } from "@gluttony/core";
import { expect, test } from "vitest";
import { fencesWord } from "../../src/plugins/fences-here.ts";
import { shadowLines } from "../../src/commands/plugin-shadows.ts";
import { releaseStateOf, stateAmong } from "../../src/plugins/release-state.ts";

const holding = ["process", "files"] as const;

test("fences are told by what is missing, and by what a release asks for and does not get", () => {
  expect(fencesWord({ holding, missing: [], refusedFor: null, asks: "" })).toBe("all");
  expect(fencesWord({ holding, missing: ["user", "network"], refusedFor: null, asks: "" })).toBe(
    "not: user, network",
  );
  expect(
    fencesWord({ holding, missing: ["user"], refusedFor: "plugin.isolation_unavailable", asks: "user" }),
  ).toBe("✕ asks for user: plugin.isolation_unavailable");
});

test("a release is told by the most that anybody has of it", () => {
  const user: ConsumerUse = {
    ...{ id: "1", name: "ward", shadow: "3.0.0" },
    ref: { scheme: "npm", package: "p", range: null, export: null, canonical: "npm:p" },
    pin: { version: "2.0.0", previous: "0.9.0", insteadOf: null },
  };
  const release = (version: string, isActive = false) => ({
    ...{ version, isActive, sequence: null, previous: null, verification: null },
  });
  const versions = ["1.0.0", "2.0.0", "3.0.0", "0.9.0", "0.1.0"];
  const standing: PluginStanding = {
    package: "p",
    releases: versions.map((version) => release(version, version === "1.0.0")),
    consumers: [user],
  };

  const states = standing.releases.map((one) => releaseStateOf(standing, one));

  expect(states).toEqual(["active", "pinned", "shadow", "previous", "installed"]);
  expect(stateAmong([standing], { package: "q", version: "1.0.0" })).toBe("installed");
});

test("a shadow is told line by line, and also when nothing was compared yet", () => {
  const count = { kind: "calls", live: "no call", shadow: "POST http://a", count: 12n } as const;

  const lines = shadowLines([
    { name: "ward", shadow: { version: "2.0.0", counts: [count] } },
    { name: "clinic", shadow: { version: "3.0.0", counts: [] } },
    { name: "lab", shadow: null },
  ]);

  expect(lines).toHaveLength(3);
  expect(lines[1]).toMatch(/^ward +2\.0\.0 +12 +other calls +no call +POST http:\/\/a/);
  expect(lines[2]).toMatch(/^clinic +3\.0\.0 +0 +nothing compared yet/);
  expect(shadowLines([])).toEqual([]);
});
