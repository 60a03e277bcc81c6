import type { Pool } from "./pool.ts";

/** One running gluttony. */
export interface Host {
  readonly hostId: string;
  readonly version: string;
  readonly startedAt: Date;
  readonly seenAt: Date;
}

/** Knows which hosts there are. */
export interface Hosts {
  /** Says that this host lives; called every few seconds. */
  beat(host: Omit<Host, "seenAt">): Promise<void>;
  list(): Promise<readonly Host[]>;
  /** Said by a host that stops on purpose. */
  remove(hostId: string): Promise<void>;
}

export function createHosts(pool: Pool): Hosts {
  return {
    async beat(host) {
      await pool.query(
        `insert into cdc.host (host_id, version, started_at) values ($1, $2, $3)
         on conflict (host_id) do update set version = excluded.version, started_at = excluded.started_at,
           seen_at = now()`,
        [host.hostId, host.version, host.startedAt],
      );
    },
    list: () =>
      pool.query<{ hostId: string; version: string; startedAt: Date; seenAt: Date }>(
        `select host_id as "hostId", version, started_at as "startedAt", seen_at as "seenAt"
         from cdc.host order by host_id`,
      ),
    async remove(hostId) {
      await pool.query("delete from cdc.host where host_id = $1", [hostId]);
    },
  };
}
