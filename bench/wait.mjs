// Waiting, always with an end.

export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Asks again and again until the answer is yes or the time is over; answers which. */
export async function until(ask, limitMs, everyMs = 25) {
  const endMs = performance.now() + limitMs;
  while (performance.now() < endMs) {
    if (await ask()) return true;
    await pause(everyMs);
  }
  return ask();
}
