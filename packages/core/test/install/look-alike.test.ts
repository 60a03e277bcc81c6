import { expect, test } from "vitest";
import { refuseLookAlike } from "../../src/install/look-alike.ts";

const installed = ["@acme/hello-world", "hello-handler"];

test.each([
  ["@acmee/hello-world", "@acme/hello-world"],
  ["@acme-/hello-world", "@acme/hello-world"],
  ["@acm3/hello-wor1d", "@acme/hello-world"],
  ["@amce/hello-world", "@acme/hello-world"],
  ["acme-hello-world", "@acme/hello-world"],
  ["@acme_hello/world", "@acme/hello-world"],
  ["hello-handIer".toLowerCase(), "hello-handler"],
  ["he1lo-handler", "hello-handler"],
  ["gluttony-empi", "@gluttony/empi"],
  ["@gluttomy/empi", "@gluttony/empi"],
  ["@g1uttony/cdss-trigger", "@gluttony/cdss-trigger"],
  ["emp1", "empi"],
  ["empi", "empi"],
])("%s is taken for %s, and refused", (name, like) => {
  expect(() => refuseLookAlike(name, installed)).toThrow(
    expect.objectContaining({ code: "plugin.look_alike", facts: expect.objectContaining({ like }) }),
  );
});

test.each(["@acmе/hello-world", "ｈello-handler", "hello\u200b-handler"])(
  "letters that only look plain (%s) are refused",
  (name) => {
    expect(() => refuseLookAlike(name, [])).toThrow(expect.objectContaining({ code: "plugin.look_alike" }));
  },
);

test.each(["@acme/hello-world", "@acme/hello-worlds", "@other/goodbye", "@example/empi-forwarder", "hello"])(
  "%s is its own name",
  (name) => {
    expect(() => refuseLookAlike(name, installed)).not.toThrow();
  },
);

test("nobody takes the name of a shipped plugin", () => {
  expect(() => refuseLookAlike("@gluttony/empi", [])).toThrow(
    expect.objectContaining({ code: "plugin.shipped" }),
  );
});
