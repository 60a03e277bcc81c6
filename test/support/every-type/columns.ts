/** How a column is compared. */
export type Kind =
  | "int"
  | "bigint"
  | "float"
  | "decimal"
  | "boolean"
  | "text"
  | "bytes"
  | "bits"
  | "date"
  | "time"
  | "timetz"
  | "timestamp"
  | "timestamptz"
  | "interval"
  | "hstore"
  | "point"
  | "matrix";

/** One column of the table that has every type. */
export interface TestedColumn {
  readonly name: string;
  readonly type: string;
  readonly kind: Kind;
  readonly isList: boolean;
  /** A literal as SQL takes it. */
  readonly normal: string;
  /** Literals at the ends of the type. */
  readonly extremes: readonly string[];
}

const column = (
  name: string,
  type: string,
  kind: Kind,
  ...[normal = "", ...extremes]: readonly string[]
): TestedColumn => ({
  name,
  type,
  kind,
  isList: type.endsWith("[]") && kind !== "matrix",
  normal,
  extremes,
});

/** Every type that Debezium delivers from PostgreSQL by itself. */
export const testedColumns: readonly TestedColumn[] = [
  column("label", "text", "text", "normal", "", "text ☃ 名字"),
  column("c_smallint", "smallint", "int", "-32768", "32767"),
  column("c_int", "integer", "int", "2147483647", "-2147483648"),
  column("c_bigint", "bigint", "bigint", "9007199254740993", "-9223372036854775808", "9223372036854775807"),
  column("c_real", "real", "float", "0.5", "NaN", "Infinity", "-Infinity", "-0"),
  column("c_double", "double precision", "float", "0.1", "NaN", "Infinity", "-Infinity", "5e-324"),
  column(
    "c_numeric",
    "numeric",
    "decimal",
    "12345678901234567890.12345678901234567890",
    "NaN",
    "Infinity",
    "1e-30",
  ),
  column(
    "c_numeric_38",
    "numeric(38,10)",
    "decimal",
    "12345678901234567890.0123456789",
    "NaN",
    "-9999999999999999999999999999.9999999999",
  ),
  column("c_numeric_5", "numeric(5,0)", "decimal", "99999", "-99999"),
  column("c_money", "money", "decimal", "1234.56", "-92233720368547758.08"),
  column("c_oid", "oid", "bigint", "4294967295"),
  column("c_bool", "boolean", "boolean", "true", "false"),
  column("c_char", "char(5)", "text", "ab   ", "     "),
  column("c_varchar", "varchar(10)", "text", "varchar"),
  column("c_citext", "citext", "text", "CiText"),
  column("c_bytea", "bytea", "bytes", "\\xdeadbeef00ff", "\\x", "\\x00"),
  column("c_bit1", "bit(1)", "boolean", "1", "0"),
  column("c_bit8", "bit(8)", "bits", "10101010", "00000000"),
  column("c_varbit", "bit varying(12)", "bits", "101", ""),
  column(
    "c_date",
    "date",
    "date",
    "2026-02-28",
    "infinity",
    "-infinity",
    "5874897-12-31",
    "0001-01-01",
    "4713-01-01 BC",
  ),
  column("c_time", "time", "time", "23:59:59.999999", "24:00:00", "00:00:00"),
  column("c_time0", "time(0)", "time", "12:34:56"),
  column("c_time3", "time(3)", "time", "12:34:56.789"),
  column("c_timetz", "timetz", "timetz", "12:34:56.123456+05:30"),
  column(
    "c_ts",
    "timestamp",
    "timestamp",
    "2026-02-28 23:59:59.999999",
    "infinity",
    "-infinity",
    "9999-12-31 23:59:59.999999",
  ),
  column("c_ts0", "timestamp(0)", "timestamp", "2026-02-28 12:00:00", "infinity", "-infinity"),
  column("c_ts3", "timestamp(3)", "timestamp", "2026-02-28 12:00:00.123", "infinity", "-infinity"),
  column(
    "c_tstz",
    "timestamptz",
    "timestamptz",
    "2026-02-28 12:00:00.123456+05:30",
    "infinity",
    "-infinity",
    "0001-01-01 00:00:00+00",
  ),
  column("c_tstz3", "timestamptz(3)", "timestamptz", "2026-02-28 12:00:00.123+00"),
  column(
    "c_interval",
    "interval",
    "interval",
    "1 year 2 mons 3 days 04:05:06.789012",
    "infinity",
    "-1 mons +2 days",
    "-00:00:00.000001",
  ),
  column("c_uuid", "uuid", "text", "00000000-0000-4000-8000-0000000000ff"),
  column("c_json", "json", "text", '{"b":1, "a": [1.10, 9007199254740993], "b":2}'),
  column("c_jsonb", "jsonb", "text", '{"a": [1.10, 9007199254740993], "n": null}', "null"),
  column("c_xml", "xml", "text", "<a>x</a>"),
  column("c_hstore", "hstore", "hstore", '"k1"=>"v1","k2"=>NULL', ""),
  column("c_ltree", "ltree", "text", "Top.Test.One"),
  column("c_inet", "inet", "text", "10.0.0.1/24"),
  column("c_cidr", "cidr", "text", "10.0.0.0/8"),
  column("c_macaddr", "macaddr", "text", "08:00:2b:01:02:03"),
  column("c_macaddr8", "macaddr8", "text", "08:00:2b:01:02:03:04:05"),
  column("c_enum", "his.sex", "text", "F"),
  column("c_domain", "his.mrn_t", "text", "FAKE-9"),
  column("c_int4range", "int4range", "text", "[1,10)", "empty"),
  column("c_int8range", "int8range", "text", "[1,10)"),
  column("c_numrange", "numrange", "text", "[1.5,)"),
  column("c_daterange", "daterange", "text", "[2026-01-01,2026-02-01)"),
  column("c_tsrange", "tsrange", "text", "[2026-01-01 00:00,2026-01-02 00:00)"),
  column("c_point", "point", "point", "(1.5,-2)", "(0,0)"),
  column("c_tsvector", "tsvector", "text", "'fake':1 'test':2"),
  column("a_int", "integer[]", "int", "{1,NULL,3}", "{}"),
  column("a_bigint", "bigint[]", "bigint", "{9223372036854775807,-1}"),
  column("a_text", "text[]", "text", '{"a","b,c",NULL,""}'),
  column("a_varchar", "varchar(5)[]", "text", "{a,b}"),
  column("a_numeric", "numeric(10,2)[]", "decimal", "{1.10,NULL,-99999999.99}"),
  column("a_bool", "boolean[]", "boolean", "{true,false,NULL}"),
  column("a_date", "date[]", "date", "{2026-01-01,NULL}", "{infinity}", "{-infinity}"),
  column("a_ts", "timestamp[]", "timestamp", '{"2026-01-01 00:00:00.123456"}', "{infinity}", "{-infinity}"),
  column("a_tstz", "timestamptz[]", "timestamptz", '{"2026-01-01 00:00:00+02"}', "{infinity}", "{-infinity}"),
  column("a_uuid", "uuid[]", "text", "{00000000-0000-4000-8000-000000000001}"),
  column("a_jsonb", "jsonb[]", "text", '{"{\\"a\\": 1}"}'),
  column("a_enum", "his.sex[]", "text", "{F,M}"),
  column("a_real", "real[]", "float", "{0.5,NaN}"),
  column("a_double", "double precision[]", "float", "{0.1,NaN,Infinity}"),
  column("a_bytea", "bytea[]", "bytes", '{"\\\\xdead","\\\\x"}'),
  column("a_2d", "integer[]", "matrix", "{{1,2},{3,4}}"),
];

