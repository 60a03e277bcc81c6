/** Waits for work no longer than `ms`; then throws what `onLate` makes. The work itself is not ended. */
export async function withDeadline<Value>(
  work: Promise<Value>,
  ms: number,
  onLate: () => Error,
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(onLate()), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** True if the work ended, well or badly, within `ms`. */
export async function endsWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  const ended = work.then(
    () => true,
    () => true,
  );
  return withDeadline(ended, ms, () => new Error("late")).catch(() => false);
}
