import { isIP } from "node:net";
import { isHostRefused } from "@gluttony/egress";

/** Says what is wrong with a value, or null. It never repeats the value. */
export type Check = (value: string) => string | null;

const PATTERN_LENGTH_MAX = 4_000;
/** A group that repeats and is repeated needs exponential time on the worker for a text that nearly fits. */
const nestedRepeat = /\([^()]*[*+}][^()]*\)[*+{]/;

export const oneOf =
  (...choices: readonly string[]): Check =>
  (value) =>
    choices.includes(value) ? null : `Must be one of: ${choices.join(", ")}.`;

export const wholeNumber =
  (least: number, most: number): Check =>
  (value) =>
    /^-?\d{1,15}$/.test(value) && Number(value) >= least && Number(value) <= most
      ? null
      : `Must be a whole number from ${least} to ${most}.`;

export const truth: Check = oneOf("true", "false");

/** Patterns of columns or tables, parted by commas, as Debezium reads them. */
export const patternList: Check = (value) => {
  const isPlain = /^[\w.,$*()|[\]^\\+ :;{}?-]+$/.test(value) && value.length <= PATTERN_LENGTH_MAX;
  if (!isPlain) return `Must be a list of patterns of at most ${PATTERN_LENGTH_MAX} characters.`;
  return nestedRepeat.test(value) ? "Must not repeat a group that repeats inside." : null;
};

/** A name in a database: what a person may have called a table, a schema or a user. */
export const databaseName: Check = (value) =>
  /^[^\p{Cc}\p{Cf}]{1,128}$/u.test(value) ? null : "Must be a name of at most 128 characters.";

/** A table with its schema, in names that need no quotes: Debezium compares them letter by letter. */
export const tableName: Check = (value) =>
  /^[A-Za-z_][A-Za-z0-9_$]{0,62}\.[A-Za-z_][A-Za-z0-9_$]{0,62}$/.test(value)
    ? null
    : "Must be schema.table, in letters, digits and underscores.";

export const slotName: Check = (value) =>
  /^[a-z0-9_]{1,63}$/.test(value) ? null : "Must be 1 to 63 lower-case letters, digits and underscores.";

export const hostName: Check = (value) => {
  if (!/^[A-Za-z0-9._:-]{1,255}$/.test(value)) return "Must be a host's name or address.";
  // Java reads these as addresses, too: 2852039166, 0xA9FEA9FE, 169.254.43518, 0251.0376.0251.0376.
  const isOddNotation =
    /^(?:0x[0-9a-f]*|\d+)(?:\.(?:0x[0-9a-f]*|\d+))*\.?$/i.test(value) && isIP(value) === 0;
  const isService = isOddNotation || isHostRefused(value) || /^metadata(?:\.|$)/i.test(value);
  return isService ? "Must not be an address of the machine's own network services." : null;
};

/** Not the brokers' own topics, and nothing that Connect keeps its memory in. */
export const topicName: Check = (value) => {
  if (!/^[A-Za-z0-9._-]{1,249}$/.test(value) || /^\.+$/.test(value)) return "Must be a legal topic name.";
  const isInternal =
    /^__(?!debezium-)/.test(value) || /(?:^|[._-])connect[._-](?:configs?|offsets?|status)$/.test(value);
  return isInternal ? "Must not be a topic that Kafka or Kafka Connect keeps its memory in." : null;
};

export const anyOf =
  (check: Check): Check =>
  (value) =>
    value
      .split(",")
      .map((part) => check(part.trim()))
      .find((reason) => reason !== null) ?? null;

/** Something short that is shown to people or written into records. */
export const plainText: Check = (value) =>
  /^[^\p{Cc}\p{Cf}]{1,200}$/u.test(value) ? null : "Must be a text of 1 to 200 characters on one line.";

/** Anything a password may be. Line breaks would end the line of a properties file. */
export const passwordText: Check = (value) =>
  /^[^\r\n\0]{0,1000}$/.test(value) ? null : "Must be on one line, of at most 1000 characters.";
