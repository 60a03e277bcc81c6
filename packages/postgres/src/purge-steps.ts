/** Rows of one statement, so that none runs or locks long. */
export const stepRowsMax = 5_000;
/** Statements of one run; what is left is for the next run. */
const stepsMax = 200;

/** Repeats a limited statement until it finds nothing more, and answers how many rows it changed in all. */
export async function inSteps(
  step: (limit: number) => Promise<readonly { readonly count: number }[]>,
): Promise<number> {
  let changed = 0;
  for (let taken = 0; taken < stepsMax; taken += 1) {
    const [row] = await step(stepRowsMax);
    const count = row?.count ?? 0;
    changed += count;
    if (count < stepRowsMax) break;
  }
  return changed;
}
