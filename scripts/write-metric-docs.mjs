// Writes docs/metrics.md from the register of metrics and the built-in alert rules. Run it after a build; --print writes it to stdout.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { alertRuleEntries, metricEntries } from "../packages/model/dist/index.js";

const head = `# Metrics

\`GET /metrics\` of the admin API, in Prometheus' text format. It asks for no token: it holds names of consumers, connectors and topics, and
numbers. What is not said to be of all hosts is of this host since its start. Labels are bounded; none is a key, a person, a URL's path or a
message.

Written by \`scripts/write-metric-docs.mjs\` from the register, [metric-register.ts](../packages/model/src/metric-register.ts). A test compares it with
what a host serves. \`gluttony metrics --grafana\` prints a dashboard made from it, \`gluttony metrics --alerts\` the rules below for Prometheus.
`;

const middle = `
The gauges of a consumer are written while this host runs it or tries to; one that is switched off or deleted keeps its last values,
so ask \`gluttony status\` or the API for states. The sums that survive restarts are in \`cdc.position\`. Histograms have buckets from 1 ms to
60 s.

## Series that gluttony keeps

\`GET /api/v1/consumers/{id}/metrics\` answers what the hosts counted in steps of 10 seconds for the last hour, and of 2 minutes for the last day:
records by ending, retries, lengths of attempts and from commit to acknowledgement, and how far behind the consumer was. Each host writes them in one
statement every 10 seconds; what is older is dropped. Longer is what Prometheus is for.

## Alert rules

These ten are watched by gluttony itself, whether or not there is a Prometheus; thresholds can be changed with \`gluttony alert rules\`.
`;

const metrics = table(
  ["metric", "type", "labels", "unit", "meaning"],
  Object.entries(metricEntries).map(([name, { type, labels, unit, help }]) => [
    `\`${name}\``,
    type,
    labels.map((label) => `\`${label}\``).join(", "),
    unit,
    help,
  ]),
);
const rules = table(
  ["rule", "fires when it is above", "for", "meaning", "what to do"],
  Object.entries(alertRuleEntries).map(([name, { threshold, unit, forMs, title, remedy }]) => [
    `\`${name}\``,
    unit === "one" ? String(threshold) : `${threshold} ${unit}`,
    forMs === 0 ? "–" : `${forMs / 1_000} s`,
    title,
    remedy,
  ]),
);

const page = `${head}\n${metrics}\n${middle}\n${rules}\n`;
if (process.argv.includes("--print")) process.stdout.write(page);
else writeFileSync(join(import.meta.dirname, "..", "docs", "metrics.md"), page);

/** Columns as wide as their widest cell, as the formatter of the repository writes them. */
function table(header, rows) {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column].length)),
  );
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [line(header), rule, ...rows.map(line)].join("\n");
}
