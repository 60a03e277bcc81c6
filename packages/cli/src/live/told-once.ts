import { type Fields, fieldsOf } from "../output/fields.ts";

/** Records of which it is remembered what was printed. */
const rememberedMax = 5_000;

/** Knows what was printed of records, so that a stream that goes on a little earlier repeats nothing. */
export class ToldOnce {
  readonly #printed = new Map<string, string>();

  /** Whether a record, or what became of it, was not printed yet. */
  isNews(record: Fields): boolean {
    const { name, attempts, nextAttemptAt } = fieldsOf(record["outcome"]);
    const place = `${String(record["partition"])}@${String(record["offset"])}`;
    const standing = [name, attempts, nextAttemptAt].map(String).join(" ");
    if (this.#printed.get(place) === standing) return false;
    this.#printed.delete(place);
    this.#printed.set(place, standing);
    const [oldest] = this.#printed.keys();
    if (this.#printed.size > rememberedMax && oldest !== undefined) this.#printed.delete(oldest);
    return true;
  }
}
