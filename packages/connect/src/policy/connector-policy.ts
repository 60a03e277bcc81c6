import type { Code, DataSourceName, Fault } from "@gluttony/model";

/** What a deployer allows beyond the lists; a person who writes a connector cannot change it. */
export interface ConnectorPolicy {
  /** How references to the worker's secrets may begin, such as `file:/run/secrets/`. None when empty. */
  readonly referencePrefixes: readonly string[];
  /** Brokers that a schema history may be kept on, as `host:port`. */
  readonly brokers: readonly string[];
  /** Origins of schema registries, such as `http://registry:8081`. */
  readonly registries: readonly string[];
  /** Topics that no connector may write, beside Kafka's own: the worker's, and those of gluttony. */
  readonly reservedTopics: readonly string[];
  /** How the names of connectors that people write must begin. Any way when empty. */
  readonly namePrefixes: readonly string[];
  /** Databases whose connectors may be made, of those on the list; null for all of them. */
  readonly sources: readonly DataSourceName[] | null;
  /** Classes of transforms that may be used, of those on the list; null for all of them. */
  readonly transforms: readonly string[] | null;
}

export const strictPolicy: ConnectorPolicy = {
  referencePrefixes: [],
  brokers: [],
  registries: [],
  reservedTopics: [],
  namePrefixes: [],
  sources: null,
  transforms: null,
};

/** A fault of a connector's configuration, with its own code. */
export interface ConfigFault extends Fault {
  readonly code: Extract<
    Code,
    | "connect.option_malformed"
    | "connect.option_denied"
    | "connect.option_unknown"
    | "connect.class_denied"
    | "connect.value_denied"
    | "connect.reference_denied"
    | "connect.config_too_large"
  >;
}
