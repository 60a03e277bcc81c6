/** What one code means to a person, a browser and a shell. */
export interface CodeEntry {
  readonly title: string;
  /** HTTP status when the admin API answers with it. */
  readonly status: number;
  /** Exit code when a command ends with it: 1 unexpected, 2 usage, 3 environment, 4 conflict, 5 not allowed, 6 waited too long, 7 in part. */
  readonly exit: number;
  /** What to do next, in one sentence. */
  readonly remedy: string;
}

const entry = (title: string, status: number, exit: number, remedy: string): CodeEntry => ({
  title,
  status,
  exit,
  remedy,
});

/**
 * The register of every code. A code is never renamed or reused; the same string stands in the API's problem,
 * the log field, the metric label, the CLI line and the heading in `docs/errors.md`.
 */
export const codes = {
  // Configuration of the program.
  "config.invalid": entry(
    "The configuration is wrong",
    500,
    2,
    "Mend every value listed; each line says what to write instead.",
  ),
  "config.listen_without_token": entry(
    "Refusing to listen beyond loopback without a token",
    500,
    2,
    "Set GLUTTONY_ADMIN_TOKEN or GLUTTONY_ADMIN_TOKEN_FILE, or listen on 127.0.0.1.",
  ),

  // Consumers.
  "consumer.invalid": entry("The consumer's row is wrong", 422, 2, "Mend the columns or keys listed."),
  "consumer.not_found": entry("No such consumer", 404, 2, "List the consumers to see their names and ids."),
  "consumer.name_taken": entry("A consumer of this name exists", 409, 4, "Choose another name."),
  "consumer.stale_revision": entry(
    "The consumer was changed meanwhile",
    412,
    4,
    "Read it again and repeat the change on the new revision.",
  ),
  "consumer.revision_required": entry(
    "The revision seen is missing",
    428,
    4,
    "Send If-Match with the ETag of the consumer you read.",
  ),
  "consumer.stopped": entry(
    "The consumer was stopped by a person",
    409,
    4,
    "Set is_valid to true to run it.",
  ),
  "consumer.unobserved": entry(
    "No host reports this consumer",
    503,
    3,
    "See whether a host is up: gluttony serve.",
  ),
  "consumer.topic_conflict": entry(
    "Another connector already writes this topic",
    409,
    4,
    "Give the consumer a topic of its own.",
  ),

  // Handlers and plugins.
  "handler.ref_invalid": entry(
    "handler_func cannot be read",
    422,
    2,
    "Write [scheme:]package[@range][#export], for example empi or npm:@acme/hello@^1#onChange.",
  ),
  "handler.not_found": entry(
    "The plugin has no handler of this name",
    422,
    2,
    "Name one of the handlers that the manifest lists.",
  ),
  "handler.ambiguous": entry(
    "The plugin has several handlers",
    422,
    2,
    "Add #export with one of the names listed.",
  ),
  "handler.config_invalid": entry(
    "The handler's configuration is wrong",
    422,
    2,
    "Mend the keys listed under configuration.handler.",
  ),
  "handler.deadline": entry(
    "The handler did not answer in time",
    500,
    1,
    "See what the handler waits for; raise delivery.deadlineMs only if it is meant to take that long.",
  ),
  "handler.threw": entry(
    "The handler threw an error it did not classify",
    500,
    1,
    "Read the plugin's log; throw HandlerError with a kind in the handler.",
  ),
  "plugin.not_installed": entry(
    "No release of the plugin is installed and active",
    422,
    2,
    "Install it: gluttony plugin install FILE.tgz",
  ),
  "plugin.no_release_in_range": entry(
    "No active release is in the range asked for",
    422,
    2,
    "Install a release in the range, or change the range in handler_func.",
  ),
  "plugin.manifest_invalid": entry(
    "The plugin's manifest is wrong",
    422,
    2,
    "Mend the field gluttony in the plugin's package.json.",
  ),
  "plugin.protocol_unsupported": entry(
    "The plugin speaks no protocol of this host",
    422,
    2,
    "Upgrade the side that is named.",
  ),
  "plugin.entry_missing": entry(
    "The plugin's entry file is missing",
    422,
    2,
    "Build the plugin before packing it.",
  ),
  "plugin.dependency_missing": entry(
    "A dependency of the plugin is missing",
    422,
    2,
    "Bundle the plugin's dependencies into its package.",
  ),
  "plugin.import_failed": entry(
    "The plugin's code throws while loading",
    422,
    2,
    "Read the plugin's log and mend its top-level code.",
  ),
  "plugin.export_missing": entry(
    "The plugin does not export the handler its manifest lists",
    422,
    2,
    "Export the handler under the name in the manifest, made with defineHandler.",
  ),
  "plugin.start_timeout": entry(
    "The plugin's cell did not start in time",
    500,
    1,
    "See whether the plugin's setup waits for something.",
  ),
  "plugin.crashed": entry(
    "The plugin's process ended while it held this record",
    500,
    1,
    "Read the plugin's log; replay the record after mending the plugin.",
  ),
  "plugin.quarantined": entry(
    "The plugin's process ended too often",
    503,
    1,
    "Install a mended release, or start the consumer again.",
  ),
  "plugin.protocol_violation": entry(
    "The plugin's process broke the cell protocol",
    500,
    1,
    "Use the SDK of this host's protocol.",
  ),
  "plugin.memory": entry(
    "The plugin's process used too much memory",
    500,
    1,
    "Raise limits.memoryMb or mend the leak.",
  ),
  "plugin.permission_missing": entry(
    "The plugin asks for a permission that was not granted",
    422,
    5,
    "Install the release again with --grant, or choose another plugin.",
  ),
  "plugin.tree_changed": entry(
    "The installed files differ from what was installed",
    422,
    1,
    "Install the release again.",
  ),
  "plugin.already_installed": entry(
    "Another release of this name and version is installed",
    409,
    4,
    "Raise the version of the package.",
  ),
  "plugin.archive_invalid": entry(
    "The package file cannot be installed",
    422,
    2,
    "Pack it again with npm pack.",
  ),

  // Records.
  "record.too_large": entry(
    "The record is larger than the limit",
    422,
    1,
    "Raise delivery.recordBytesMax, or exclude the column at the connector.",
  ),
  "record.too_deep": entry(
    "The record is nested deeper than the limit",
    422,
    1,
    "See what wrote it; Debezium never nests that deep.",
  ),
  "record.not_json": entry(
    "The record is not JSON",
    422,
    1,
    "See which converter the connector uses; JSON is understood.",
  ),
  "record.not_a_change": entry(
    "The record is JSON but not a Debezium change",
    422,
    1,
    "See what writes the topic.",
  ),
  "record.format_not_yet": entry(
    "This record format is not supported yet",
    422,
    1,
    "Use the JSON converter, with or without schemas.",
  ),
  "record.data_source_not_yet": entry(
    "Changes of this database are not decoded yet",
    422,
    1,
    "PostgreSQL is supported.",
  ),
  "record.value_invalid": entry("A value does not fit its schema", 422, 1, "See what wrote the record."),
  "record.key_invalid": entry(
    "The record's key cannot be read for global_key",
    422,
    1,
    "Compare global_key with the key columns of the table.",
  ),
  "record.key_unavailable": entry(
    "The columns of global_key are not in the record",
    422,
    1,
    "Give the table REPLICA IDENTITY FULL, and say so in delivery.replicaIdentity.",
  ),

  // Targets.
  "target.not_granted": entry(
    "The plugin may not call this origin",
    422,
    5,
    "Grant the origin when installing the plugin.",
  ),
  "target.unreachable": entry(
    "The target cannot be reached",
    502,
    1,
    "See whether the target is up; records wait and are retried.",
  ),
  "target.timeout": entry(
    "The target did not answer in time",
    504,
    1,
    "See why the target is slow; the record is retried with the same idempotency key.",
  ),
  "target.reset": entry(
    "The target closed the connection before answering",
    502,
    1,
    "See the target's log; the record is retried with the same idempotency key.",
  ),
  "target.answer_too_large": entry(
    "The target's answer is larger than the limit",
    502,
    1,
    "See what the target answers.",
  ),
  "target.address_refused": entry(
    "The target's address is not allowed",
    422,
    5,
    "Use an address that is not reserved for machine metadata.",
  ),
  "target.busy": entry(
    "Too many calls to the target are waiting",
    503,
    1,
    "None: the record waits and is retried; see whether the target is slow.",
  ),
  "target.request_invalid": entry(
    "The plugin's call cannot be sent as it is",
    422,
    1,
    "Mend the call in the plugin: the message says what is wrong with it.",
  ),
  "target.answer_invalid": entry(
    "The target's answer cannot be read",
    502,
    1,
    "See what the target answers; a login page is a common cause.",
  ),

  // Kafka.
  "kafka.unreachable": entry(
    "No Kafka broker can be reached",
    503,
    3,
    "See KAFKA_HOST and whether the brokers are up.",
  ),
  "kafka.topic_missing": entry(
    "The topic does not exist",
    422,
    3,
    "Create the topic, or give the consumer a conn_string so that its connector is made.",
  ),
  "kafka.topic_recreated": entry(
    "The topic was deleted and made again",
    409,
    4,
    "Decide from where to read: the numbers are shown.",
  ),
  "kafka.offset_out_of_range": entry(
    "The position lies outside of the log",
    409,
    4,
    "Decide from where to read: the numbers are shown.",
  ),
  "kafka.offset_moved": entry(
    "The committed offset was moved from outside",
    409,
    4,
    "Decide which position holds: the numbers are shown.",
  ),
  "kafka.refused": entry(
    "The broker refused a request",
    502,
    3,
    "See the type of the refusal, and what the broker's log says of it.",
  ),
  "kafka.session_lost": entry(
    "The consumer lost its place in the group",
    503,
    1,
    "None: it joins again by itself.",
  ),
  "kafka.version_unsupported": entry(
    "The guards do not know this version of kafkajs",
    500,
    3,
    "Install kafkajs 2.2.4.",
  ),
  "kafka.batch_unreadable": entry(
    "A batch of the topic cannot be read",
    500,
    1,
    "See the codec and the broker's log; the offset is shown.",
  ),

  // Kafka Connect.
  "connect.unreachable": entry(
    "Kafka Connect cannot be reached",
    503,
    3,
    "See CONNECT_HOST and whether the worker is up.",
  ),
  "connect.not_configured": entry(
    "The consumer needs a connector and CONNECT_HOST is not set",
    422,
    2,
    "Set CONNECT_HOST, or leave conn_string empty and name an existing topic.",
  ),
  "connect.rejected": entry(
    "Kafka Connect refused the connector's configuration",
    422,
    2,
    "Mend the fields listed.",
  ),
  "connect.busy": entry("Kafka Connect is rebalancing", 503, 6, "None: it is tried again by itself."),
  "connect.failed": entry(
    "The connector or its task failed",
    502,
    1,
    "Read the worker's log; restart the connector.",
  ),
  "connect.conn_string_invalid": entry(
    "conn_string cannot be read",
    422,
    2,
    "Write postgresql://user:password@host:port/database, or a reference such as ${env:NAME}.",
  ),
  "connect.data_source_not_yet": entry(
    "Connectors of this database are not made yet",
    422,
    2,
    "Create the connector yourself and name its topic, or use postgresql.",
  ),
  "connect.replica_identity": entry(
    "The table's replica identity does not carry global_key",
    422,
    2,
    "ALTER TABLE … REPLICA IDENTITY FULL, or use the primary key's columns.",
  ),
  "connect.source_unreachable": entry(
    "The source database cannot be reached",
    503,
    3,
    "See conn_string and whether the database is up.",
  ),
  "connect.table_missing": entry(
    "The source table does not exist",
    422,
    2,
    "See capture_schema and capture_table.",
  ),

  // Hosts.
  "host.silent": entry(
    "The host has said nothing for some time",
    503,
    3,
    "See whether the host runs and reaches gluttony's database.",
  ),

  // Postgres.
  "database.unreachable": entry(
    "gluttony's database cannot be reached",
    503,
    3,
    "See DATABASE_URL and whether Postgres is up.",
  ),
  "database.not_migrated": entry(
    "The database lacks this version's schema",
    503,
    3,
    "Run gluttony db migrate.",
  ),
  "database.migration_changed": entry(
    "A migration that ran differs from this version's file",
    503,
    3,
    "Install the gluttony that made the schema, or one newer; never edit its SQL files.",
  ),
  "database.newer_schema": entry(
    "The database was migrated by a newer gluttony",
    503,
    3,
    "Upgrade this host.",
  ),
  "database.adopt_mismatch": entry(
    "An existing cdc.consumer does not have the expected columns",
    409,
    4,
    "Compare the columns listed.",
  ),
  "database.failed": entry("Postgres refused a statement", 500, 1, "Read the cause."),

  // Secrets.
  "secret.master_key_missing": entry(
    "A secret must be encrypted and GLUTTONY_MASTER_KEY is not set",
    422,
    2,
    "Set GLUTTONY_MASTER_KEY or GLUTTONY_MASTER_KEY_FILE to 32 bytes in base64.",
  ),
  "secret.unreadable": entry(
    "A secret cannot be decrypted with this key",
    500,
    2,
    "Set the GLUTTONY_MASTER_KEY with which it was encrypted.",
  ),
  "secret.reference_missing": entry(
    "A secret's reference leads nowhere",
    422,
    2,
    "Set the environment variable or file that the reference names.",
  ),

  // Dead letters.
  "dead_letter.not_found": entry("No such dead letter", 404, 2, "List the dead letters to see their ids."),
  "dead_letter.not_replayable": entry(
    "The dead letter cannot be replayed",
    409,
    4,
    "See its state and whether its consumer runs.",
  ),

  // Requests.
  "request.invalid": entry("The request is wrong", 400, 2, "Mend the fields listed."),
  "request.unauthorized": entry(
    "The token is missing or wrong",
    401,
    5,
    "Send Authorization: Bearer with the admin token.",
  ),
  "request.not_found": entry("No such page", 404, 2, "See the list of routes in the documentation."),
  "request.forbidden": entry(
    "The request comes from another site",
    403,
    5,
    "Open the console by its loopback address, or set GLUTTONY_ADMIN_TOKEN.",
  ),
  "request.media_type_unsupported": entry(
    "The request's content type is not JSON",
    415,
    2,
    "Send Content-Type: application/json.",
  ),
  "request.too_large": entry("The request is too large", 413, 2, "Send less."),

  // The environment of commands.
  "environment.disk_full": entry(
    "There is too little free space",
    500,
    3,
    "Free some space, or name a folder on another disk with GLUTTONY_DATA_DIR or GLUTTONY_CACHE_DIR.",
  ),
  "environment.fetch_failed": entry(
    "The broker and the connectors could not be fetched",
    500,
    3,
    "Check the network and Maven's settings (proxy, mirror), then start again; what was fetched is kept.",
  ),
  "environment.files_changed": entry(
    "Fetched or installed files are not the pinned ones",
    500,
    3,
    "Fetch or install them again; if it stays, the repository answers with other files, so do not use it.",
  ),
  "environment.folder_in_use": entry(
    "The folder is used by another process",
    500,
    3,
    "Stop that process, or name another folder with GLUTTONY_DATA_DIR.",
  ),
  "environment.folder_unreachable": entry(
    "The folder cannot be used",
    500,
    3,
    "Give this user access to it, or name another one with GLUTTONY_DATA_DIR or GLUTTONY_CACHE_DIR.",
  ),
  "environment.java_missing": entry("Java is missing", 500, 3, "Install a JDK of version 17 or newer."),
  "environment.maven_missing": entry("Maven is missing", 500, 3, "Install Maven 3.8 or newer."),
  "environment.port_taken": entry(
    "The port is taken",
    500,
    3,
    "Stop the program that listens there, or name another port.",
  ),
  "environment.process_failed": entry(
    "A process of the local stack ended or could not be started",
    500,
    3,
    "Read the end of the log that is named.",
  ),
  "environment.timed_out": entry(
    "A part of the local stack was not ready in time",
    500,
    3,
    "Read the end of the log that is named; on a busy machine, start again.",
  ),
  "environment.unsupported": entry("This machine cannot run the command", 500, 3, "See the sentence above."),

  "internal.unexpected": entry(
    "Something unexpected happened",
    500,
    1,
    "Report it with the log lines around it.",
  ),
} as const satisfies Record<string, CodeEntry>;

/** A registered code. */
export type Code = keyof typeof codes;

/** Whether a text is a registered code. */
export function isCode(text: string): text is Code {
  return Object.hasOwn(codes, text);
}
