import type { FaultRow } from "./fault-row.ts";

/**
 * The rows that a run holds: `quick` a subset for every test run, `all` what the product is to withstand today, or the
 * labels named, also of rows that wait for the product.
 */
export function chosenRows(rows: readonly FaultRow[], wanted: string): readonly FaultRow[] {
  const twice = rows.find((row, index) => rows.findIndex(({ id }) => id === row.id) !== index);
  if (twice !== undefined) throw new Error(`two rows are called ${twice.id}`);
  const ready = rows.filter(({ pending, isLong }) => pending === undefined && isLong !== true);
  if (wanted === "all") return ready;
  if (wanted === "quick") return ready.filter(({ isQuick }) => isQuick === true);
  return wanted.split(/[\s,]+/).map((id) => {
    const row = rows.find((one) => one.id === id);
    if (row === undefined) throw new Error(`no row ${id}; there are ${rows.map((one) => one.id).join(", ")}`);
    return row;
  });
}
