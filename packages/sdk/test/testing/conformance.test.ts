import { expect, test } from "vitest";
import { changesOf, conformance } from "../../src/testing/index.ts";
import { pluginFolder } from "../support/plugin-folder.ts";
import type { PluginParts } from "../support/plugin-folder.ts";

const sdk = 'import { defineHandler, HandlerError } from "@gluttony/sdk";\n';

/** A module whose handler has this body, with what stands before it. */
function module(body: string, { before = "", parts = "" } = {}): string {
  return `${sdk}${before}\nexport const onChange = defineHandler({ name: "onChange", ${parts}
    async handle(change, context) { ${body} } });\n`;
}

const post =
  'await context.fetch("http://target.test/", { method: "POST", body: JSON.stringify({ id: String(change.key?.id) }) });';

test("a plugin that keeps every promise breaks none, and says what was not looked at", async () => {
  await using plugin = await pluginFolder({
    code: module(`${post} context.log.info("sent", { operation: change.operation });`, {
      before: "let timer;",
      parts: "setup() { timer = setInterval(() => {}, 1000); }, teardown() { clearInterval(timer); },",
    }),
  });

  const { broken, notChecked } = await conformance({ root: plugin.root, isTriedInCell: false });

  expect(broken).toEqual([]);
  expect(notChecked).toEqual([{ what: "a real cell", why: "It was not asked for." }]);
});

const schema = { type: "object", properties: { url: { type: "string" } } };
const configured = { config: { url: "http://target.test/" } };

test.each<[string, PluginParts, string, object?]>([
  ["no manifest", { code: "", json: { gluttony: undefined } }, "conformance.manifest_invalid"],
  [
    "a schema that is not there",
    { code: "", handler: { config: "./no.json" } },
    "conformance.manifest_invalid",
  ],
  ["an export that is not there", { code: "export const other = 1;" }, "conformance.handler_missing"],
  [
    "a handler of another name",
    { code: module("").replace('name: "onChange"', 'name: "other"') },
    "conformance.handler_missing",
  ],
  [
    "another schema in the code than in the manifest",
    {
      code: module("", { parts: 'config: { type: "object", title: "Other" },' }),
      handler: { config: schema },
    },
    "conformance.schema_differs",
  ],
  [
    "required settings that are not listed",
    {
      code: module("context.config.url.length; return undefined;", {
        parts: `config: ${JSON.stringify(schema)},`,
      }),
      handler: { config: schema },
    },
    "conformance.config_not_required",
    configured,
  ],
  ["a bug on a sample", { code: module("change.after.name.trim();") }, "conformance.sample_fails"],
  [
    "calls that differ the second time",
    { code: module('await context.fetch("http://target.test/" + Math.random());') },
    "conformance.not_idempotent",
  ],
  [
    "calls that depend on other keys",
    {
      code: module(
        'if (change.operation === "snapshot") last = "0"; const url = "http://target.test/" + last; last = String(change.key.id); await context.fetch(url);',
        { before: 'let last = "0";' },
      ),
    },
    "conformance.order_dependent",
  ],
  [
    "an abort that is not heard",
    {
      code: module(
        "if (context.signal.aborted === false) await context.fetch('http://target.test/').catch(() => new Promise((r) => setTimeout(r, 4000).unref()));",
      ),
    },
    "conformance.abort_ignored",
  ],
  [
    "a target's answer as outcome",
    { code: module("return { status: 200 };") },
    "conformance.outcome_invalid",
  ],
  [
    "a logged value",
    { code: module("context.log.info(`saw ${change.before?.name ?? change.after?.name}`);") },
    "conformance.value_leaked",
  ],
  [
    "a printed value",
    { code: module("console.log(change.before ?? change.after);") },
    "conformance.value_leaked",
  ],
  [
    "a value in an error",
    {
      code: module(
        'throw new HandlerError("record", "No " + JSON.stringify(change.after?.name) + change.before?.name);',
      ),
    },
    "conformance.value_leaked",
  ],
  [
    "a timer at import",
    { code: module("", { before: "setInterval(() => {}, 1000);" }) },
    "conformance.not_idle",
  ],
  [
    "a timer after teardown",
    { code: module("", { parts: "setup() { setInterval(() => {}, 1000); }," }) },
    "conformance.open_handles",
  ],
  [
    "a patched built-in",
    { code: module("", { before: "Array.prototype.last = function () { return this.at(-1); };" }) },
    "conformance.globals_changed",
  ],
  ["an exit", { code: module("process.exit(0);") }, "conformance.process_ended"],
  ["a throw at import", { code: `${sdk}throw new Error("no");` }, "conformance.handler_missing"],
  [
    "a setup that fails",
    { code: module("", { parts: 'setup() { throw new Error("no"); },' }) },
    "conformance.setup_fails",
  ],
  [
    "a teardown that fails, with a value in its error",
    {
      code: module("name = change.before?.name ?? name;", {
        before: "let name;",
        parts: "teardown() { throw new Error(name); },",
      }),
    },
    "conformance.teardown_fails",
  ],
  [
    "a rejection that nobody waits for",
    { code: module('Promise.reject(new Error("no"));') },
    "conformance.process_ended",
  ],
  ["a loop", { code: module("for (;;);") }, "conformance.hangs"],
])("%s is found", async (_what, parts, code, sample = {}) => {
  await using plugin = await pluginFolder(parts);

  const { broken } = await conformance({
    root: plugin.root,
    samples: { onChange: sample },
    isTriedInCell: false,
    timeoutMs: code === "conformance.hangs" ? 2_000 : 20_000,
  });

  expect(broken.map((one) => one.code)).toEqual([code]);
  expect(broken[0]?.message).toMatch(/^[A-Z].*[.]$/s);
  expect(JSON.stringify(broken)).not.toMatch(/Kanarienvogel|Rotkehlchen/);
});

test("an author's own changes are used, with values of every kind", async () => {
  await using plugin = await pluginFolder({
    code: module(
      'if (change.after.price.toString() !== "12.50") throw new Error("no decimal"); if (!change.unavailable.has("note")) throw new Error("no set");',
    ),
  });
  const price = { unscaled: 1_250n, scale: 2, toString: () => "12.50" };
  const { toString: _dropped, ...plain } = price;
  const change = changesOf({ table: "bill", keyColumns: ["id"] }).update(
    { id: 1n, price: plain as typeof price },
    null,
    ["note"],
  );

  const { broken } = await conformance({
    root: plugin.root,
    samples: { onChange: { changes: [change] } },
    isTriedInCell: false,
  });

  expect(broken).toEqual([]);
});
