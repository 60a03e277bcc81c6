import type { Code, Fault } from "@gluttony/model";

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
}

export const strictPolicy: ConnectorPolicy = {
  referencePrefixes: [],
  brokers: [],
  registries: [],
  reservedTopics: [],
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
