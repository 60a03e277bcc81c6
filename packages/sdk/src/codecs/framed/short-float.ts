/** Below this every whole number is a float of its own. */
const exactBelow = 16_777_216;
/** The smallest float with all its digits. */
const normalMin = 1.175_494_4e-38;

/**
 * A 32-bit float as the number whose decimal digits are the fewest that give this float again: 0.1 and not
 * 0.10000000149011612, as JSON shows it, too.
 */
export function shortFloat(float: number): number {
  const size = Math.abs(float);
  if (!Number.isFinite(float) || (Number.isInteger(float) && size < exactBelow)) return float;
  // Six digits tell every normal float from its neighbours or are too few; the smallest floats have fewer.
  for (let digits = size < normalMin ? 1 : 6; digits < 9; digits += 1) {
    const short = Number(float.toPrecision(digits));
    if (Math.fround(short) === float) return short;
  }
  return Number(float.toPrecision(9));
}
