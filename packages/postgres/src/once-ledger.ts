import { randomUUID } from "node:crypto";
import type { OnceClaim, OnceLedger, OnceStep } from "@gluttony/core";
import { GluttonyError } from "@gluttony/model";
import { MicroBatch } from "./micro-batch.ts";
import type { Pool, Queries } from "./pool.ts";
import type { SecretBox, SecretPlace } from "./secret-box.ts";

const limits = { waitMs: 2, sizeMax: 200, atOnceMax: 2 };
const resultBytesMax = 4_096;
/** Claims remembered whose answer was lost; one that is forgotten reads as unknown, which is safe. */
const lostMax = 10_000;

/** A busy consumer takes thousands of steps a second, so calls of one kind share a statement. */
export function createOnceLedger(pool: Pool, box: SecretBox | null): OnceLedger {
  const claims = new Claims(pool);
  const claiming = new MicroBatch((steps: readonly OnceStep[]) => claims.claim(steps), limits);
  const finishing = new MicroBatch((ends: readonly StepEnd[]) => finish(pool, ends), limits);
  const releasing = new MicroBatch((steps: readonly OnceStep[]) => release(pool, steps), limits);
  return {
    claim: async (step) => toClaim(await claiming.add(step), step, box),
    finish: async (step, result) => {
      await finishing.add({ step, result: sealed(result, step, box) });
    },
    release: async (step) => {
      await releasing.add(step);
    },
  };
}

interface FoundStep {
  readonly state: OnceClaim["state"];
  readonly result: Buffer | null;
}

const claimed: FoundStep = { state: "claimed", result: null };
const unknown: FoundStep = { state: "unknown", result: null };

/**
 * Claims steps. An answer that was lost, as when Postgres restarts, may leave a claim that nobody acted upon. Each
 * claim has a token; whoever lost the answer asks again with the same one, else a restart would need a person for
 * every step under way.
 */
