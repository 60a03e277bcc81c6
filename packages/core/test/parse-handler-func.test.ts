import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseHandlerFunc } from "../src/parse-handler-func.ts";

const builtins = ["empi", "cdss-trigger", "datasync"];
const parse = (text: string, devMode = false) => parseHandlerFunc(text, { builtins, devMode });

describe("good references", () => {
  test.each([
    ["empi", { scheme: "builtin", package: "empi", range: null, export: null }],
    ["builtin:cdss-trigger#onVisit", { scheme: "builtin", package: "cdss-trigger", export: "onVisit" }],
    ["empi@^1.2", { scheme: "builtin", package: "empi", range: "^1.2" }],
    ["@acme/hello", { scheme: "npm", package: "@acme/hello", range: null }],
    ["npm:@acme/hello@^1.0.0#onChange", { package: "@acme/hello", range: "^1.0.0", export: "onChange" }],
    ["npm:hello@1.x || 2.x", { scheme: "npm", package: "hello", range: "1.x || 2.x" }],
    ["@acme/hello@1.0.0-rc.1", { range: "1.0.0-rc.1" }],
    ["@acme/hello#__proto__", { export: "__proto__" }],
  ])("%s is read", (text, expected) => {
    expect(parse(text)).toMatchObject({ ref: expected });
  });

  test("several ways to write one reference have one canonical form", () => {
    const forms = ["builtin:empi@1.0.0", "empi@1.0.0", "empi@v1.0.0"];

    expect(forms.map((form) => parse(form))).toMatchObject(
      forms.map(() => ({ ref: { canonical: "empi@1.0.0" } })),
    );
    expect(parse("npm:@acme/hello")).toMatchObject({ ref: { canonical: "@acme/hello" } });
    expect(parse("npm:hello#a")).toMatchObject({ ref: { canonical: "npm:hello#a" } });
  });
});

describe("bad references", () => {
  test.each([
    ["", 1],
    ["emp", 1],
    ["hello", 1],
    ["builtin:hello", 9],
    ["/etc/passwd", 1],
    ["./plugin", 1],
    ["../plugin", 1],
    ["https://host/x.js", 1],
    ["data:text/javascript,1", 1],
    ["node:fs", 1],
    ["npm:node:fs", 5],
    ["npm:x@npm:y", 7],
    ["npm:x@latest", 7],
    ["npm:x@", 7],
    ["npm:x@ ", 7],
    ["npm:x@git+ssh://host", 7],
    ["npm:@acme/hello/sub", 5],
    ["npm:Hello", 5],
    ["npm:hеllo", 5],
    ["npm:hello\n", 5],
    ["npm:hel\0lo", 5],
    ["npm:hello#a-b", 11],
    ["npm:hello#a#b", 11],
    ["npm:hello#", 11],
    ["npm:.hidden", 5],
    ["npm:node_modules", 5],
    ["npm:@@x", 5],
    ["file:./plugin", 1],
    [`npm:${"a".repeat(10_000)}`, 513],
    [`npm:${"a".repeat(215)}`, 219],
    [`npm:hello@${"1".repeat(65)}`, 11],
  ])("%j is refused at column %d", (text, column) => {
    expect(parse(text)).toMatchObject({ fault: { code: "handler.ref_invalid", column } });
  });

  test("a misspelt alias is told from a name of npm", () => {
    expect(parse("empj")).toMatchObject({ fault: { suggestion: "Did you mean empi?" } });
    expect(parse("left-pad")).toMatchObject({
      fault: { suggestion: "Write npm:left-pad for a package from npm." },
    });
  });
});

test("a folder is read in development only", () => {
  expect(parse("file:./plugin#onChange", true)).toMatchObject({
    ref: { scheme: "file", package: "./plugin", export: "onChange" },
  });
});

test("any text gives a reference or a fault inside of it, and nothing is thrown", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 600 }), (text) => {
      const parsed = parse(text);
      const column = "fault" in parsed ? parsed.fault.column : 1;

      expect(column).toBeLessThanOrEqual(text.length + 1);
    }),
  );
});

test("a canonical form reads as itself", () => {
  const name = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,20}$/);
  const packages = fc.oneof(
    fc.constantFrom(...builtins),
    name.map((text) => `npm:${text}`),
    fc.tuple(name, name).map(([scope, text]) => `@${scope}/${text}`),
  );
  const ranges = fc.constantFrom("", "@1.2.3", "@^1", "@>=1 <2", "@1.0.0-rc.1");
  const exported = fc.oneof(fc.constant(""), fc.stringMatching(/^#[A-Za-z_$][\w$]{0,20}$/));
  fc.assert(
    fc.property(packages, ranges, exported, (target, range, handler) => {
      const first = parse(`${target}${range}${handler}`);
      fc.pre("ref" in first);

      expect(parse(first.ref.canonical)).toEqual(first);
    }),
  );
});
