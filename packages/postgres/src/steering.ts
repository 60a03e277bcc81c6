import {
  type ConsumerRow,
  desiredStateOf,
  type DesiredState,
  GluttonyError,
  type Operation,
  type SteeringVerb,
  steeringVerbs,
  type WantedRun,
} from "@gluttony/model";
import { selectConsumer, type SelectedConsumer, toConsumerRow } from "./consumer-row.ts";
import { attribute, noteRevision } from "./note-revision.ts";
import { beginOperation, endOperation } from "./operations.ts";
import type { Pool, Queries } from "./pool.ts";
import { requireReason, trimmedReason } from "./reason.ts";

/** What a person asks of a consumer as a whole. */
export interface SteeringWish {
  readonly verb: SteeringVerb;
  readonly actor: string;
  readonly reason: string;
  /** When a pause ends by itself; null for one without an end. */
  readonly until: Date | null;
  /** Milliseconds in which it should become so. */
  readonly limitMs: number;
}

/** Starts, pauses, resumes, stops and restarts consumers: as a wish, which the hosts follow. */
export interface ConsumerSteering {
  /**
   * Writes the wish, its revision and its operation at once; operations of earlier wishes that still run are superseded.
   * Throws `consumer.not_found`, `consumer.stopped`, `consumer.reason_required`.
   */
  steer(consumerId: string, wish: SteeringWish): Promise<Operation>;
  /** Asks again for what was asked before the operation. Throws `operation.ended`, `consumer.not_found`. */
  takeBack(operation: Operation, wanted: WantedRun, actor: string): Promise<void>;
}

export function createConsumerSteering(pool: Pool): ConsumerSteering {
  return {
    steer: (consumerId, wish) => pool.transaction((queries) => steer(queries, consumerId, wish)),
    takeBack: (operation, wanted, actor) =>
      pool.transaction((queries) => takeBack(queries, { operation, wanted }, actor)),
  };
}

/** Reasons are demanded where a consumer ends up doing nothing. */
function reasonOf({ verb, reason }: SteeringWish): string {
  const code = "consumer.reason_required";
  return verb === "pause" || verb === "stop" ? requireReason(reason, code) : trimmedReason(reason, code);
}

async function steer(queries: Queries, consumerId: string, wish: SteeringWish): Promise<Operation> {
  const reason = reasonOf(wish);
  const row = await lockRow(queries, consumerId);
  const desired = desiredStateOf(row, Date.now());
  if (desired === "stopped" && wish.verb !== "start" && wish.verb !== "stop")
    throw new GluttonyError("consumer.stopped", { verb: wish.verb });
  await supersede(queries, consumerId);
  await carryOut(queries, row, { ...wish, reason });
  const after = await readRow(queries, consumerId);
  const wanted: WantedRun = {
    desired: desiredStateOf(after, Date.now()),
    revision: String(after.revision),
    before: { desired, until: row.steering?.until?.toISOString() ?? null },
  };
  return beginOperation(queries, {
    kind: `consumer.${wish.verb}`,
    subject: { kind: "consumer", id: row.id, name: row.name },
    actor: wish.actor,
    reason: reason === "" ? null : reason,
    wanted,
    limitMs: wish.limitMs,
    isCancellable: wish.verb !== "restart",
  });
}

async function takeBack(
  queries: Queries,
  { operation, wanted }: { readonly operation: Operation; readonly wanted: WantedRun },
  actor: string,
): Promise<void> {
  const row = await lockRow(queries, operation.subject.id);
  const ending = {
    state: "cancelled",
    at: new Date(),
    result: { by: actor },
    errorCode: "operation.cancelled",
  } as const;
  if (!(await endOperation(queries, operation.id, ending))) throw new GluttonyError("operation.ended");
  const { desired, until } = wanted.before;
  await carryOut(queries, row, {
    verb: verbFor(desired),
    actor,
    reason: `${operation.kind} was cancelled`,
    until: until === null ? null : new Date(until),
  });
}

