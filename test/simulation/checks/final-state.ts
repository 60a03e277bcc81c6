import type { LetterStore } from "../world/letter-store.ts";
import type { SeedPlan, TopicStory } from "../world/plan.ts";
import type { PositionStore } from "../world/position-store.ts";
import type { SourceDatabase } from "../world/source-database.ts";
import type { Target } from "../world/target.ts";
import type { Topic } from "../world/topic.ts";
import type { World } from "../world/world.ts";
import type { Truth } from "./truth.ts";

/** What the end of a run is judged by. */
export interface FinalParts {
  readonly world: World;
  readonly plan: SeedPlan;
  readonly topic: Topic;
  readonly positions: PositionStore;
  readonly letters: LetterStore;
  readonly database: SourceDatabase;
  readonly target: Target;
  readonly truth: Truth;
  /** Partitions that stand still, and the code of the cause. */
  readonly blocked: ReadonlyMap<number, string>;
}

/** Causes by which a partition may stand still for ever, since a person has to decide. */
const blocksOf: { readonly [story in TopicStory]: readonly string[] } = {
  none: [],
  truncated: ["kafka.offset_out_of_range"],
  recreated: ["kafka.topic_recreated", "kafka.offset_moved", "kafka.offset_out_of_range"],
  "partitions-added": ["kafka.partitions_added"],
  "offsets-moved": ["kafka.offset_moved"],
};

/** What is not finished yet after everything was healed; empty when all has drained. */
export function unfinishedOf(parts: FinalParts): readonly string[] {
  const { topic, positions, letters, plan } = parts;
  const isSaid = parts.truth.said.some(({ state }) => state === "blocked");
  const partitions = topic.partitions.flatMap((partition, number) => {
    const position = positions.get(number);
    const mark = position === undefined ? null : Number(position.mark);
    const end = partition.entries.length;
    // The broker may hear of it only with the next record: memory comes first.
    if (mark === end && position?.topicId === topic.topicId) return [];
    const isRight = isSaid && blocksOf[plan.story].includes(parts.blocked.get(number) ?? "");
    return isRight ? [] : [`p${number} stands at ${mark ?? "nothing"} of ${end}`];
  });
  const replaying = letters.all.filter(({ state }) => state === "replaying").length;
  return [
    ...partitions,
    ...(replaying > 0 && parts.blocked.size === 0 ? [`${replaying} dead letters are being replayed`] : []),
  ];
}

/** K6: after all has drained nobody says that something is wrong, unless a person has to decide. */
export function checkCalm({ world, truth, blocked }: FinalParts): void {
  if (blocked.size > 0) return;
  for (const { hostId, state, cause } of truth.said) {
    if (state === "running" || state === "idle") continue;
    world.violate("K6", `${hostId} says ${state} (${cause?.code ?? "no cause"}) though all has drained`);
  }
}

/** K4: the target holds what the source holds, but for keys of which a record was set aside. */
export function checkRows(parts: FinalParts): void {
  const { world, database, target, plan } = parts;
  // Where a person has to decide not all is delivered; and when a key changes its partition, two hosts may call for it
  // at once, so that the older call may be the slower one although it was sent first.
  if (plan.story !== "none") return;
  const excused = excusedKeys(parts);
  for (const [key, row] of database.rows) {
    if (excused.has(key)) continue;
    const held = target.rows.get(key);
    if (held?.version === row.version && held.isDeleted === row.isDeleted) continue;
    const found =
      held === undefined ? "nothing" : `version ${held.version}${held.isDeleted ? " deleted" : ""}`;
    world.violate(
      "K4",
      `${key}: the target holds ${found}, the source ${row.version}${row.isDeleted ? " deleted" : ""}`,
    );
  }
}

/**
 * A replay of an older version may overwrite a newer one when neither the fence nor parking by key forbids it; and so may
 * a call that was given up, when its record was compacted away before anybody could repeat it.
 */
function excusedKeys({ letters, topic, plan, target }: FinalParts): ReadonlySet<string> {
  const mayRegress = plan.delivery.fence === "off" && plan.delivery.parking === "record";
  const keys = letters.all
    // A call that was given up without an answer may arrive after that of the next record.
    .filter(({ state, parked }) => state !== "replayed" || mayRegress || parked.failure.kind === "ambiguous")
    .map(({ parked }) => topic.recordOf(parked.record).change.key ?? "");
  const late = topic.records
    .filter(
      ({ story, change }) =>
        story.isAppliedLate && target.rows.get(change.key ?? "")?.version === change.version,
    )
    .map(({ change }) => change.key ?? "");
  return new Set([...keys, ...late]);
}
