import { GluttonyError, metricEntries } from "@gluttony/model";
import { Command } from "commander";
import { grafanaDashboard } from "../metrics/grafana-dashboard.ts";
import { prometheusRules } from "../metrics/prometheus-rules.ts";
import { printJson, printLines, printListing } from "../output/print.ts";
import { type ApiOptions, outputOption } from "./common-options.ts";

interface MetricsOptions extends Pick<ApiOptions, "output"> {
  readonly grafana?: boolean;
  readonly alerts?: boolean;
}

/** `gluttony metrics`: what `/metrics` serves, and what is made from that. Asks no host. */
export function metricsCommand(): Command {
  return new Command("metrics")
    .description("every metric, a dashboard for Grafana, or alert rules for Prometheus")
    .option("--grafana", "print the dashboard as JSON")
    .option("--alerts", "print the alert rules as YAML")
    .addOption(outputOption())
    .action(({ grafana, alerts, output }: MetricsOptions) => {
      if (grafana === true && alerts === true)
        throw new GluttonyError("config.invalid", { seen: "--grafana and --alerts" });
      if (grafana === true) return printJson(grafanaDashboard());
      if (alerts === true)
        return output === "json"
          ? printJson({ yaml: prometheusRules() })
          : printLines([prometheusRules().trimEnd()]);
      const entries = Object.entries(metricEntries);
      const rows = entries.map(([name, { type, labels, help }]) => [name, type, labels.join(", "), help]);
      const value = entries.map(([name, entry]) => ({ name, ...entry }));
      printListing({ header: ["METRIC", "TYPE", "LABELS", "MEANING"], rows, value }, output);
    });
}
