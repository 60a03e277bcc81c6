import { expect, test } from "vitest";
import { crashFacts } from "../src/crash-report.ts";

test("a crash is told by its class, its code and its place, never by its message", () => {
  const error = Object.assign(new TypeError("The patient\n    at Zhang San is unknown"), {
    code: "ECONNRESET",
  });

  const facts = crashFacts(error);

  expect(facts).toMatchObject({ error: "TypeError", errno: "ECONNRESET" });
  expect(facts["frames"]).toContain("crash-report.test");
  expect(JSON.stringify(facts)).not.toContain("Zhang San");
});

test("whatever is thrown can be told", () => {
  expect(crashFacts(null)).toMatchObject({ error: "object", frames: "" });
  expect(crashFacts("Zhang San")).toMatchObject({ error: "string" });
});