function verbFor(desired: DesiredState): SteeringVerb {
  switch (desired) {
    case "enabled":
      return "start";
    case "paused":
      return "pause";
    case "stopped":
      return "stop";
  }
}

type Deed = Pick<SteeringWish, "verb" | "actor" | "reason" | "until">;

/** Changes what is asked; what is asked already makes no revision. */
async function carryOut(queries: Queries, row: ConsumerRow, deed: Deed): Promise<void> {
  const { verb } = deed;
  switch (verb) {
    case "stop":
      return row.isValid ? switchTo(queries, row, deed) : undefined;
    case "start":
      if (!row.isValid) return switchTo(queries, row, deed);
      return row.steering?.isPaused === true ? setPaused(queries, row, deed) : undefined;
    case "resume":
      return row.steering?.isPaused === true ? setPaused(queries, row, deed) : undefined;
    case "pause":
      if (!row.isValid) await switchTo(queries, row, deed);
      return setPaused(queries, row, deed);
    case "restart":
      return restart(queries, row, deed);
  }
}

/** The trigger notes who and why. */
async function switchTo(queries: Queries, row: ConsumerRow, { verb, actor, reason }: Deed): Promise<void> {
  const operation = verb === "stop" ? "stop" : "start";
  await attribute(queries, { actor, reason, operation });
  await queries.query("update cdc.consumer set is_valid = $2 where id::text = $1", [row.id, verb !== "stop"]);
}

async function setPaused(queries: Queries, row: ConsumerRow, deed: Deed): Promise<void> {
  const { verb, actor, reason, until } = deed;
  const isPaused = verb === "pause";
  await queries.query(
    `insert into cdc.consumer_steering (consumer_id, is_paused, until, actor, reason) values ($1, $2, $3, $4, $5)
     on conflict (consumer_id) do update set is_paused = excluded.is_paused, until = excluded.until,
       actor = excluded.actor, reason = excluded.reason, at = excluded.at`,
    [row.id, isPaused, isPaused ? until : null, actor, reason === "" ? null : reason],
  );
  const operation = isPaused ? "pause" : verb === "resume" ? "resume" : "start";
  await noteRevision(queries, { consumerId: row.id, operation, actor, reason });
}

/** Who paused it, and why, stays: a paused consumer begins anew paused. */
async function restart(queries: Queries, row: ConsumerRow, { actor, reason }: Deed): Promise<void> {
  await queries.query(
    `insert into cdc.consumer_steering as s (consumer_id, actor, reason, restarts) values ($1, $2, $3, 1)
     on conflict (consumer_id) do update set restarts = s.restarts + 1`,
    [row.id, actor, reason === "" ? null : reason],
  );
  await noteRevision(queries, { consumerId: row.id, operation: "restart", actor, reason });
}

async function supersede(queries: Queries, consumerId: string): Promise<void> {
  await queries.query(
    `update cdc.operation set state = 'cancelled', ended_at = now(), result = '{}', error_code = 'operation.superseded'
     where subject_kind = 'consumer' and subject_id = $1 and kind = any($2::text[]) and state = 'running'`,
    [consumerId, steeringVerbs.map((verb) => `consumer.${verb}`)],
  );
}

/** Locks the row before anything else, as every change of it does, so that two cannot deadlock. */
async function lockRow(queries: Queries, id: string): Promise<ConsumerRow> {
  await queries.query("select from cdc.consumer where id::text = $1 for update", [id]);
  return readRow(queries, id);
}

async function readRow(queries: Queries, id: string): Promise<ConsumerRow> {
  const [row] = await queries.query<SelectedConsumer>(`${selectConsumer} where c.id::text = $1`, [id]);
  if (row === undefined) throw new GluttonyError("consumer.not_found", { consumer: id });
  return toConsumerRow(row);
}