/** The statements that make the tables, empty. */
export function makeTables(): string {
  const columns = testedColumns.map(({ name, type }) => `${name} ${type}`).join(", ");
  const external = [
    "t_text",
    "t_jsonb",
    "t_bytea",
    "t_numeric",
    "a_double",
    "a_text",
    "a_int",
    "t_hstore",
    "t_bits",
  ];
  return `
    create extension hstore; create extension ltree; create extension citext;
    create type his.sex as enum ('F', 'M', 'X');
    create domain his.mrn_t as varchar(20);
    create table his.every_type (id int primary key, ${columns});
    create table his.whole (id int primary key, ${columns});
    alter table his.whole replica identity full;
    create table his.extreme (id int primary key, ${columns});
    create table his.large (id int primary key, v int, t_text text, t_jsonb jsonb, t_bytea bytea, t_numeric numeric,
      a_double double precision[], a_text text[], a_int int[], t_hstore hstore, t_bits bit varying(40000));
    ${external.map((name) => `alter table his.large alter column ${name} set storage external;`).join("\n")}`;
}

/** One insert of a row with a value of every type. */
export function insertNormal(table: string, id: number): string {
  return insert(table, id, new Map(testedColumns.map(({ name, normal }) => [name, normal])));
}

/** As many inserts as the type with the most extremes has; where a type has fewer, its column stays null. */
export function insertExtremes(firstId: number): readonly string[] {
  const most = Math.max(...testedColumns.map(({ extremes }) => extremes.length));
  return Array.from({ length: most }, (_, index) => {
    const values = testedColumns.flatMap(({ name, extremes }) => {
      const value = extremes[index];
      return value === undefined ? [] : [[name, value] as const];
    });
    return insert("extreme", firstId + index, new Map(values));
  });
}

/** A row whose large values are all stored beside it. */
export function insertLarge(id: number): string {
  return `insert into his.large select ${id}, 1, repeat('t', 4000), jsonb_build_object('k', repeat('j', 4000)),
    decode(repeat('ab', 4000), 'hex'), ('1' || repeat('0', 9000) || '.5')::numeric,
    (select array_agg(g * 0.5::float8) from generate_series(1, 600) g), (select array_agg('e' || g) from generate_series(1, 600) g),
    (select array_agg(g) from generate_series(1, 1200) g), hstore('k', repeat('h', 4000)), repeat('1', 39000)::varbit`;
}

function insert(table: string, id: number, values: ReadonlyMap<string, string>): string {
  const names = [...values.keys()];
  const literals = [...values.values()].map((value) => `'${value.replaceAll("'", "''")}'`);
  return `insert into his.${table} (${["id", ...names].join(", ")}) values (${[id, ...literals].join(", ")})`;
}
