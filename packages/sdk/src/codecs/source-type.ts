import { own } from "./json-value.ts";
import type { JsonObject } from "./json-value.ts";

/** The parameter by which a connector passes on the type that a column has in its database, when it is told to. */
export const sourceTypeParameter = "__debezium.source.column.type";

/** Whether text is a decimal under `decimal.handling.mode=string`: told by the column's own type, or by that of a list. */
export function isDecimalText(parameters: JsonObject): boolean {
  const sourceType = own(parameters, sourceTypeParameter);
  return (
    typeof sourceType === "string" && /^_?(?:NUMERIC|DECIMAL|NUMBER|MONEY|SMALLMONEY)\b/i.test(sourceType)
  );
}
