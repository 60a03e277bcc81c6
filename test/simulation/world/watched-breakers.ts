import { type Clock, type Random, TargetBreakers } from "@gluttony/runtime";

/** Breakers that count who listens to them: a consumer that ends must not leave its listener behind. */
export class WatchedBreakers extends TargetBreakers {
  readonly #onListening: (count: number) => void;
  #listening = 0;

  constructor(clock: Clock, options: { readonly random: Random; onListening(count: number): void }) {
    super(clock, options.random);
    this.#onListening = options.onListening;
  }

  override subscribe(listener: Parameters<TargetBreakers["subscribe"]>[0]): () => void {
    const unsubscribe = super.subscribe(listener);
    this.#listening += 1;
    this.#onListening(this.#listening);
    return () => {
      this.#listening -= 1;
      unsubscribe();
    };
  }
}
