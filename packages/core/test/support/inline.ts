import { defineHandler } from "@gluttony/sdk";
import type { Handler, TargetRequest, TargetResponse } from "@gluttony/sdk";
import type { AttemptRequest, AttemptResult } from "../../src/cell/cell.ts";
import { InlineCell } from "../../src/cell/inline-cell.ts";
import { MemoryLedger } from "./memory-ledger.ts";

const quiet = (): undefined => undefined;

/** One call that a handler of the scene made, with the key it was sent under. */
export interface SeenCall {
  readonly url: string;
  readonly idempotencyKey: string;
}

/** An inline cell with one handler, its ledger and the calls it made. */
export interface InlineScene {
  readonly ledger: MemoryLedger;
  readonly calls: SeenCall[];
  attempt(changes?: Partial<AttemptRequest>): Promise<AttemptResult>;
}

export function inlineScene(
  handle: Handler["handle"],
  answer: (url: string, request?: TargetRequest) => TargetResponse | Promise<TargetResponse> = () => empty,
): InlineScene {
  const ledger = new MemoryLedger();
  const calls: SeenCall[] = [];
  const cell = new InlineCell("p@1.0.0", [defineHandler({ name: "h", handle })], {
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    once: ledger,
    fetch: async (url, request, idempotencyKey) => {
      calls.push({ url, idempotencyKey });
      return answer(url, request);
    },
  });
  return { ledger, calls, attempt: (changes = {}) => cell.attempt({ ...insert, ...changes }) };
}

const empty: TargetResponse = {
  status: 200,
  headers: {},
  body: new Uint8Array(),
  text: () => "",
  json: () => null,
};

const source = {
  version: "3",
  connector: "postgresql",
  name: "s",
  ts_ms: 1,
  db: "d",
  schema: "p",
  table: "t",
};
const value = { op: "c", before: null, after: { id: 1 }, source, ts_ms: 1 };

/** One insert of a row. */
export const insert: AttemptRequest = {
  record: {
    topic: "t",
    partition: 0,
    offset: 1n,
    timestampMs: 1,
    key: null,
    value: Buffer.from(JSON.stringify(value)),
    headers: [],
  },
  consumer: {
    id: "1",
    name: "c",
    revision: 1n,
    handler: "h",
    config: {},
    deadlineMs: 5_000,
    graceMs: 1_000,
  },
  attempt: 1,
  idempotencyKey: "k",
};
