/** One delivery that the fixture `tells-id` told of. */
export interface ToldRow {
  readonly row: number;
  readonly greeting: string;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
}

/** What a consumer's handler was given so far, in order. */
export function toldRows(log: string, consumer: string): readonly ToldRow[] {
  return log
    .split("\n")
    .filter((line) => line.includes('"msg":"told"') && line.includes(`"consumer":"${consumer}"`))
    .map((line) => JSON.parse(line) as { row: number; greeting: string; time: string })
    .map(({ row, greeting, time }) => ({ row, greeting, atMs: Date.parse(time) }));
}

/** The longest time between two deliveries. */
export function longestGapMs(rows: readonly ToldRow[]): number {
  return rows.reduce((longest, { atMs }, at) => Math.max(longest, atMs - (rows[at - 1]?.atMs ?? atMs)), 0);
}
