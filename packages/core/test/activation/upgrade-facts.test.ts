import { expect, test } from "vitest";
import type { Manifest, Release } from "@gluttony/model";
import { upgradeFacts, type UpgradingUse } from "../../src/activation/upgrade-facts.ts";
import type { CellMachine } from "../../src/cell/cell-machine.ts";
import { parseHandlerFunc } from "../../src/parse-handler-func.ts";

const machine: CellMachine = {
  node: { path: "/node", version: "20.19.0" },
  fences: { endsWithHost: true, hasNamespaces: true },
  user: null,
};
const place = { machine, env: {} };

function release(version: string, config: object, changes: Partial<Manifest> = {}): Release {
  const net: readonly string[] = changes.permissions?.net ?? [];
  return {
    ...{
      package: "@acme/hello",
      version,
      treeHash: version,
      root: "/x",
      isFirstParty: false,
      grantedNet: net,
    },
    manifest: {
      ...{ manifest: 1, protocols: [1], needs: [], limits: { memoryMb: 64 }, permissions: { net: [] } },
      handlers: [{ name: "onChange", entry: ".", export: "onChange", title: "Hello", config: { ...config } }],
      ...changes,
    },
  };
}

function use(handlerFunc: string, config: UpgradingUse["config"] = {}): UpgradingUse {
  const parsed = parseHandlerFunc(handlerFunc, { builtins: [] });
  if ("fault" in parsed) throw new Error(parsed.fault.message);
  return { ref: parsed.ref, config };
}

const before = {
  type: "object",
  properties: { legacyMode: { type: "boolean" }, greeting: { type: "string" }, same: { type: "string" } },
  additionalProperties: false,
};
const after = {
  type: "object",
  properties: {
    greeting: { type: "string", maxLength: 5 },
    timeoutMs: { type: "integer", default: 3000 },
    same: { type: "string" },
  },
  required: ["greeting"],
  additionalProperties: false,
};

test("settings that come, go and change are told, and whether they are set", () => {
  const facts = upgradeFacts(
    use("@acme/hello", { greeting: "Hi" }),
    { from: release("1.0.0", before), to: release("1.1.0", after) },
    place,
  );

  expect(facts.settings).toEqual([
    { name: "greeting", change: "changed", isSet: true, isRequired: true, hasDefault: false },
    { name: "legacyMode", change: "removed", isSet: false, isRequired: false, hasDefault: false },
    { name: "timeoutMs", change: "added", isSet: false, isRequired: false, hasDefault: true },
  ]);
  expect(facts.blockers).toEqual([]);
});

test("settings that the other release refuses block, each with its path and without its value", () => {
  const { blockers } = upgradeFacts(
    use("@acme/hello", { legacyMode: true, greeting: "Smith, Anna" }),
    { from: release("1.0.0", before), to: release("1.1.0", after) },
    place,
  );

  expect(blockers.map(({ code }) => code)).toEqual(["handler.config_invalid"]);
  expect(blockers[0]?.faults.map(({ path }) => path).toSorted()).toEqual([
    "configuration.handler.greeting",
    "configuration.handler.legacyMode",
  ]);
  expect(JSON.stringify(blockers[0]?.faults)).not.toContain("Smith");
});

test("origins and secrets that are asked anew are told, and block until they are granted", () => {
  const permissions = { net: ["https://old.example", "https://new.example"], secrets: ["token"] };
  const from = release(
    "1.0.0",
    {},
    { permissions: { net: ["https://old.example", "https://gone.example"] } },
  );
  const to = { ...release("1.1.0", {}, { permissions }), grantedNet: ["https://old.example"] };

  const facts = upgradeFacts(use("@acme/hello"), { from, to }, place);

  expect(facts.permissions).toEqual({
    added: ["https://new.example", "secret token"],
    removed: ["https://gone.example"],
    notGranted: ["https://new.example", "secret token"],
  });
  expect(facts.blockers.map(({ code }) => code)).toEqual(["plugin.permission_missing"]);
});

test("a range, a handler, a Node and a fence that do not fit all block at once", () => {
  const manifest = { node: ">=24", isolation: "namespace" } as const;

  const { blockers } = upgradeFacts(
    use("@acme/hello@^1#onGone"),
    { from: null, to: release("2.0.0", {}, manifest) },
    place,
  );

  expect(blockers.map(({ code }) => code)).toEqual([
    "plugin.pin_out_of_range",
    "handler.not_found",
    "plugin.node_unsupported",
  ]);
});

test("a consumer that nothing serves yet has nothing to compare", () => {
  const facts = upgradeFacts(use("@acme/hello"), { from: null, to: release("1.0.0", after) }, place);

  expect([facts.handler, facts.settings]).toEqual(["onChange", []]);
});
