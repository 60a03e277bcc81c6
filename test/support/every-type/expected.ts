import type { Pool } from "@gluttony/postgres";
import type { ConnectorModes } from "@gluttony/sdk/codecs";
import type { TestedColumn } from "./columns.ts";
import { testedColumns } from "./columns.ts";

/** A row as SELECT says it: every value as PostgreSQL's own text, every item of a list too. */
export type SelectedRow = ReadonlyMap<string, string | null | readonly (string | null)[]>;

/** Reads the rows of a table by their id, through a connection whose zone is UTC and whose intervals are ISO. */
export async function selectRows(pool: Pool, table: string): Promise<ReadonlyMap<number, SelectedRow>> {
  const texts = testedColumns.map(textOf);
  const rows = await pool.query<{ id: number; values: readonly unknown[] }>(
    `select id, to_json(array[${texts.join(", ")}]) as values from his.${table} order by id`,
  );
  return new Map(
    rows.map(({ id, values }) => {
      const entries = testedColumns.map(({ name, isList }, index) => {
        const text = values[index] as string | null;
        const value = text === null || !isList ? text : (JSON.parse(text) as readonly (string | null)[]);
        return [name, value] as const;
      });
      return [id, new Map(entries)] as const;
    }),
  );
}

/** An expression whose value is text; a list is JSON of texts. */
function textOf({ name, kind, isList }: TestedColumn): string {
  if (isList) {
    const item = kind === "bytes" ? "encode(item, 'hex')" : "item::text";
    return `(case when ${name} is null then null else
      (select coalesce(json_agg(${item} order by place), '[]') from unnest(${name}) with ordinality as u (item, place))::text end)`;
  }
  switch (kind) {
    case "bytes":
      return `encode(${name}, 'hex')`;
    case "timetz":
      return `(${name} at time zone 'UTC')::text`;
    case "hstore":
      return `hstore_to_json(${name})::text`;
    default:
      // A cast would drop the blanks at the end, and give the currency of the server's language.
      if (name === "c_char") return `rpad(${name}, 5)`;
      return name === "c_money" ? `${name}::numeric::text` : `${name}::text`;
  }
}

/** A value of SELECT as the handler is to show it under these modes: see `shows-rows`. Throws for what it cannot read. */
export function expectedOf(
  column: TestedColumn,
  text: string | null | readonly (string | null)[],
  modes: ConnectorModes,
): unknown {
  if (text === null) return null;
  if (typeof text !== "string")
    return text.map((item) => expectedOf({ ...column, isList: false }, item, modes));
  switch (column.kind) {
    case "int":
      return { number: text };
    case "bigint":
      return { bigint: text };
    case "float":
      return { number: String(Number(column.type.startsWith("real") ? Math.fround(Number(text)) : text)) };
    case "decimal":
      return decimal(text, modes);
    case "boolean":
      return text === "true" || text === "1";
    case "bytes":
      return { bytes: text };
    case "bits":
      return { bigint: text === "" ? "0" : String(BigInt(`0b${text}`)) };
    case "date":
      return isoDate(text);
    case "time":
      return fraction(text, modes);
    case "timetz":
      return `${fraction(text.replace(/\+00$/, ""), { time: "adaptive" })}Z`;
    case "timestamp":
      return isInfinite(text)
        ? text
        : `${isoDate(text.slice(0, text.indexOf(" ")))}T${fraction(afterSpace(text), modes)}`;
    case "timestamptz":
      return isInfinite(text) ? text : zoned(text);
    case "interval":
      return interval(text, modes);
    case "hstore":
      return modes.hstore === "map" ? { object: JSON.parse(text) } : JSON.parse(text);
    case "point":
      return point(text);
    case "text":
    case "matrix":
      return text;
  }
}

function decimal(text: string, { decimal: mode }: Pick<ConnectorModes, "decimal">): unknown {
  const isNumber = /^-?[\d.]+$/.test(text);
  if (mode === "double") return { number: String(Number(text)) };
  return isNumber ? { decimal: text } : text;
}

function isInfinite(text: string): boolean {
  return text === "infinity" || text === "-infinity";
}

function isoDate(text: string): string {
  if (isInfinite(text)) return text;
  const [, year = "", rest = "", era] = /^(\d+)(-\d\d-\d\d)(?: (BC))?$/.exec(text) ?? [];
  const number = era === undefined ? Number(year) : 1 - Number(year);
  const digits = String(Math.abs(number)).padStart(4, "0");
  return `${number < 0 ? "-" : digits.length > 4 ? "+" : ""}${digits}${rest}`;
}

function afterSpace(text: string): string {
  return text.slice(text.indexOf(" ") + 1);
}

/** The fraction ends at its last digit that is not zero; `connect` has no more than three digits. */
function fraction(text: string, { time }: Pick<ConnectorModes, "time">): string {
  const [clock = "", digits = ""] = text.split(".");
  const kept = (time === "connect" ? digits.slice(0, 3) : digits).replace(/0+$/, "");
  return kept === "" ? clock : `${clock}.${kept}`;
}

function zoned(text: string): string {
  const time = afterSpace(text).replace(/\+00$/, "");
  return `${isoDate(text.slice(0, text.indexOf(" ")))}T${fraction(time, { time: "adaptive" })}Z`;
}

/** PostgreSQL's ISO text, as months, days and microseconds. */
function interval(text: string, modes: ConnectorModes): unknown {
  if (isInfinite(text)) return text;
  const part = (letter: string, within: string): number =>
    Number(new RegExp(`(-?[\\d.]+)${letter}`).exec(within)?.[1] ?? 0);
  const [day = "", clock = ""] = text.split("T");
  const months = part("Y", day) * 12 + part("M", day);
  const micros = Math.round((part("H", clock) * 3_600 + part("M", clock) * 60 + part("S", clock)) * 1e6);
  const days = part("D", day);
  if (modes.interval === "string") return { months, days, micros };
  return {
    bigint: String(BigInt(months) * 2_629_800_000_000n + BigInt(days) * 86_400_000_000n + BigInt(micros)),
  };
}

function point(text: string): unknown {
  const [x = "", y = ""] = text.slice(1, -1).split(",");
  const wkb = Buffer.alloc(21);
  wkb.writeUInt8(1, 0);
  wkb.writeUInt32LE(1, 1);
  wkb.writeDoubleLE(Number(x), 5);
  wkb.writeDoubleLE(Number(y), 13);
  return {
    object: {
      x: { number: String(Number(x)) },
      y: { number: String(Number(y)) },
      wkb: { bytes: wkb.toString("hex") },
      srid: null,
    },
  };
}
