import type { DeadLetter } from "@gluttony/model";
import type { DeadLetterQuery, DeadLetterStore } from "../ports.ts";
import { csvLine } from "./csv.ts";

/** Letters of one file; the `Link` header says where the next one begins. */
const lettersMax = 10_000;
const pageSize = 200;

const header = [
  "id",
  "consumer",
  "topic",
  "partition",
  "offset",
  "state",
  "failure_kind",
  "failure_code",
  "target",
  "attempts",
  "replays",
  "release",
  "parked_at",
  "size_bytes",
  "subject",
  "is_behind",
  "holds_record",
  "reason",
  "note",
];

/** Letters as a file, without what they hold and without messages; `next` is the cursor of the following file. */
export async function lettersCsv(
  query: Omit<DeadLetterQuery, "limit">,
  deadLetters: Pick<DeadLetterStore, "list">,
): Promise<{ readonly text: string; readonly next: string | null }> {
  const lines = [csvLine(header)];
  let next: string | null = query.after ?? null;
  do {
    const after = next === null ? {} : { after: next };
    const page = await deadLetters.list({ ...query, ...after, limit: pageSize });
    for (const letter of page.items) lines.push(lineOf(letter));
    next = page.next;
  } while (next !== null && lines.length <= lettersMax);
  return { text: lines.join(""), next };
}

function lineOf(letter: DeadLetter): string {
  const { failure } = letter;
  return csvLine([
    letter.id,
    letter.consumer,
    letter.topic,
    letter.partition,
    String(letter.offset),
    letter.state,
    failure.kind,
    failure.code,
    failure.target ?? null,
    letter.attempts,
    letter.replays,
    letter.release,
    letter.parkedAt.toISOString(),
    letter.sizeBytes,
    letter.subject,
    letter.isBehind,
    letter.holdsRecord,
    letter.reason,
    letter.note,
  ]);
}
