import type { Fence, FenceAnswer, VersionPosition } from "./ports.ts";

/** Versions asked for at once. */
const versionsAtOnce = 500;

interface Waiting {
  readonly version: VersionPosition;
  readonly resolve: (answer: FenceAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** Asks the fence for many records with one question, since each question is a round trip. */
export class VersionFence {
  readonly #fence: Fence;
  readonly #consumerId: string;
  /** By subject; records of one subject run one at a time, so a subject is never asked for twice at once. */
  #waiting = new Map<string, Waiting>();

  constructor(fence: Fence, consumerId: string) {
    this.#fence = fence;
    this.#consumerId = consumerId;
  }

  /** Rejects when the fence cannot be asked. */
  async ask(subject: string, version: VersionPosition): Promise<FenceAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(subject, { version, resolve, reject });
      if (this.#waiting.size === 1) queueMicrotask(() => void this.#askAll());
      if (this.#waiting.size >= versionsAtOnce) void this.#askAll();
    });
  }

  async #askAll(): Promise<void> {
    const asked = this.#waiting;
    this.#waiting = new Map();
    if (asked.size === 0) return;
    try {
      const versions = new Map([...asked].map(([subject, { version }]) => [subject, version]));
      const answers = await this.#fence.raise(this.#consumerId, versions);
      for (const [subject, { resolve }] of asked) resolve(answers.get(subject) ?? "passes");
    } catch (error) {
      for (const { reject } of asked.values()) reject(error);
    }
  }
}
