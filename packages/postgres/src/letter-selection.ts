import { GluttonyError } from "@gluttony/model";
import { idOf, letterNotFound } from "./letter-id.ts";

/** Letters that one request may name. */
const idsMax = 1_000;

/** Which letters of a consumer; what is left out matches all. */
export interface LetterFilter {
  readonly consumerId: string;
  readonly failureCode?: string;
  readonly partition?: number;
  readonly subject?: string;
  readonly parkedBefore?: Date;
  readonly parkedAfter?: Date;
}

/** Named letters, at most 1,000, or all of a consumer that match. */
export type LetterSelection = { readonly ids: readonly string[] } | LetterFilter;

/** The seven values, `$1` to `$7`, of `matches`. Throws `dead_letter.not_found` and `request.invalid` for ids that cannot be any. */
export function selectionValues(selection: LetterSelection): readonly unknown[] {
  if ("ids" in selection) return [parseIds(selection.ids).map(String), null, null, null, null, null, null];
  return [
    null,
    selection.consumerId,
    selection.failureCode ?? null,
    selection.partition ?? null,
    selection.subject ?? null,
    selection.parkedBefore ?? null,
    selection.parkedAfter ?? null,
  ];
}

/** The condition that a row of this alias is selected. Without ids a consumer is always named. */
export function matches(alias: string): string {
  return `(($1::bigint[] is not null and ${alias}.id = any($1)) or ($1 is null and ${alias}.consumer_id = $2
    and ($3::text is null or ${alias}.failure_code = $3) and ($4::int is null or ${alias}.partition = $4)
    and ($5::text is null or ${alias}.subject = $5)
    and ($6::timestamptz is null or ${alias}.parked_at < $6)
    and ($7::timestamptz is null or ${alias}.parked_at > $7)))`;
}

/** Whether two rows are of one subject. A letter without one, of an older version, is alone. */
export function isSameSubject(one: string, other: string): string {
  return `(${one}.consumer_id = ${other}.consumer_id and ${one}.partition = ${other}.partition
    and ${one}.subject = ${other}.subject and ${other}.subject <> '')`;
}

/** Whether `one` comes before `other` of its subject. The topic's id parts the lives of a topic that was made anew. */
export function isBefore(one: string, other: string): string {
  return `((${one}.topic_id, ${one}."offset") < (${other}.topic_id, ${other}."offset"))`;
}

function parseIds(texts: readonly string[]): readonly bigint[] {
  if (texts.length > idsMax) {
    throw new GluttonyError("request.invalid", { path: "ids", seen: texts.length, atMost: idsMax });
  }
  return texts.map((text) => {
    const id = idOf(text);
    if (id === null) throw letterNotFound(text);
    return id;
  });
}
