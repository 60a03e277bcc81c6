/** Lets one waiter sleep until somebody wakes it. Waking before the wait counts; waking twice is once. */
export class Wakeup {
  #isWoken = false;
  #resolve: (() => void) | null = null;

  wake(): void {
    this.#isWoken = true;
    this.#resolve?.();
  }

  /** Whether it was woken; false after `limitMs`. */
  async wait(limitMs: number): Promise<boolean> {
    if (!this.#isWoken) await this.#sleep(limitMs);
    const isWoken = this.#isWoken;
    this.#isWoken = false;
    return isWoken;
  }

  #sleep(limitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, limitMs);
      this.#resolve = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
