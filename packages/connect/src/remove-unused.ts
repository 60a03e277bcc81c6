import { toGluttonyError } from "@gluttony/model";
import type { ConnectClient } from "./connect-client.ts";
import type { ConnectorsCollaborators, RegisteredConnector } from "./ports.ts";
import { waitUntilGone } from "./wait-until-gone.ts";

/**
 * Removes every connector that was made for rows which are all gone: first the connector, then its slot and publication (a slot that
 * stays makes the source keep its log for ever), then the memory of it. What fails is logged and tried again next time,
 * since the memory goes last. Answers the names of those that are gone.
 */
export async function removeUnusedConnectors(
  client: ConnectClient,
  collaborators: ConnectorsCollaborators,
): Promise<readonly string[]> {
  const { registry, log } = collaborators;
  const removed: string[] = [];
  const existing = new Set(await collaborators.consumerIds());
  for (const { name } of (await registry.list()).filter((entry) => isUnused(entry, existing))) {
    try {
      if (await registry.withLock(name, () => removeOne(name, client, collaborators))) removed.push(name);
    } catch (error) {
      log.warn("An unused connector could not be removed.", {
        connector: name,
        code: toGluttonyError(error).code,
      });
    }
  }
  return removed;
}

/** Looks again under the lock: a row may have come to use it meanwhile. */
async function removeOne(
  name: string,
  client: ConnectClient,
  { registry, log, ...collaborators }: ConnectorsCollaborators,
): Promise<boolean> {
  const entry = (await registry.list()).find((other) => other.name === name);
  if (entry === undefined || !isUnused(entry, new Set(await collaborators.consumerIds()))) return false;
  await client.delete(name);
  await waitUntilGone(name, { client, clock: collaborators.clock });
  log.info("The unused connector was deleted.", { connector: name });
  const written = registry.openConnString(entry);
  if (written !== null && (entry.slot ?? entry.publication) !== null) {
    const connString = await collaborators.resolveSecret(written, "");
    await collaborators.dropReplication(connString, { slot: entry.slot, publication: entry.publication });
    log.info("The connector's slot and publication were dropped.", { connector: name, slot: entry.slot });
  }
  await registry.remove(name);
  return true;
}

/** What a person wrote or adopted goes by plan only. */
function isUnused({ kind, consumerIds }: RegisteredConnector, existing: ReadonlySet<string>): boolean {
  return kind === "made" && !consumerIds.some((id) => existing.has(id));
}
