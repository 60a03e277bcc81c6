/** What a worker may be too old for. */
export type ConnectFeature = "health" | "stop" | "offsets" | "alter_offsets" | "restart_tasks" | "topics";

/** The Kafka release that brought each. */
const since: { readonly [feature in ConnectFeature]: readonly [number, number] } = {
  topics: [2, 5],
  restart_tasks: [3, 0],
  stop: [3, 5],
  offsets: [3, 5],
  alter_offsets: [3, 6],
  health: [3, 9],
};

/**
 * The Kafka release in a worker's own version text, or null when it tells none. Confluent's builds count their own way: 7.5.0-ccs
 * is Kafka 3.5. Pure.
 */
export function kafkaReleaseOf(version: string): readonly [number, number] | null {
  const found = /^(\d{1,3})\.(\d{1,3})(?:\.\d+)?(.*)$/.exec(version.trim());
  if (found === null) return null;
  const [major, minor] = [Number(found[1]), Number(found[2])];
  if (!/-(?:ccs|ce)\b/.test(found[3] ?? "")) return [major, minor];
  if (major === 8) return [4, minor];
  if (major === 7) return [3, minor];
  if (major === 6) return [2, minor + 6];
  return major === 5 ? [2, minor] : null;
}

/** Null when a worker of this version can do it, or when its version tells nothing; else the release that brought it. Pure. */
export function missingSince(version: string, feature: ConnectFeature): string | null {
  const release = kafkaReleaseOf(version);
  const [major, minor] = since[feature];
  const isNewEnough = release === null || release[0] > major || (release[0] === major && release[1] >= minor);
  return isNewEnough ? null : `${major}.${minor}`;
}

/** Every feature with whether a worker of this version has it, for those who show buttons. Pure. */
export function featuresOf(version: string): { readonly [feature in ConnectFeature]: boolean } {
  return {
    topics: missingSince(version, "topics") === null,
    restart_tasks: missingSince(version, "restart_tasks") === null,
    stop: missingSince(version, "stop") === null,
    offsets: missingSince(version, "offsets") === null,
    alter_offsets: missingSince(version, "alter_offsets") === null,
    health: missingSince(version, "health") === null,
  };
}
