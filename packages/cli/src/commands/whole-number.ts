import { InvalidArgumentError } from "commander";

/** Reads an option that counts something. */
export function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("must be a whole number");
}
