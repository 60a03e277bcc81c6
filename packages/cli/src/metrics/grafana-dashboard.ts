import { metricEntries, type MetricName } from "@gluttony/model";

/** One panel: what it shows, and of which metric. */
interface Panel {
  readonly title: string;
  readonly expression: string;
  readonly legend: string;
  readonly unit: string;
}

const width = 12;
const height = 8;
const datasource = { type: "prometheus", uid: "${datasource}" };
const grafanaUnits = { records: "short", seconds: "s", bytes: "bytes", one: "short" };

/** The dashboard for Grafana, as its JSON; one panel for each registered metric. Pure. */
export function grafanaDashboard(): unknown {
  return {
    uid: "gluttony",
    title: "gluttony",
    schemaVersion: 39,
    editable: true,
    refresh: "10s",
    time: { from: "now-1h", to: "now" },
    templating: {
      list: [
        { name: "datasource", type: "datasource", query: "prometheus" },
        {
          name: "consumer",
          type: "query",
          datasource,
          query: "label_values(gluttony_consumer_state, consumer)",
          includeAll: true,
          allValue: ".*",
          multi: true,
          current: { text: "All", value: "$__all" },
        },
      ],
    },
    panels: panelsOfRegister().map(panelOf),
  };
}

/** What each panel asks for; also for tests, which hold it to the register. */
export function panelsOfRegister(): readonly Panel[] {
  return Object.entries(metricEntries).map(([name, { help, type, labels, unit }]) => ({
    title: help,
    expression: expressionOf(name, type, labels),
    legend: legendOf(
      type === "histogram" ? ["consumer", "route"].filter((one) => labels.includes(one)) : labels,
    ),
    unit: grafanaUnits[unit],
  }));
}

function expressionOf(
  name: string,
  type: (typeof metricEntries)[MetricName]["type"],
  labels: readonly string[],
): string {
  const chosen = labels.includes("consumer") ? '{consumer=~"$consumer"}' : "";
  switch (type) {
    case "counter":
      return `sum by (${labels.join(", ")}) (rate(${name}${chosen}[1m]))`;
    case "gauge":
      return `max by (${labels.join(", ")}) (${name}${chosen})`;
    case "histogram": {
      const by = ["consumer", "route"].filter((one) => labels.includes(one));
      return `histogram_quantile(0.95, sum by (${[...by, "le"].join(", ")}) (rate(${name}_bucket${chosen}[1m])))`;
    }
  }
}

function legendOf(labels: readonly string[]): string {
  return labels.map((label) => `{{${label}}}`).join(" ");
}

function panelOf({ title, expression, legend, unit }: Panel, place: number): unknown {
  return {
    id: place + 1,
    type: "timeseries",
    title,
    datasource,
    gridPos: { x: (place % 2) * width, y: Math.floor(place / 2) * height, w: width, h: height },
    fieldConfig: { defaults: { unit }, overrides: [] },
    targets: [{ refId: "A", datasource, expr: expression, legendFormat: legend }],
  };
}
