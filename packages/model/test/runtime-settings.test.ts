import { expect, test } from "vitest";
import {
  changedSettings,
  effectiveSettings,
  parseSettingChanges,
  runtimeSettingNames,
  runtimeSettings,
  settingDifferences,
} from "../src/runtime-settings.ts";
import type { Fault } from "../src/error.ts";

test("every default is within its own bounds", () => {
  const faults: Fault[] = [];

  parseSettingChanges(effectiveSettings({}), faults);

  expect(faults).toEqual([]);
  expect(runtimeSettingNames.length).toBeGreaterThan(10);
});

test("what was decided wins over the default", () => {
  const values = effectiveSettings({ "session.idleMinutes": 15 });

  expect([values["session.idleMinutes"], values["session.lifetimeMinutes"]]).toEqual([
    15,
    runtimeSettings["session.lifetimeMinutes"].default,
  ]);
});

test.each([
  ["session.idleMinutes", 4],
  ["session.idleMinutes", 1_441],
  ["session.idleMinutes", 7.5],
  ["session.idleMinutes", "15"],
  ["constructor", 1],
])("%s = %j is a fault with its path and what to write instead", (name, value) => {
  const faults: Fault[] = [];

  const changes = parseSettingChanges({ [name]: value }, faults);

  expect(changes).toEqual({});
  expect(faults).toEqual([
    { path: name, message: expect.any(String), suggestion: expect.stringMatching(/./) },
  ]);
});

test("a name that is nearly right is suggested", () => {
  const faults: Fault[] = [];

  parseSettingChanges({ "session.idleMinute": 10 }, faults);

  expect(faults[0]?.suggestion).toBe("session.idleMinutes");
});

test("null goes back to the default, and what stays is no difference", () => {
  const before = { "session.idleMinutes": 15, "reveal.minutes": 5 };

  const after = changedSettings(before, {
    "session.idleMinutes": null,
    "reveal.minutes": 5,
    "token.daysMax": 30,
  });

  expect(after).toEqual({ "reveal.minutes": 5, "token.daysMax": 30 });
  expect(settingDifferences(before, after)).toEqual([
    { name: "session.idleMinutes", before: 15, after: null },
    { name: "token.daysMax", before: null, after: 30 },
  ]);
});
