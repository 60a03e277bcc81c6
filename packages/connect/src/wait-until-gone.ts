import type { ConnectClient } from "./connect-client.ts";
import type { ConnectorsCollaborators } from "./ports.ts";

const PAUSE_MS = 250;
const WITHIN_MS = 20_000;

/**
 * Waits until a deleted connector has let go: its tasks end after the answer, and one that was just starting would make its slot
 * again after we dropped it. Gives up silently after a while: who drops the slot then meets it in use.
 */
export async function waitUntilGone(
  connector: string,
  { client, clock }: { readonly client: ConnectClient; readonly clock: ConnectorsCollaborators["clock"] },
): Promise<void> {
  const startedMs = clock.monotonicMs();
  while ((await client.status(connector)) !== null) {
    if (clock.monotonicMs() - startedMs > WITHIN_MS) return;
    await clock.sleep(PAUSE_MS);
  }
}
