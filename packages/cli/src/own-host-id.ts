import { randomBytes } from "node:crypto";
import { type HostIdHold, holdHostId, type Pool } from "@gluttony/postgres";
import type { Logger } from "@gluttony/sdk";

/**
 * The id of this host: the one that was asked for, or that with a suffix while another host lives under it. Two hosts
 * of one id would overwrite each other's states, and nobody could tell them apart.
 */
export async function ownHostId(asked: string, pool: Pool, log: Logger): Promise<HostIdHold> {
  const held = await holdHostId(pool, asked);
  if (held !== null) return held;
  const own = `${asked}-${randomBytes(3).toString("hex")}`;
  log.warn("another host of this id is running", { asked, takes: own });
  return (await holdHostId(pool, own)) ?? ownHostId(asked, pool, log);
}
