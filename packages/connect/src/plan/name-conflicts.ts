import type { CodedFault } from "./coded-fault.ts";

interface Config {
  readonly [option: string]: string;
}

/** Options whose value only one connector of a Kafka cluster, or of a source's server, may have. */
const ofCluster = ["topic.prefix", "schema.history.internal.kafka.topic"] as const;
const ofServer = ["slot.name", "database.server.id"] as const;
const ofDatabase = ["publication.name"] as const;

/**
 * Names that another connector has already. Two connectors on one slot take turns losing changes, and in filtered mode the second
 * one replaces the tables of a publication: the first gets no more changes, without an error. Pure.
 */
export function nameConflicts(
  { name, config }: { readonly name: string; readonly config: Config },
  others: readonly { readonly name: string; readonly config: Config }[],
): readonly CodedFault[] {
  return others
    .filter((other) => other.name !== name)
    .flatMap((other) => {
      const isSameServer = same(config, other.config, ["database.hostname", "database.port"]);
      const isSameDatabase = isSameServer && same(config, other.config, ["database.dbname"]);
      const options = [
        ...ofCluster,
        ...(isSameServer ? ofServer : []),
        ...(isSameDatabase ? ofDatabase : []),
      ];
      return options
        .filter((option) => config[option] !== undefined && config[option] === other.config[option])
        .map((option) => conflict(option, other.name));
    });
}

function conflict(option: string, other: string): CodedFault {
  return {
    code: "connect.name_taken",
    path: `config.${option}`,
    message: `The connector ${other} has this one.`,
    suggestion: "Choose another name; it can never be changed later.",
  };
}

function same(one: Config, other: Config, options: readonly string[]): boolean {
  return options.every((option) => (one[option] ?? "").toLowerCase() === (other[option] ?? "").toLowerCase());
}
