import { type ConsumerDraft, type ConsumerRow, type Fault, GluttonyError } from "@gluttony/model";
import { requireReachAfter } from "./access/guard.ts";
import type { Reach } from "./access/reach.ts";
import { draftOf, withoutSecret } from "./draft.ts";
import { foundConsumer } from "./found-consumer.ts";
import type { AdminCollaborators } from "./ports.ts";
import type { ConsumerBody } from "./schemas/consumers.ts";

/** Who changes which consumer, and the revision they saw. */
export interface ConsumerChange {
  readonly idOrName: string;
  readonly revision: bigint;
  readonly actor: string;
  readonly reach: Reach | null;
  /** Set when it brings back an earlier revision. */
  readonly restoredFrom?: bigint;
}

/**
 * Brings a consumer to what a body says. Throws `consumer.stale_revision`, `consumer.invalid`, `consumer.not_found`,
 * `consumer.name_taken`, `request.not_permitted`.
 */
export async function changeConsumer(
  change: ConsumerChange,
  bodyOf: (stored: ConsumerRow) => ConsumerBody,
  collaborators: AdminCollaborators,
): Promise<ConsumerRow> {
  const { revision, actor, restoredFrom } = change;
  const stored = await seenRow(change.idOrName, revision, collaborators);
  const body = bodyOf(stored);
  requireReachAfter(change.reach, body.configuration);
  const draft = await checkedDraft(body, stored, collaborators);
  const deed =
    restoredFrom === undefined
      ? {}
      : ({ operation: "restore", reason: `back to revision ${restoredFrom}` } as const);
  return collaborators.consumers.update(stored.id, draft, { actor, revision, ...deed });
}

// The store checks the revision once more, in its transaction; here it is checked so that what is kept of the
// stored row comes from the revision that the writer saw.
export async function seenRow(
  idOrName: string,
  revision: bigint,
  collaborators: AdminCollaborators,
): Promise<ConsumerRow> {
  const row = await foundConsumer(idOrName, collaborators);
  if (row.revision === revision) return row;
  throw new GluttonyError("consumer.stale_revision", {
    seen: String(revision),
    current: String(row.revision),
  });
}

/** The draft that a body asks for; throws `consumer.invalid` with every fault at once. */
export async function checkedDraft(
  body: ConsumerBody,
  stored: ConsumerRow | null,
  collaborators: AdminCollaborators,
): Promise<ConsumerDraft> {
  const { draft, faults } = draftOf(body, stored);
  const all = [...faults, ...collaborators.checkConsumer(draft), ...idFaults(body, stored)];
  // Plugins are asked only about a draft that can be read at all.
  if (all.length === 0) all.push(...((await collaborators.validateHandler?.(draft)) ?? []));
  if (all.length === 0) return draft;
  throw new GluttonyError("consumer.invalid", {}, { faults: withoutSecret(all, draft.connString) });
}

function idFaults(body: ConsumerBody, stored: ConsumerRow | null): readonly Fault[] {
  if (stored === null || body.id === undefined || body.id === stored.id) return [];
  return [{ path: "id", message: "Is not the id of this consumer.", suggestion: stored.id }];
}