class Claims {
  readonly #pool: Pool;
  readonly #lost = new Map<string, string>();

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async claim(asked: readonly OnceStep[]): Promise<readonly FoundStep[]> {
    const tokens = this.#tokensOf(asked);
    try {
      const found = await this.#find(firstOfEach(asked), tokens);
      for (const text of tokens.keys()) this.#lost.delete(text);
      return answersOf(asked, found);
    } catch (error) {
      for (const [text, token] of tokens) if (this.#lost.size < lostMax) this.#lost.set(text, token);
      throw error;
    }
  }

  #tokensOf(asked: readonly OnceStep[]): ReadonlyMap<string, string> {
    const token = randomUUID();
    return new Map(asked.map(textOf).map((text) => [text, this.#lost.get(text) ?? token]));
  }

  async #find(
    asked: readonly OnceStep[],
    tokens: ReadonlyMap<string, string>,
  ): Promise<ReadonlyMap<string, FoundStep>> {
    const values = columnsOf(asked);
    const ours = asked.map((step) => tokens.get(textOf(step)) ?? "");
    const made = await this.#pool.query<StepRow>(claimStatement, [...values, ours]);
    const found = new Map(made.map((step) => [textOf(step), claimed]));
    if (found.size === asked.length) return found;
    // Asked afterwards, since a statement does not see what others wrote while it waited for them.
    for (const row of await this.#pool.query<LedgerRow>(findStatement, values)) {
      const text = textOf(row);
      if (!found.has(text)) found.set(text, foundStep(row, tokens.get(text)));
    }
    return found;
  }
}

function foundStep(row: LedgerRow, token: string | undefined): FoundStep {
  if (row.isDone) return { state: "done", result: row.result };
  return row.claimedBy === token ? claimed : unknown;
}

/** The same step asked for twice at once is one claim: only the first caller may begin. */
function answersOf(asked: readonly OnceStep[], found: ReadonlyMap<string, FoundStep>): readonly FoundStep[] {
  const seen = new Set<string>();
  return asked.map((step) => {
    const text = textOf(step);
    const answer = found.get(text) ?? unknown;
    const isRepeated = seen.has(text);
    seen.add(text);
    return isRepeated && answer.state === "claimed" ? unknown : answer;
  });
}

interface StepRow extends OnceStep {
  readonly [name: string]: unknown;
}

interface LedgerRow extends StepRow {
  readonly isDone: boolean;
  readonly result: Buffer | null;
  readonly claimedBy: string;
}

const steps = "unnest($1::text[], $2::text[], $3::text[]) as s (consumer_id, idempotency_key, name)";
const keys = `consumer_id as "consumerId", idempotency_key as "idempotencyKey", name`;

/** In the order of the key, so that two batches cannot lock each other out. */
const claimStatement = `
  insert into cdc.once (consumer_id, idempotency_key, name, claimed_by)
  select s.consumer_id, s.idempotency_key, s.name, s.token
  from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as s (consumer_id, idempotency_key, name, token)
  order by 1, 2, 3
  on conflict do nothing returning ${keys}`;

const findStatement = `
  select ${keys}, is_done as "isDone", result, claimed_by as "claimedBy"
  from cdc.once where (consumer_id, idempotency_key, name) in (select s.* from ${steps})`;

interface StepEnd {
  readonly step: OnceStep;
  readonly result: Buffer | null;
}

/** The first result stays: the same step does not end twice. A claim that was purged meanwhile is written anew. */
async function finish(queries: Queries, ends: readonly StepEnd[]): Promise<readonly true[]> {
  const firsts = new Map(ends.toReversed().map((end) => [textOf(end.step), end]));
  const unique = [...firsts.values()];
  await queries.query(
    `insert into cdc.once as o (consumer_id, idempotency_key, name, is_done, result, claimed_by)
     select s.consumer_id, s.idempotency_key, s.name, true, s.result, ''
     from unnest($1::text[], $2::text[], $3::text[], $4::bytea[]) as s (consumer_id, idempotency_key, name, result)
     order by 1, 2, 3
     on conflict (consumer_id, idempotency_key, name) do update set is_done = true, result = excluded.result
     where not o.is_done`,
    [...columnsOf(unique.map((end) => end.step)), unique.map((end) => end.result)],
  );
  return ends.map(() => true);
}

async function release(queries: Queries, released: readonly OnceStep[]): Promise<readonly true[]> {
  await queries.query(
    `with gone as (
       select o.consumer_id, o.idempotency_key, o.name from cdc.once o
       where (o.consumer_id, o.idempotency_key, o.name) in (select s.* from ${steps}) and not o.is_done
       order by 1, 2, 3 for update
     )
     delete from cdc.once o using gone
     where (o.consumer_id, o.idempotency_key, o.name) = (gone.consumer_id, gone.idempotency_key, gone.name)`,
    columnsOf(released),
  );
  return released.map(() => true);
}

function toClaim(found: FoundStep, step: OnceStep, box: SecretBox | null): OnceClaim {
  if (found.state !== "done") return { state: found.state };
  if (found.result === null) return { state: "done", result: null };
  if (box === null) throw new GluttonyError("secret.master_key_missing", { table: "cdc.once" });
  return { state: "done", result: box.open(found.result, stepPlace(step)).toString("utf8") };
}

function sealed(result: string | null, step: OnceStep, box: SecretBox | null): Buffer | null {
  if (result === null) return null;
  const bytes = Buffer.from(result, "utf8");
  if (bytes.byteLength > resultBytesMax) {
    throw new GluttonyError("once.result_invalid", { bytes: bytes.byteLength, atMost: resultBytesMax });
  }
  if (box === null) throw new GluttonyError("once.result_invalid", { missing: "GLUTTONY_MASTER_KEY" });
  return box.seal(bytes, stepPlace(step));
}

/** Where the result of a step rests. */
export function stepPlace(step: OnceStep): SecretPlace {
  return { table: "cdc.once", column: "result", row: textOf(step) };
}

function firstOfEach(asked: readonly OnceStep[]): readonly OnceStep[] {
  return [...new Map(asked.map((step) => [textOf(step), step])).values()];
}

function textOf(step: OnceStep): string {
  return JSON.stringify([step.consumerId, step.idempotencyKey, step.name]);
}

function columnsOf(asked: readonly OnceStep[]): readonly unknown[] {
  return [
    asked.map((step) => step.consumerId),
    asked.map((step) => step.idempotencyKey),
    asked.map((step) => step.name),
  ];
}
