import type { PublishedStanding } from "@gluttony/core";
import { expect, test } from "vitest";
import { findingOf } from "../../src/plugins/published-releases.ts";

const standing: PublishedStanding = {
  newest: "1.1.0",
  versions: new Map([
    ["1.0.0", { integrity: "sha1-x sha512-one", deprecated: null }],
    ["1.1.0", { integrity: "sha512-two", deprecated: "Has a hole." }],
    ["1.2.0", { integrity: null, deprecated: null }],
  ]),
};
const fromThere = { isFromThere: true, kept: "sha512-one" };
const nothing = { finding: null, note: "" };

test("a release that is offered as it was installed has nothing against it", () => {
  expect(findingOf("1.0.0", standing, fromThere)).toEqual(nothing);
  // The registry does not say what it hashes to.
  expect(findingOf("1.2.0", standing, fromThere)).toEqual(nothing);
});

test("one that its author advises against is named, with what he says", () => {
  const kept = { isFromThere: true, kept: "sha512-two" };

  expect(findingOf("1.1.0", standing, kept)).toEqual({ finding: "deprecated", note: "Has a hole." });
});

test("another content under its version weighs more than what its author says", () => {
  expect(findingOf("1.1.0", standing, fromThere).finding).toBe("another content is published");
});

test("one that is gone is named, unless it came from a file", () => {
  expect(findingOf("9.0.0", standing, fromThere).finding).toBe("no longer published");
  expect(findingOf("1.0.0", null, fromThere).finding).toBe("no longer published");
  expect(findingOf("9.0.0", standing, { isFromThere: false, kept: null })).toEqual(nothing);
});
