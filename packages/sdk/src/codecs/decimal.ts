import type { Decimal } from "../change.ts";

/** The greatest scale, in either direction, that is taken for a number: what PostgreSQL can hold at most. */
export const DECIMAL_SCALE_MAX = 131_072;

class ExactDecimal implements Decimal {
  readonly unscaled: bigint;
  readonly scale: number;

  constructor(unscaled: bigint, scale: number) {
    this.unscaled = unscaled;
    this.scale = scale;
  }

  /** Plain notation with all its digits, never an exponent. */
  toString(): string {
    if (this.scale <= 0) return this.unscaled === 0n ? "0" : `${this.unscaled}${"0".repeat(-this.scale)}`;
    const sign = this.unscaled < 0n ? "-" : "";
    const digits = String(this.unscaled < 0n ? -this.unscaled : this.unscaled).padStart(this.scale + 1, "0");
    return `${sign}${digits.slice(0, -this.scale)}.${digits.slice(-this.scale)}`;
  }

  /** A decimal in JSON is text: a number would be rounded by whoever reads it. */
  toJSON(): string {
    return this.toString();
  }
}

/** An exact decimal; null where the scale is beyond {@link DECIMAL_SCALE_MAX}. */
export function decimalOf(unscaled: bigint, scale: number): Decimal | null {
  if (!Number.isInteger(scale) || Math.abs(scale) > DECIMAL_SCALE_MAX) return null;
  return new ExactDecimal(unscaled, scale);
}

const decimalText = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,7}))?$/;

/** Reads a decimal from its text, with or without an exponent; null where the text is not a number. */
export function parseDecimal(text: string): Decimal | null {
  const parts = decimalText.exec(text);
  if (parts === null) return null;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = parts;
  return decimalOf(BigInt(`${sign}${whole}${fraction}`), fraction.length - Number(exponent));
}

/** The big-endian two's complement number in some bytes; no bytes are 0, and repeated sign bytes are legal. */
export function signedBigEndian(bytes: Uint8Array): bigint {
  if (bytes.length === 0) return 0n;
  const unsigned = BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
  return BigInt.asIntN(bytes.length * 8, unsigned);
}
