import { describe, expect, test } from "vitest";
import { canaryOf } from "../support/canaries/canary.ts";
import { findCanaries } from "../support/canaries/find-canaries.ts";

/** How a leak may be written, in other words than the search's. */
const writings: { readonly [form: string]: (text: string) => string | Uint8Array } = {
  raw: (text) => text,
  JSON: (text) => JSON.stringify({ text }),
  "JSON in JSON": (text) => JSON.stringify({ text: JSON.stringify({ text }) }),
  percent: encodeURIComponent,
  form: (text) => new URLSearchParams({ text }).toString(),
  hex: (text) => Buffer.from(text).toString("hex"),
  "UTF-16": (text) => Buffer.from(`x${text}`, "utf16le"),
  base64: (text) => Buffer.from(text).toString("base64"),
  "base64 behind one byte": (text) => Buffer.from(`:${text}`).toString("base64"),
  "base64 behind two bytes": (text) => Buffer.from(`u:${text}`).toString("base64url"),
};

describe("the search for canaries", () => {
  describe.each(["password", "name", "nationalId"] as const)("finds the %s", (kind) => {
    test.each(Object.keys(writings))("written as %s", (form) => {
      const planted = writings[form]?.(canaryOf(417)[kind]) ?? "";
      const content = Buffer.concat([Buffer.from("before "), Buffer.from(planted), Buffer.from(" behind")]);

      expect(findCanaries("a place", content)).toContainEqual(expect.objectContaining({ kind }));
    });
  });

  test("finds nothing where nothing is", () => {
    expect(findCanaries("a place", "Zhang San, 7318, password ********, 甄, e79484")).toEqual([]);
  });
});
