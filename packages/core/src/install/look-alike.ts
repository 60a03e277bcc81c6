import { GluttonyError } from "@gluttony/model";
import { firstPartyPackages } from "../first-party.ts";

/** Names shorter than this may differ in one character only before they count as different. */
const shortCharacters = 8;

/**
 * Refuses a package whose name is easily taken for another one's: that of an installed plugin or of one shipped with the
 * host. Names in one scope are one owner's, so those are never confused. Throws `plugin.look_alike`, `plugin.shipped`.
 */
export function refuseLookAlike(name: string, installed: readonly string[]): void {
  const shipped = Object.values(firstPartyPackages);
  if (shipped.includes(name)) throw new GluttonyError("plugin.shipped", { plugin: name });
  // The grammar has no place for these; whoever tries has a reason.
  if (/[^\u0020-\u007e]/.test(name)) throw lookAlike(name, "a name in plain letters");
  const others = [...Object.keys(firstPartyPackages), ...shipped, ...installed];
  const like = others.find((other) => other !== name && !isSameOwner(name, other) && isAlike(name, other));
  // An unscoped package may have the very name of an alias; the alias always wins, but people would not know it.
  const found = like ?? Object.keys(firstPartyPackages).find((alias) => alias === name);
  if (found !== undefined) throw lookAlike(name, found);
}

function isSameOwner(name: string, other: string): boolean {
  const scope = scopeOf(name);
  return scope !== null && scope === scopeOf(other);
}

function scopeOf(name: string): string | null {
  return name.startsWith("@") ? name.slice(0, name.indexOf("/")) : null;
}

function isAlike(name: string, other: string): boolean {
  const [one, two] = [skeletonOf(name), skeletonOf(other)];
  const differences = Math.min(one.length, two.length) < shortCharacters ? 1 : 2;
  return isWithin(one, two, differences);
}

/** What is left of a name when everything that is read alike is written alike. */
function skeletonOf(name: string): string {
  return name
    .replace(/^@/, "")
    .replaceAll(/[/._-]+/g, "-")
    .replaceAll("0", "o")
    .replaceAll("1", "l")
    .replaceAll("rn", "m")
    .replaceAll("vv", "w");
}

/** Whether at most so many letters must be put in, left out, exchanged or swapped to make one text of the other. */
function isWithin(one: string, two: string, differences: number): boolean {
  if (Math.abs(one.length - two.length) > differences) return false;
  let before: number[] = [];
  let last = Array.from({ length: two.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= two.length; column += 1) {
      const isSame = one[row - 1] === two[column - 1];
      const isSwap = one[row - 1] === two[column - 2] && one[row - 2] === two[column - 1];
      current.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + (isSame ? 0 : 1),
          isSwap && row > 1 && column > 1 ? (before[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    before = last;
    last = current;
  }
  return (last[two.length] ?? 0) <= differences;
}

function lookAlike(name: string, like: string): GluttonyError {
  return new GluttonyError("plugin.look_alike", { plugin: name.slice(0, 214), like });
}
