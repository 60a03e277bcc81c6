import { alertRuleEntries, alertRuleNames } from "@gluttony/model";

/** The built-in rules as a rule file for Prometheus, in YAML. Pure. */
export function prometheusRules(): string {
  const rules = alertRuleNames.flatMap((name) => {
    const { title, severity, threshold, forMs, remedy, expression, subject } = alertRuleEntries[name];
    return [
      `      - alert: ${alertNameOf(name)}`,
      `        expr: ${quoted(`(${expression}) > ${threshold}`)}`,
      ...(forMs === 0 ? [] : [`        for: ${forMs / 1_000}s`]),
      "        labels:",
      `          severity: ${severity}`,
      "        annotations:",
      `          summary: ${quoted(`${title}: {{ $labels.${subject} }}`)}`,
      `          description: ${quoted(remedy)}`,
    ];
  });
  return `${["groups:", "  - name: gluttony", "    rules:", ...rules].join("\n")}\n`;
}

/** `lag_seconds` is `GluttonyLagSeconds`. */
function alertNameOf(rule: string): string {
  const words = rule.split("_").map((word) => word.slice(0, 1).toUpperCase() + word.slice(1));
  return `Gluttony${words.join("")}`;
}

/** A text of JSON is one of YAML. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
