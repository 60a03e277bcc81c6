import type { FenceAnswer, VersionPosition } from "@gluttony/runtime";

/** Milliseconds by which an older position must be newer by the clock to mean a restored source. */
const restoredByMs = 60_000;

/** Told what the fence lets through and what it holds back. */
export interface FenceWitness {
  onPassed(subject: string, version: VersionPosition): void;
  onStale(subject: string, version: VersionPosition): void;
}

/** The fence as Postgres keeps it: compares and raises in one step. */
export class FenceStore {
  readonly #bySubject = new Map<string, VersionPosition>();
  readonly #witness: FenceWitness;

  constructor(witness: FenceWitness) {
    this.#witness = witness;
  }

  raise(versions: ReadonlyMap<string, VersionPosition>): ReadonlyMap<string, FenceAnswer> {
    return new Map([...versions].map(([subject, version]) => [subject, this.#raiseOne(subject, version)]));
  }

  #raiseOne(subject: string, version: VersionPosition): FenceAnswer {
    const held = this.#bySubject.get(subject);
    if (held !== undefined && isOlder(version, held)) {
      const newerByMs = (version.committedAtMs ?? 0) - (held.committedAtMs ?? 0);
      if (newerByMs > restoredByMs) return "went back";
      this.#witness.onStale(subject, version);
      return "stale";
    }
    this.#witness.onPassed(subject, version);
    this.#bySubject.set(subject, { ...version, position: Uint8Array.from(version.position) });
    return "passes";
  }
}

function isOlder(one: VersionPosition, other: VersionPosition): boolean {
  return one.position[0] === other.position[0] && Buffer.compare(one.position, other.position) < 0;
}
