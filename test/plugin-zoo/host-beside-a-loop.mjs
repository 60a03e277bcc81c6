// A host of its own, with one cell that loops; it says which processes it has, and waits to be killed.
import { createPluginHost } from "@gluttony/core";

const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const none = async () => {
  throw new Error("Nobody asks for this here.");
};
const releases = { active: async () => [], list: async () => [], activate: async () => undefined };
const host = createPluginHost(
  { releases, targets: { call: none }, once: { claim: none, finish: none, release: none }, log },
  { firstParty: { from: new URL(import.meta.url), packages: {} }, env: {}, devMode: true },
);
const resolved = await host.resolve(`file:${process.argv[2]}`, {});
const { cell } = await host.acquire(resolved);
const payload = { op: "c", before: null, after: { id: 1, do: "act" }, ts_ms: 1 };
const source = {
  version: "3",
  connector: "postgresql",
  name: "s",
  ts_ms: 1,
  db: "d",
  schema: "p",
  table: "t",
};
const value = Buffer.from(JSON.stringify({ ...payload, source }));
const record = { topic: "t", partition: 0, offset: 1n, timestampMs: 1, key: null, value, headers: [] };
const consumer = {
  id: "1",
  name: "c",
  revision: 1n,
  handler: "onChange",
  config: {},
  deadlineMs: 600_000,
  graceMs: 1_000,
};
void cell.attempt({ record, consumer, attempt: 1, idempotencyKey: "t/0/1" });
setTimeout(() => process.stdout.write(`${cell.observe().pid}\n`), 500);
