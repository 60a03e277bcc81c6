/** Records, and the schemas that they name. */
export const recordsCodes = {
  "record.too_large": {
    title: "The record is larger than the limit",
    status: 422,
    exit: 1,
    remedy: "Raise delivery.recordBytesMax, or exclude the column at the connector.",
  },
  "record.too_deep": {
    title: "The record is nested deeper than the limit",
    status: 422,
    exit: 1,
    remedy: "See what wrote it; Debezium never nests that deep.",
  },
  "record.too_wide": {
    title: "The record holds more values than the limit",
    status: 422,
    exit: 1,
    remedy: "See what wrote it; exclude the column that holds so long a list at the connector.",
  },
  "record.number_too_long": {
    title: "The record holds a number that no database can hold",
    status: 422,
    exit: 1,
    remedy: "See what wrote it.",
  },
  "record.not_utf8": {
    title: "The record is not UTF-8",
    status: 422,
    exit: 1,
    remedy: "See what wrote the record; JSON is UTF-8 and nothing else.",
  },
  "record.not_json": {
    title: "The record is not JSON",
    status: 422,
    exit: 1,
    remedy: "See which converter the connector uses; docs/formats.md says what is understood.",
  },
  "record.not_a_change": {
    title: "The record is JSON but not a Debezium change",
    status: 422,
    exit: 1,
    remedy: "See what writes the topic.",
  },
  "record.format_not_yet": {
    title: "This record format is not supported yet",
    status: 422,
    exit: 1,
    remedy: "Use a converter whose records are understood: docs/formats.md.",
  },
  "record.format_unexpected": {
    title: "The record is written in another format than the consumer reads",
    status: 422,
    exit: 1,
    remedy: "See what writes the topic, or set delivery.format to auto.",
  },
  "record.framing_invalid": {
    title: "The record begins like a schema's id and is cut short",
    status: 422,
    exit: 1,
    remedy: "See which converter the connector uses.",
  },
  "record.schema_unknown": {
    title: "Nobody knows the schema that the record names",
    status: 422,
    exit: 1,
    remedy:
      "Does GLUTTONY_SCHEMA_REGISTRY name the registry that the connector writes to? Then replay the record.",
  },
  "record.schema_invalid": {
    title: "The schema that the record names cannot be used",
    status: 422,
    exit: 1,
    remedy: "See the schema in its registry; the message says what is wrong.",
  },
  "record.binary_invalid": {
    title: "The record's bytes do not fit the schema that they name",
    status: 422,
    exit: 1,
    remedy: "See whether the registry was changed or restored: an id must always mean the same schema.",
  },
  "record.data_source_unknown": {
    title: "Changes of this connector are not understood",
    status: 422,
    exit: 1,
    remedy: "PostgreSQL, SQL Server, Oracle, MySQL and MariaDB are supported.",
  },
  "record.value_invalid": {
    title: "A value does not fit its schema",
    status: 422,
    exit: 1,
    remedy: "See what wrote the record.",
  },
  "record.key_invalid": {
    title: "The record's key cannot be read for global_key",
    status: 422,
    exit: 1,
    remedy: "Compare global_key with the key columns of the table.",
  },
  "record.key_unavailable": {
    title: "The columns of global_key are not in the record",
    status: 422,
    exit: 1,
    remedy: "Give the table REPLICA IDENTITY FULL, and say so in delivery.replicaIdentity.",
  },
  "registry.not_configured": {
    title: "The record names a schema, and the host knows no registry",
    status: 422,
    exit: 3,
    remedy: "Set GLUTTONY_SCHEMA_REGISTRY on every host, then replay the record.",
  },
  "registry.unavailable": {
    title: "The schema registry cannot be asked",
    status: 503,
    exit: 3,
    remedy: "Bring it back; records wait for it and none is parked.",
  },
  "registry.refused": {
    title: "The schema registry refuses the host",
    status: 502,
    exit: 5,
    remedy: "Set GLUTTONY_SCHEMA_REGISTRY_LOGIN or GLUTTONY_SCHEMA_REGISTRY_TOKEN.",
  },
  "registry.not_understood": {
    title: "The address of the schema registry does not answer as one",
    status: 502,
    exit: 3,
    remedy:
      "Write the base of its Confluent-compatible interface into GLUTTONY_SCHEMA_REGISTRY; redirects are not followed.",
  },
} as const;
