/** Decimals as their text, so that they compare in an expectation; any other value as it is. */
export function decimalText(value: unknown): unknown {
  const isDecimal = typeof value === "object" && value !== null && "unscaled" in value;
  return isDecimal ? JSON.parse(JSON.stringify(value)) : value;
}
