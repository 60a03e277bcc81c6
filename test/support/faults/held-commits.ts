import type { FaultScene } from "./fault-scene.ts";

/**
 * Keeps every host from moving a mark while the work lasts: what ends meanwhile is not committed. Statements that
 * waited are ended with it, so that none takes effect for a host that is gone by then.
 */
export async function whileCommitsAreHeld(scene: FaultScene, work: () => Promise<unknown>): Promise<void> {
  const holder = scene.pool.dedicated();
  await holder.connect();
  try {
    await holder.query("begin");
    await holder.query("lock table cdc.position in exclusive mode");
    await work();
    await holder.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    );
    await holder.query("rollback");
  } finally {
    await holder.end();
  }
}
