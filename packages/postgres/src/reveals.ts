import type { RecordCoordinates } from "@gluttony/sdk/codecs";
import type { Pool } from "./pool.ts";
import { decidedSql } from "./runtime-settings.ts";
import { requireReason } from "./reason.ts";
import { storedJson } from "./stored-json.ts";

/** Minutes for which what was revealed stays so, for who asked, where nobody decided otherwise. */
export const revealMinutes = 10;

/** One record, in one life of its topic. */
export interface RevealedPlace extends RecordCoordinates {
  readonly topicId: string;
}

/** That somebody was shown records, for a while. */
export interface Reveal {
  readonly id: string;
  readonly places: readonly RevealedPlace[];
  readonly expiresAt: Date;
}

/** Who was shown what. A trigger puts each reveal into the audit, in the same transaction. */
export interface Reveals {
  /** Also forgets those that have run out. Throws `change.reason_required`. */
  begin(
    places: readonly RevealedPlace[],
    by: { readonly actor: string; readonly reason: string },
  ): Promise<Reveal>;
  /** Null when it is somebody else's, has run out, or never was. */
  find(id: string, actor: string): Promise<Reveal | null>;
}

export function createReveals(pool: Pool): Reveals {
  return {
    begin: (places, { actor, reason }) => begin(pool, places, { actor, reason }),
    find: async (id, actor) => {
      const [row] = await pool.query<RevealRow>(
        `select ${columns} from cdc.reveal where id::text = $1 and actor = $2 and expires_at > now()`,
        [id, actor],
      );
      return row === undefined ? null : revealOf(row);
    },
  };
}

interface RevealRow {
  readonly id: string;
  readonly places: readonly StoredPlace[];
  readonly expiresAt: Date;
  readonly [name: string]: unknown;
}

type StoredPlace = Omit<RevealedPlace, "offset"> & { readonly offset: string };

const columns = 'id::text as id, places, expires_at as "expiresAt"';

async function begin(
  pool: Pool,
  places: readonly RevealedPlace[],
  { actor, reason }: { readonly actor: string; readonly reason: string },
): Promise<Reveal> {
  const why = requireReason(reason, "change.reason_required");
  const stored = places.map(({ topic, topicId, partition, offset }) => ({
    topic,
    topicId,
    partition,
    offset: String(offset),
  }));
  return pool.transaction(async (queries) => {
    await queries.query("delete from cdc.reveal where expires_at < now()");
    const [row] = await queries.query<RevealRow>(
      `insert into cdc.reveal (actor, reason, places, expires_at)
       values ($1, $2, $3, now() + coalesce(${decidedSql("reveal.minutes")}, $4) * interval '1 minute') returning ${columns}`,
      [actor, why, storedJson(stored), revealMinutes],
    );
    if (row === undefined) throw new Error("the insert answered no row");
    return revealOf(row);
  });
}

function revealOf({ id, places, expiresAt }: RevealRow): Reveal {
  return { id, expiresAt, places: places.map((place) => ({ ...place, offset: BigInt(place.offset) })) };
}
