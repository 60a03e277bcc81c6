import { toGluttonyError } from "@gluttony/model";
import type { Logger } from "@gluttony/sdk";
import type { Clock, GroupMember, RecordSource } from "./ports.ts";

/** Milliseconds between looks at the members of the group. */
const everyMs = 30_000;
/** What the client ids of gluttony's hosts begin with. */
const ownPrefix = "gluttony";

/** Notices programs that read in a consumer's group without being gluttony's: they take records away from it. */
export class Strangers {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #tell: (member: GroupMember) => void;
  #known = new Set<string>();
  #lookedAtMs: number;

  /** `tell` is called once for each stranger, and again when it comes back. */
  constructor(clock: Clock, log: Logger, tell: (member: GroupMember) => void) {
    this.#clock = clock;
    this.#log = log;
    this.#tell = tell;
    this.#lookedAtMs = clock.monotonicMs();
  }

  /** Looks when it is time; never throws. */
  look(source: RecordSource): void {
    if (this.#clock.monotonicMs() - this.#lookedAtMs >= everyMs) void this.#look(source);
  }

  async #look(source: RecordSource): Promise<void> {
    this.#lookedAtMs = this.#clock.monotonicMs();
    try {
      const members = await source.members();
      const strangers = members.filter(({ clientId }) => !clientId.startsWith(ownPrefix));
      for (const member of strangers) if (!this.#known.has(nameOf(member))) this.#tell(member);
      this.#known = new Set(strangers.map(nameOf));
    } catch (error) {
      this.#log.debug("the members of the group are not known", { code: toGluttonyError(error).code });
    }
  }
}

function nameOf({ clientId, host }: GroupMember): string {
  return `${clientId} ${host}`;
}
