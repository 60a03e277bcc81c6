import type { HandlerStates, StatePlace } from "@gluttony/core";
import { GluttonyError } from "@gluttony/model";
import type { SubjectHash } from "@gluttony/runtime";
import type { Queries } from "./pool.ts";
import type { SecretBox, SecretPlace } from "./secret-box.ts";

/** What the store of handlers' states works with. */
export interface HandlerStatesOptions {
  /** Null on a host without a master key: then nothing can be kept. */
  readonly box: SecretBox | null;
  /** Hashes keys, the same on every host. */
  readonly hash: SubjectHash;
  /** Keys for a consumer and handler. */
  readonly keysMax?: number;
}

const keysMaxDefault = 10_000;

/** Keeps what handlers remember, in `cdc.handler_state`. Each call is one statement. */
export function createHandlerStates(queries: Queries, options: HandlerStatesOptions): HandlerStates {
  const { hash, keysMax = keysMaxDefault } = options;
  const columnsOf = ({ consumerId, handler, key }: StatePlace): readonly string[] => [
    consumerId,
    handler,
    hash.of(`state ${key}`),
  ];
  return {
    get: async (place) => {
      const box = opened(options.box);
      const columns = columnsOf(place);
      const [row] = await queries.query<{ value: Buffer }>(
        "select value from cdc.handler_state where (consumer_id, handler, key_hash) = ($1, $2, $3)",
        columns,
      );
      return row === undefined ? null : box.open(row.value, statePlace(columns)).toString("utf8");
    },
    set: async (place, value) => {
      const columns = columnsOf(place);
      const sealed = opened(options.box).seal(Buffer.from(value, "utf8"), statePlace(columns));
      const written = await queries.query(setStatement, [...columns, sealed, keysMax]);
      if (written.length === 0) throw new GluttonyError("state.full", { handler: place.handler, keysMax });
    },
    delete: async (place) => {
      await queries.query(
        "delete from cdc.handler_state where (consumer_id, handler, key_hash) = ($1, $2, $3)",
        columnsOf(place),
      );
    },
  };
}

/** A key that is known is always written; a new one only while there is room. Writers at once may pass by a few. */
const setStatement = `
  with known as (
    update cdc.handler_state set value = $4, at = now()
    where (consumer_id, handler, key_hash) = ($1, $2, $3) returning 1
  ), made as (
    insert into cdc.handler_state as s (consumer_id, handler, key_hash, value)
    select $1, $2, $3, $4
    where not exists (select from known) and
      (select count(*) from cdc.handler_state where consumer_id = $1 and handler = $2) < $5
    on conflict (consumer_id, handler, key_hash) do update set value = excluded.value, at = now()
    returning 1
  )
  select from known union all select from made`;

function opened(box: SecretBox | null): SecretBox {
  if (box !== null) return box;
  throw new GluttonyError("secret.master_key_missing", { table: "cdc.handler_state" });
}

/** Where a value rests that a handler remembers: by consumer, handler and the key's hash. */
export function statePlace(columns: readonly string[]): SecretPlace {
  return { table: "cdc.handler_state", column: "value", row: JSON.stringify(columns) };
}
