import type { CodedFault } from "./coded-fault.ts";
import type { OptionChange } from "./diff-config.ts";

/** Options under which offsets, slots or histories are kept: another value means lost changes or a new snapshot. */
const reasons: ReadonlyMap<string, string> = new Map([
  ["name", "offsets are kept under it"],
  ["connector.class", "offsets of one class mean nothing to another"],
  ["topic.prefix", "offsets and the schema history are kept under it, and every topic begins with it"],
  ["database.server.name", "offsets are kept under it"],
  ["slot.name", "the slot holds the place in the log; another one begins now, and what lies between is lost"],
  ["publication.name", "the slot's place was read through it"],
  ["plugin.name", "the slot was made for it"],
  ["database.dbname", "offsets are places in this database's log"],
  ["database.names", "offsets are kept per database"],
  ["database.pdb.name", "offsets are places in this database's log"],
  ["database.server.id", "the source tells its replicas apart by it"],
  ["schema.history.internal.kafka.topic", "the schemas of all earlier positions lie in it"],
]);

/** The refusals for a connector that exists: each names what is kept under the option. Pure. */
export function immutableFaults(changes: readonly OptionChange[]): readonly CodedFault[] {
  return changes.flatMap(({ option, before }): readonly CodedFault[] => {
    const reason = reasons.get(option);
    if (reason === undefined || before === null) return [];
    return [
      {
        code: "connect.option_immutable",
        path: `config.${option}`,
        message: `Cannot be changed while the connector lives: ${reason}.`,
        suggestion: "Make another connector, and remove this one once the new one runs.",
      },
    ];
  });
}
