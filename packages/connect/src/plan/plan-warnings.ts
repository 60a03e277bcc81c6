import type { CodedFault } from "./coded-fault.ts";
import type { OptionChange } from "./diff-config.ts";

interface Config {
  readonly [option: string]: string;
}

/** What a person should know before a configuration is written, and what would be better. Pure. */
export function planWarnings(
  config: Config,
  { changes, isNew }: { readonly changes: readonly OptionChange[]; readonly isNew: boolean },
): readonly CodedFault[] {
  return [...ofValues(config), ...(isNew ? [] : ofChanges(changes))];
}

function ofValues(config: Config): readonly CodedFault[] {
  const warnings: CodedFault[] = [];
  const heartbeat = Number(config["heartbeat.interval.ms"] ?? "0");
  if (!(heartbeat > 0))
    warnings.push(
      warning(
        "heartbeat.interval.ms",
        "Without a heartbeat the source keeps its log while the tables are quiet.",
        "10000",
      ),
    );
  if (config["decimal.handling.mode"] === "double")
    warnings.push(warning("decimal.handling.mode", "Loses digits of decimal columns.", "precise"));
  if (config["time.precision.mode"] === "connect")
    warnings.push(warning("time.precision.mode", "Cuts times to milliseconds.", "adaptive"));
  if (config["bigint.unsigned.handling.mode"] === "long")
    warnings.push(
      warning("bigint.unsigned.handling.mode", "Turns large unsigned numbers negative.", "precise"),
    );
  if (config["value.converter.replace.null.with.default"] !== "false")
    warnings.push(
      warning(
        "value.converter.replace.null.with.default",
        "A null becomes the column's default, without a trace.",
        "false",
      ),
    );
  if (config["topic.creation.default.partitions"] === undefined)
    warnings.push(
      warning(
        "topic.creation.default.partitions",
        "Where the brokers make no topics by themselves, changes wait until somebody makes the table's.",
        "3, and topic.creation.default.replication.factor beside it",
      ),
    );
  return warnings;
}

function ofChanges(changes: readonly OptionChange[]): readonly CodedFault[] {
  return changes.flatMap(({ option, before }): readonly CodedFault[] => {
    if (option === "table.include.list")
      return [
        warning(
          option,
          "Rows that a table has already are not read when it is added.",
          "Start a snapshot of it afterwards.",
        ),
      ];
    if (option === "database.hostname" || option === "database.port")
      return before === null
        ? []
        : [
            warning(
              option,
              "The offsets are places in the log of the server that was read so far.",
              "The same server, or a replica that took over its log.",
            ),
          ];
    return [];
  });
}

function warning(option: string, message: string, suggestion: string): CodedFault {
  return { code: "connect.plan_warning", path: `config.${option}`, message, suggestion };
}
