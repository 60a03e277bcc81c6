import type { ColumnValue, Decimal } from "../change.ts";
import { parseDecimal } from "./decimal.ts";
import { isJsonArray, isJsonObject, NumberText, setOwn } from "./json-value.ts";
import type { JsonValue } from "./json-value.ts";
import { NumberTextNeeded } from "./value-misfit.ts";

/** Digits beyond which a number is no double that somebody wrote: none needs more to be told from its neighbours. */
const doubleDigits = 17;

/**
 * A value without a schema: its JSON kind, with exact integers, and nothing invented. A number of more digits than any double
 * has is a decimal; throws {@link NumberTextNeeded} where only the text of a number can tell.
 */
export function plainValue(raw: JsonValue): ColumnValue {
  if (typeof raw === "number" && mayBeRounded(raw)) throw new NumberTextNeeded();
  return shownValue(raw, plainValue);
}

/** The same for what is only shown: a number of more digits than a double has is rounded. Never throws. */
export function roundedValue(raw: JsonValue): ColumnValue {
  return shownValue(raw, roundedValue);
}

/** Whether a number may stand for one of more digits: doubles of up to 15 digits are told from all others. Pure. */
export function mayBeRounded(value: number): boolean {
  return Number.isInteger(value) ? !Number.isSafeInteger(value) : Number(value.toPrecision(15)) !== value;
}

function shownValue(raw: JsonValue, ofMember: (member: JsonValue) => ColumnValue): ColumnValue {
  if (raw instanceof NumberText) return numberOf(raw.text);
  if (isJsonArray(raw)) return raw.map(ofMember);
  if (!isJsonObject(raw)) return raw;
  const object: { [name: string]: ColumnValue } = {};
  for (const [name, member] of Object.entries(raw)) setOwn(object, name, ofMember(member));
  return object;
}

function numberOf(text: string): number | Decimal {
  const digits = text
    .replace(/[eE].*$/, "")
    .replaceAll(/[-.]/g, "")
    .replace(/^0+/, "");
  const decimal = digits.length > doubleDigits ? parseDecimal(text) : null;
  return decimal ?? Number(text);
}
