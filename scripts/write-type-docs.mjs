// Writes docs/types.md from the tables of column types, or with --print prints it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { columnTypes } from "../packages/sdk/dist/codecs/column-types/tables.js";

const intro = `# What a handler sees of each column

Written by \`node scripts/write-type-docs.mjs\` from the codec's own tables; each example is decoded by a test.

A value is without loss, and a column has one form, whatever its value: an \`int64\` is always a \`bigint\`, a decimal is always
a \`Decimal\` (\`unscaled\` × 10^−\`scale\`, with \`toString()\`), times without a zone are texts that invent none. A column whose large
value did not change is absent and named in \`change.unavailable\`. An unknown type passes as its wire value.

Without a schema in the record (\`schemas.enable=false\`) the columns may be declared: see
[add a consumer](guide/add-a-consumer.md#records-without-a-schema). For one that is not, JSON's kinds are all that is known: an integer beyond
2^53 is a \`bigint\`, a number of more than 17 digits a \`Decimal\`, any other a \`number\`; decimals, bytes, dates and times are what the wire column shows.

## In any database

| what | what you see |
| --- | --- |
| a large value that did not change | absent, and named in \`change.unavailable\` |
| null, where PostgreSQL's connector writes one for that, too | null, and named in \`change.doubtful\`: never write it over a value. \`isUnavailable(change, column)\` of \`@gluttony/sdk/codecs\` says yes, no, or cannot tell |
| old values that the log did not carry, and the connector made up | absent |
| decimals as text (\`decimal.handling.mode=string\`) | Decimal, or \`NaN\`, \`Infinity\`, \`-Infinity\` as text, where the column's own type is known: declared, or propagated (\`column.propagate.source.type\`); else string |
| bytes as text (\`binary.handling.mode\`) | Uint8Array where they are declared; else string, since text does not say which encoding it has |
| times in parts (\`time.precision.mode=structured\`) | the same texts as in every other mode; a duration keeps its parts |
| times as ISO text (\`isostring\`), in milliseconds (\`connect\`), microseconds, nanoseconds | the same texts; \`connect\` drops digits before they reach the log |
| a type that nobody knows | its wire value |

Lost before the log on PostgreSQL, with Debezium 3.6: the era of years before Christ in a snapshot, the infinity of an interval (0), NaN and
infinity of precise decimals (null), the time \`24:00:00\` as ISO text (\`00:00:00\`), columns of the type \`name\` in the stream (null), and items of arrays of more than one dimension.
`;

const cell = (text) => String(text).replaceAll("|", "\\|");
const code = (text) => `\`${cell(text)}\``;

const sections = Object.entries(columnTypes).map(([database, types]) => {
  const rows = types.map(({ sql, form, schema, wire, value, note = "" }) => {
    const kind = schema.name === undefined ? schema.type : schema.name.split(".").at(-1);
    return `| ${cell(sql.join(", "))} | ${cell(form)} | ${code(kind)} | ${code(wire)} | ${code(value)} | ${cell(note)} |`;
  });
  return [
    `## ${database}`,
    "",
    "| SQL type | what you see | on the wire | for example | becomes | note |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
});

const text = `${intro}\n${sections.join("\n")}`;
if (process.argv.includes("--print")) process.stdout.write(text);
else writeFileSync(join(import.meta.dirname, "..", "docs", "types.md"), text);
