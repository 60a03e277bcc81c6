// Writes docs/types.md from the tables of column types, or with --print prints it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { columnTypes } from "../packages/sdk/dist/codecs/column-types/tables.js";

const intro = `# What a handler sees of each column

Written by \`node scripts/write-type-docs.mjs\` from the codec's own tables; each example is decoded by a test.

A value is without loss, and a column has one form, whatever its value: an \`int64\` is always a \`bigint\`, a decimal is always
a \`Decimal\` (\`unscaled\` × 10^−\`scale\`, with \`toString()\`), times without a zone are texts that invent none. A column whose large
value did not change is absent and named in \`change.unavailable\`. An unknown type passes as its wire value.

Without a schema in the record (\`schemas.enable=false\`) JSON's kinds are all that is known: an integer beyond 2^53 is a \`bigint\`, any
other a \`number\`; decimals, bytes, dates and times are what the wire column shows.
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
