import { alertRuleEntries, metricEntries, seriesNamesOf } from "@gluttony/model";
import { expect, test } from "vitest";
import { grafanaDashboard, panelsOfRegister } from "../../src/metrics/grafana-dashboard.ts";
import { prometheusRules } from "../../src/metrics/prometheus-rules.ts";

const names = Object.keys(metricEntries) as (keyof typeof metricEntries)[];
const metricOfSeries = new Map(
  names.flatMap((name) => seriesNamesOf(name).map((series) => [series, name] as const)),
);

/** What an expression says that the register does not. */
function strangersIn(expression: string): readonly string[] {
  const used = [...expression.matchAll(/gluttony_[a-z_]+/g)].map(([series]) => series);
  const unknown = used.filter((series) => !metricOfSeries.has(series));
  const labels = used.flatMap(
    (series) => metricEntries[metricOfSeries.get(series) ?? "gluttony_build_info"].labels,
  );
  const named = [
    ...[...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = ""]) => list.split(/,\s*/)),
    ...[...expression.matchAll(/\{([a-z_]+)=/g)].map(([, label = ""]) => label),
  ];
  return [...unknown, ...named.filter((label) => label !== "le" && !labels.includes(label))];
}

test("the check of expressions sees a metric and a label that are not registered", () => {
  expect(strangersIn("sum by (patient) (rate(gluttony_wishes_total[5m]))")).toEqual([
    "gluttony_wishes_total",
    "patient",
  ]);
});

test.each(Object.entries(alertRuleEntries))(
  "the rule %s asks for what is registered, by its subject",
  (_name, rule) => {
    expect(strangersIn(rule.expression)).toEqual([]);
    expect(rule.expression).toContain(`by (${rule.subject}`);
  },
);

test("every metric has a panel, and every panel asks for what is registered", () => {
  const panels = panelsOfRegister();

  expect(panels.flatMap(({ expression }) => strangersIn(expression))).toEqual([]);
  expect(panels).toHaveLength(names.length);
  expect(JSON.parse(JSON.stringify(grafanaDashboard()))).toMatchObject({ title: "gluttony" });
});

test("the rules for Prometheus hold every rule with its threshold", () => {
  const text = prometheusRules();

  for (const { threshold, expression } of Object.values(alertRuleEntries))
    expect(text).toContain(JSON.stringify(`(${expression}) > ${threshold}`));
  expect(text.match(/^ {6}- alert: Gluttony[A-Za-z]+$/gm)).toHaveLength(10);
});
