// What `docs/errors.md` says of each code beside the register: what it means and what is typically seen.
export const notes = {
  "config.invalid":
    "One or more settings of the environment cannot be used; all of them are listed at once. Typical: `KAFKA_HOST` with a scheme, a name that begins with `GLUTTONY_` and is misspelt, a secret given both directly and as a file.",
  "config.listen_without_token":
    "The admin API would be open to the network. Typical: `GLUTTONY_ADMIN_LISTEN=0.0.0.0:8180` in a container.",
  "consumer.invalid":
    "The row, or the body of a request, has faults; each is listed with its path. Typical: an unknown key in `configuration`, a topic that cannot be derived, a `global_key` column that the table does not have.",
  "consumer.not_found": "No row has this name or id.",
  "consumer.name_taken": "Names are unique.",
  "consumer.stale_revision": "Somebody changed the row after it was read; nothing was written.",
  "consumer.revision_required":
    "A change must say which revision it was made on. The command line does so by itself; scripts often forget it.",
  "consumer.stopped":
    "The cause of the state `stopped`: `is_valid` is false. Also the answer to a pause, a resume or a restart of such a consumer.",
  "consumer.paused":
    "The cause of the state `paused`; its facts say who, why, since when and until when. The consumer keeps its place in the group and its partitions, what was under way has ended, and nothing is handed to the handler.",
  "consumer.reason_required": "A pause and a stop are kept with a reason, which the next person reads.",
  "consumer.revision_unknown":
    "Revisions are kept from 1 to the present one, also of a consumer that was deleted and made again.",
  "operation.not_found": "No operation has this id, or it belongs to a consumer that you may not see.",
  "operation.ended": "It came to its end before it could be cancelled.",
  "operation.not_cancellable": "What it does cannot be taken back, such as the beginning anew of a restart.",
  "operation.cancelled": "A person called it off; what was asked before is asked again.",
  "operation.superseded":
    "Another start, pause, resume, stop or change of `is_valid` came before it was seen to be done.",
  "operation.timed_out":
    "The hosts did not say in time that it is so. Typical: a handler that does not start, an attempt that takes very long, no host that is up.",
  "consumer.unobserved":
    "The cause of the state `unknown`: the row is there, and no host has said anything of it. Typical: none runs, or it uses another database.",
  "consumer.group_shared":
    "Kafka would split the records of the topic between the two consumers, and each would lack what the other got. The younger one does not run.",
  "consumer.topic_conflict":
    "A connector of another table already writes the topic; two tables in one topic would mix their keys.",
  "handler.ref_invalid":
    "`handler_func` does not follow its grammar; the column of the first fault is named. Typical: a tag such as `@latest`, a bare name that is not shipped (`npm:` is missing), a path.",
  "handler.not_found": "The release is there, the handler after `#` is not in its manifest.",
  "handler.ambiguous": "The plugin has more than one handler and `handler_func` names none.",
  "handler.config_invalid":
    "`configuration.handler` does not fit the schema of the handler; every fault is listed. Typical: `${env:EMPI_HOST}` is the default and `EMPI_HOST` is not set.",
  "handler.config_refused":
    "The settings fit the JSON Schema, but the schema that the author wrote with a library (Zod, Valibot, ArkType) says no, in a refinement for example. Paths are named, values never. It is asked before a record meets the settings: what ran goes on with the old ones, and a consumer that starts is blocked.",
  "handler.build_failed":
    "The compiler's errors are listed, each with file, line and column. Typical: a dependency that is not installed, or one with native code, which cannot be bundled.",
  "handler.sample_invalid":
    "`gluttony handler` tries a handler on the records and settings in its folder `fixtures`, or in the files that its options name. One of them is no JSON of the form asked for. Its content is never shown.",
  "handler.promise_broken":
    "The conformance suite tried the handler in a process of its own and in a cell; what it found is listed, with the code of each broken promise.",
  "handler.tests_failed": "The script `test` of the package ended with another code than 0.",
  "handler.npm_failed":
    "`gluttony handler pack` and `publish` let npm write and send the package. Typical for `publish`: nobody is logged in, or the version exists already.",
  "handler.aborted": "The partition moved to another host, or this one stops. Harmless.",
  "handler.deadline":
    "The handler did not end by `delivery.deadlineMs`. When it gave up as its signal asked, the record is tried again; when it did not even end in `delivery.graceMs`, its process was killed and the record is parked.",
  "handler.result_invalid":
    "An outcome is nothing, or `{ filtered: rule }`. Typical: a handler that returns the target's response.",
  "handler.threw":
    "An error without a kind, counted as `transient`. Its class and place in the plugin are shown, never its message: that may hold row values. Typical: reading a column that is absent.",
  "plugin.not_installed":
    "No active release has this package name on record. Typical: installed into another database.",
  "plugin.no_release_in_range":
    "There are active releases, but none in the range; they are listed. A pre-release counts only when it is named exactly.",
  "plugin.manifest_invalid":
    "The manifest is read without running code; every fault is listed with its path. Typical: `entry` is no key of `exports`, the schema uses a keyword that does not exist.",
  "plugin.protocol_unsupported":
    "Plugin and host have no cell protocol in common; the facts name the side to upgrade.",
  "plugin.entry_missing":
    "The manifest names a file that is not in the package. Typical: packed before it was built, or left out by `files`.",
  "plugin.dependency_missing":
    "Nothing is fetched at install, so a plugin must bring its dependencies along.",
  "plugin.import_failed":
    "The entry was found and threw while it was loaded. Typical: top-level code that reads a file or the environment, which a cell does not have.",
  "plugin.export_missing":
    "The entry was loaded and lacks the export, or the export was not made by `defineHandler`.",
  "plugin.handler_differs":
    "The export was made by `defineHandler` under another name than the one in the manifest; logs and metrics would name a handler that nobody finds.",
  "plugin.import_never_settled":
    "The process greets and beats, but the import of the plugin's entry does not come to its end. Typical: a top-level `await` on something that never happens, such as a connection, which a cell does not have.",
  "plugin.node_unsupported":
    "The package's `engines.node` does not hold the version of the Node that runs cells, which is the host's own unless `GLUTTONY_CELL_NODE` names another.",
  "plugin.isolation_unavailable":
    "The manifest's `isolation.min` asks for a user (`user`) or namespaces (`namespace`) of its own. A user needs a host that runs as root, `setpriv`, and files that this user can read: the folder that it cannot pass is named.",
  "state.key_invalid": "A key of `context.state` is empty, longer than 200 characters, or no text.",
  "state.value_invalid": "A value of `context.state` is no JSON, or more than 64 KiB of it.",
  "state.full": "A new key beyond the bound; values under known keys can still be written.",
  "state.unavailable": "The handler's memory lies sealed in gluttony's database. The attempt is tried again.",
  "secret.not_granted":
    "`context.secret` named a secret that the manifest does not ask for, or that nobody granted to this release.",
  "plugin.rolled_back":
    "In its first minutes more of the new release's attempts failed by its own fault than the consumer bears (`configuration.plugin`), and the release before had not failed so. This host went back by itself; what was parked meanwhile can be replayed. The consumer is pinned to the release before, on every host; the plugin's history says which host went back and why, and `gluttony plugin unpin` lifts it.",
  "plugin.swapped":
    "A line of a consumer's history: the release that serves it, or its settings, changed while it ran. The group was not left.",
  "plugin.host_closed": "A cell was asked for while the host stops. Harmless.",
  "plugin.start_timeout":
    "The process did not say that it is ready, or `setup` did not end in time. It is tried again. Typical: a very busy machine.",
  "plugin.start_killed":
    "Something outside ended the process (SIGKILL, SIGTERM, SIGINT, SIGHUP) before the plugin was ready.",
  "plugin.crashed":
    "The process ended by itself. A record that does so twice while it is alone is parked with this code.",
  "plugin.quarantined":
    "Five deaths in ten minutes for which no single record was to blame, or more than thirty records that end the process each by itself. The consumers of the release are blocked; once all of them have stopped, starting them gives the plugin a fresh cell.",
  "plugin.protocol_violation":
    "The process wrote something else than frames, or more than it may. It is killed, and that counts as a death.",
  "plugin.memory":
    "The resident memory passed the manifest's `limits.memoryMb` and what Node itself needs, or the heap was full. The process is killed or ends itself, and that counts as a death. A process that fills up slowly is replaced before, without a death; a record that alone fills two of them is parked.",
  "plugin.permission_missing": "The manifest asks for origins that nobody granted; they are listed.",
  "plugin.tree_changed":
    "The files in the store are not those that were installed, and the package file could not be taken from the database either; the cause stands beside it. Nothing of them is run, and it is tried again every few seconds. Typical: an edit by hand of a release that an older version installed.",
  "plugin.already_installed": "A version is one content for ever; this one exists with another content.",
  "plugin.release_missing":
    "The folder of the release is not in this host's store, and its package file could not be taken from the database. The consumer waits and it is tried again every few seconds. Typical: the release was installed by a version that kept no files.",
  "plugin.file_missing":
    "The cause of `plugin.release_missing` for releases that were installed by an older version.",
  "plugin.file_changed":
    "The bytes in the database do not hash to what the release says, or unpack to another tree. Nothing of them is used.",
  "plugin.policy_invalid":
    "The policy says which packages may come from a registry, and how sure their origin must be. Nothing is installed while it has faults.",
  "plugin.not_allowed":
    "What no rule matches is refused; without a policy that is everything. Typical: a misspelt name, a scope that nobody has looked at yet.",
  "plugin.look_alike":
    "The name differs from that of an installed or shipped plugin so little that people would take one for the other, or has letters that only look like others. Names of one scope are never compared: they have one owner.",
  "plugin.registry_invalid":
    "Typical: a login inside the address, an environment variable that is not set, a token for an address that is not https.",
  "plugin.registry_unreachable":
    "It was tried a few times. Typical: no connection, answers that never end or are cut off, errors of the 500 family.",
  "plugin.registry_login_refused": "Without a token the registry is asked as nobody.",
  "plugin.not_published": "Many registries answer so, too, when the token may not see the package.",
  "plugin.version_not_published":
    "The package is there; no version of it is in the range. Pre-releases count only when they are named exactly. Typical: unpublished meanwhile.",
  "plugin.metadata_invalid": "Typical: a login page, a proxy's error page.",
  "plugin.metadata_mismatch":
    "The entry is of another name or version than was asked for, as when signed metadata are replayed.",
  "plugin.origin_refused":
    "The registry points or redirects to an origin that is neither its own nor allowed by the policy. Nothing was sent there.",
  "plugin.integrity_missing": "A package file that nothing is known of could be anything.",
  "plugin.integrity_wrong":
    "What was downloaded does not hash to what the registry says. Typical: a file that was changed or cut short.",
  "plugin.package_mismatch": "Its package.json names another package or version than the registry did.",
  "plugin.too_young":
    "Malicious releases are mostly found within days. Typical: a version that was published an hour ago.",
  "plugin.age_unknown":
    "The time is missing or lies in the future, so that the release cannot be known to be old enough.",
  "plugin.signature_missing":
    "The policy asks for a signature and the registry serves none: mirrors often leave them out.",
  "plugin.signature_key_unknown": "Keys are never taken from the registry itself.",
  "plugin.signature_key_expired": "The package was published after the key's last day.",
  "plugin.signature_wrong": "The signature is not of this name, version and content.",
  "plugin.provenance_missing":
    "The policy asks who built the package from which source, and nothing says so.",
  "plugin.provenance_of_another": "What was attested is not this content under this name and version.",
  "plugin.provenance_unverified":
    "The signature of the attestation is wrong, or the public roots of trust cannot be reached.",
  "plugin.identity_wrong":
    "The provenance is genuine, but names another repository, workflow or reference than is pinned for this package.",
  "plugin.ref_invalid":
    "A command on an installed release needs its exact version; nothing is guessed. Typical: a range, a tag, a version left away.",
  "plugin.reason_invalid": "Reasons are kept in `cdc.plugin_deed` beside who did what.",
  "plugin.shipped":
    "First-party plugins lie in the host itself; they are neither installed nor activated, and no package can take their name.",
  "plugin.release_unknown": "The plugin is there, this version of it is not; the installed ones are listed.",
  "plugin.not_active": "Only an active release can be deactivated.",
  "plugin.not_pinned": "There is nothing to take away.",
  "plugin.not_shadowed": "There is nothing to turn off.",
  "plugin.no_previous":
    "The release that served before is remembered at every activation and pin; here none served. Typical: the first release of a plugin, or a consumer that was rolled back already.",
  "plugin.still_needed":
    "The consumers that are listed have a release now and would have none afterwards. Nothing was changed. Typical: the last release in a range, a row that names exactly the release.",
  "plugin.pin_out_of_range":
    "A pin chooses within the range in `handler_func`, never against it. As a consumer's cause: the row was changed after the consumer was pinned.",
  "plugin.consumer_uses_another":
    "A pin counts only for the plugin that the consumer's `handler_func` names.",
  "plugin.release_active":
    "An active release may be started by any host at any time, so its files must stay.",
  "plugin.release_pinned": "The consumers are listed.",
  "plugin.release_shadows": "The consumers are listed.",
  "plugin.release_previous":
    "It is kept, so that going back needs no network. Listed are the active releases, or the pinned consumers, that came from it.",
  "plugin.release_named":
    "The version stands in `handler_func` of the consumers listed, so nothing else could serve them.",
  "plugin.archive_invalid":
    "The file is no package, too large, or holds links, native code or names that clash.",
  "record.too_large":
    "Key and value together exceed `delivery.recordBytesMax`. The record is parked without an attempt.",
  "record.too_deep": "Nesting beyond `delivery.depthMax`. The record is parked without an attempt.",
  "record.not_json":
    "The message says from about which byte on; an empty value and a byte-order mark are named. Typical: the connector writes Avro, or the topic has another writer.",
  "record.not_a_change":
    "Neither Debezium's envelope, nor a row that one was flattened to: such a row holds the columns of its key, has the connector's headers, or only columns that `configuration.decoding` declares. Typical: the topic has another writer.",
  "record.format_not_yet":
    "The record is of a kind that is known and not decoded: Protobuf as Apicurio frames it, Avro in its encoding as JSON, or a schema that Apicurio's headers name without an id.",
  "record.format_unexpected":
    "`delivery.format` pins one format. Typical: a topic with records from before a converter was changed.",
  "record.framing_invalid":
    "A value that begins with a zero byte must go on with a schema's id of four or eight bytes, which is not 0.",
  "record.schema_unknown":
    "The registry answered that it does not have the id, or a schema that this one refers to. Typical: the registry of another environment, or random bytes that begin with zero.",
  "record.schema_invalid":
    "The schema is larger than 1 MiB, refers to too many others, or names types that are not there.",
  "record.binary_invalid":
    "Avro or Protobuf data ends too early, goes on behind its end, is nested too deep or claims more items than it has bytes. It is told before anything is made of it.",
  "registry.not_configured":
    "The record begins with a schema's id, as Avro, Protobuf and JSON Schema converters write it. Without a registry only JSON is read.",
  "registry.unavailable":
    "It does not answer, is too slow, or answers with a server error. The record waits like one whose target is down.",
  "registry.refused":
    "It answered 401 or 403. The consumer is blocked, since every new schema would be refused.",
  "registry.not_understood":
    "It redirects, or answers an unknown path in words that are not a registry's. Were that an unknown schema, a wrong address would park every record.",
  "change.file_unreadable":
    "`gluttony change decode`, or `gluttony types generate`, was given a file that is not there, not readable, or no file of records.",
  "record.too_wide":
    "Refused before anything is made of it: a few megabytes of empty objects would take some hundred megabytes of memory.",
  "record.number_too_long":
    "PostgreSQL's longest number has some 147,000 digits. Reading a longer one costs more than its length and would hold up the process.",
  "record.not_utf8":
    "The message says from which byte on, and whether the bytes could be GBK. Typical: a writer that is not Kafka Connect, or one with a Chinese system's default encoding.",
  "types.source_missing":
    "`gluttony types generate` reads a database's catalogue or a file of records; it was given neither.",
  "types.table_missing":
    "`gluttony types` looked into the catalogue of the source. Typical: letters in another case, or the schema was left out and is not `public`.",
  "types.nothing_found":
    "Only inserts, updates and rows of snapshots say which columns a table has. Typical: `--table` names none of the tables in the file.",
  "change.line_invalid":
    "`gluttony change decode` read a line that is no JSON object, or whose base64 or headers are wrong.",
  "record.data_source_unknown": "The change comes from a connector of another database.",
  "record.value_invalid": "A column's value contradicts the schema in the record.",
  "record.key_invalid": "The record's key is not readable, or its columns are not those of `global_key`.",
  "record.key_unavailable":
    "Neither the record's key nor the row that is sent holds the columns of `global_key`. Typical: a delete under the default replica identity.",
  "target.not_granted":
    "A handler called an origin that was not granted. It fails for every record, so the consumer is blocked.",
  "target.call_refused": "The cell refused to pass the call on. Typical: a promise that nobody waits for.",
  "target.request_too_large": "The body that the handler made is too large.",
  "target.unreachable":
    "No connection: name, network, or the target is down. Nothing was sent, so a retry repeats nothing.",
  "target.timeout": "The request was sent and no whole answer came in time; the target may have acted.",
  "target.reset":
    "The request was sent and the connection ended before the answer was whole; the target may have acted.",
  "target.answer_too_large": "The answer's body exceeds 8 MiB. The record is parked.",
  "target.address_refused":
    "The name leads to an address of cloud metadata, link-local, multicast or a reserved range. Loopback and private addresses are allowed.",
  "target.busy": "More than 1,024 calls to one origin wait for their turn on this host.",
  "target.request_invalid":
    "The host checks a call before it makes it: URL, method, headers. A header that steers the connection is a fault of the handler's code and blocks; a value that no header line can hold parks the record.",
  "target.answer_invalid":
    "Not HTTP, or not JSON where the handler asked for JSON. Typical: a proxy's error page.",
  "kafka.unreachable": "No broker answers. Records stay where they are; it is tried again.",
  "kafka.topic_missing": "The topic is not there, or was deleted while it was read.",
  "kafka.topic_recreated":
    "The topic's id is not the one that was remembered, so the remembered mark means nothing in it. The partition is blocked and nothing is reset.",
  "kafka.offset_out_of_range":
    "The position lies before the log's start or beyond its end. Typical: the consumer stood still for longer than the topic's retention, so records are gone; or a restored broker.",
  "kafka.offset_moved":
    "The group's committed offset lies beyond our mark: somebody reset it with another tool, or another program uses the group.",
  "kafka.refused": "Typical: missing rights on the topic or the group.",
  "kafka.session_lost":
    "The group gave the partitions to others, mostly after a pause of the process or the network.",
  "kafka.version_unsupported":
    "The guards reach into kafkajs and know one version; with any other one they would guard nothing.",
  "kafka.batch_unreadable":
    "A record batch is damaged, or compressed in an unknown way. The partition is blocked before it; nothing is skipped.",
  "connect.unreachable":
    "No worker of `CONNECT_HOST` answers. Consumers whose connector runs go on; those that start wait.",
  "connect.not_configured":
    "The row has a `conn_string`, so its connector is ours to make, and no worker is named.",
  "connect.rejected":
    "Kafka Connect's own validation, or the source itself (`wal_level`, the binlog, no capture instance), refused the connector. Values are masked.",
  "connect.busy": "A worker joined or left.",
  "connect.failed":
    "The connector or its task is `FAILED`, or did not run within a minute. The end of its trace is shown, scrubbed.",
  "connect.conn_string_invalid":
    "The connection string is no URL of the data source, or holds a placeholder that Kafka Connect would replace. It is never repeated.",
  "connect.data_source_not_yet": "The source is of no database whose tables can be listed.",
  "connect.replica_identity":
    "A delete would carry no value, or an invented one, for a column of `global_key`, and changes of different subjects would share a key.",
  "connect.source_unreachable":
    "The host looks at the source table before it makes the connector, and the database did not answer.",
  "connect.login_refused":
    "The source database is there and does not let the user in, or not into this database.",
  "connect.table_missing": "Typical: upper and lower case, or the user may not see the table.",
  "connect.outcome_unknown":
    "The answer to a restart got lost. It is not repeated by itself: a second restart would be one more.",
  "connect.access_denied": "The worker, or a proxy before it, answered 401 or 403.",
  "connect.not_supported":
    "Found out by the worker's version before it is asked, or by its answer that it knows no such call.",
  "connect.connector_missing": "Kafka Connect knows no connector of this name.",
  "connect.name_invalid":
    "A connector's name becomes part of a path; Kafka Connect can neither read nor delete a name with a slash again.",
  "connect.option_malformed": "Whoever reads the name leniently would read another one.",
  "connect.option_denied":
    "It would load code, read files, call servers or override the worker's own clients.",
  "connect.option_unknown":
    "Options are an allow-list, per class of connector, transform, predicate and converter.",
  "connect.class_denied":
    "Connectors, transforms, predicates and converters are an allow-list: a class can do anything on the worker's machine.",
  "connect.value_denied": "The value is never repeated: it may hold a secret.",
  "connect.reference_denied": "`${…}` is replaced by the worker with its own files and environment.",
  "connect.config_too_large": "More options than any connector has.",
  "connect.secret_masked": "A mask that is sent back means the stored secret; here none is stored.",
  "connect.option_immutable": "Offsets, the slot or the schema history are kept under it.",
  "connect.name_taken":
    "Slots, publications, topic prefixes, server ids and history topics belong to one connector each.",
  "connect.follows_rows": "It is written anew from the row; a change by hand would be drift.",
  "connect.not_ours": "Only connectors that gluttony made or adopted are changed.",
  "connect.connector_in_use": "A connector that a row uses is never deleted.",
  "connect.source_unknown":
    "The connector was adopted with a secret of the worker, or its source is no PostgreSQL.",
  "connect.plan_warning": "Part of a plan; it refuses nothing.",
  "connect.plan_stale": "Something that the plan rests on changed, or it is older than ten minutes.",
  "connect.plan_refused": "Each refusal has a code of its own.",
  "connect.not_stopped": "Positions change only while nothing runs.",
  "connect.offset_invalid": "Kafka Connect accepts anything; a number written as a text ends the task.",
  "connect.no_signal_table": "Snapshots while it runs are asked for by rows of such a table.",
  "connect.snapshot_invalid": "Debezium passes over what it does not know, without an error.",
  "connect.snapshot_refused": "Nothing was written to the source.",
  "connect.plan_required":
    "A connector is changed only as a plan showed it. Typical: a script that sends the deed to `:apply` and leaves out the plan's `hash`.",
  "connect.destination_refused":
    "Whoever may test a connection could otherwise look around on this machine and in its network. Refused are link-local, metadata, unspecified, multicast and reserved addresses in every notation, names that lead to them, and this machine's own addresses unless `GLUTTONY_LOCAL_SOURCES` lists them with their port.",
  "connect.type_missing":
    "The type is no class, and no last part of the name of a class, on the worker's plugin path.",
  "connect.wait_over": "`gluttony connector wait` looked until its time was over.",
  "connect.cluster_missing": "Only the cluster of `CONNECT_HOST` is steered.",
  "source.driver_missing":
    "Drivers of other databases than PostgreSQL are optional: `mysql2`, `mssql`, `oracledb`.",
  "source.server_version": "A check of the source.",
  "source.wal_level": "A check of a PostgreSQL source.",
  "source.slots_free": "A check of a PostgreSQL source.",
  "source.senders_free": "A check of a PostgreSQL source.",
  "source.role": "A check of the source: what the connector needs to read its log.",
  "source.table": "A check of the source. Typical: capitals, a view, a login that may not see it.",
  "source.table_rights": "A check of the source. Without it the snapshot fails and the task with it.",
  "source.row_security":
    "A check of a PostgreSQL source: the snapshot would miss rows that the stream shows.",
  "source.primary_key": "A check of the source.",
  "source.replica_identity":
    "A check of the source: Debezium would invent values, and changes of different subjects would share a key.",
  "source.partitioned": "A check of a PostgreSQL source.",
  "source.unlogged": "A check of a PostgreSQL source.",
  "source.large_columns": "A check of a PostgreSQL source. A hint.",
  "source.publication": "A check of a PostgreSQL source.",
  "source.slot": "A check of a PostgreSQL source.",
  "source.slot_retained": "A check of a PostgreSQL source.",
  "source.slot_position": "A check of a PostgreSQL source: changes in between are lost to the connector.",
  "source.heartbeat": "A check of the source: a quiet table would keep its log for ever.",
  "source.signal_table": "A check of the source; needed to read a table anew while the connector runs.",
  "source.time_zone": "A check of the source. A hint.",
  "source.topic": "A check of the topic.",
  "source.topic_policy": "A check of the topic.",
  "source.record_size": "A check of the topic. A hint.",
  "source.history_topic":
    "A check of the topic in which the connectors of MySQL, MariaDB, SQL Server and Oracle keep the schemas.",
  "source.binlog": "A check of a MySQL or MariaDB source.",
  "source.binlog_retention": "A check of a MySQL or MariaDB source.",
  "source.server_id": "A check of a MySQL or MariaDB source.",
  "source.cdc_enabled": "A check of a SQL Server source.",
  "source.capture_instance": "A check of a SQL Server source.",
  "source.agent": "A check of a SQL Server source: the agent's jobs capture and clean up.",
  "source.cdc_retention": "A check of a SQL Server source.",
  "source.archive_log": "A check of an Oracle source.",
  "source.supplemental_log": "A check of an Oracle source.",
  "source.redo_size": "A check of an Oracle source. A hint.",
  "source.object_name": "A check of an Oracle source.",
  "host.silent": "A host wrote no sign of life for 15 seconds; what it said last is not believed any more.",
  "api.unreachable":
    "A command asked the admin API and nothing answered. Typical: the host listens on another port.",
  "database.unreachable": "Nothing is lost: marks stay, parking waits, and consumers show `recovering`.",
  "database.not_migrated": "Tables of this version are missing.",
  "database.migration_changed":
    "The checksum on record is not that of the file. Typical: a development build.",
  "database.newer_schema": "The database has migrations that this version does not know.",
  "database.adopt_mismatch":
    "A table `cdc.consumer` exists whose columns cannot be used; they are listed. Nothing was changed.",
  "database.failed":
    "A statement failed for another reason than the connection. Typical: missing rights, a full disk.",
  "secret.master_key_missing":
    "A clear connection string cannot be sealed, or a sealed one cannot be read, without the key.",
  "secret.unreadable": "The key is another one, or the value was moved to another row or changed.",
  "secret.not_found":
    "The name stands in no row of `cdc.secret`. A reference to it is told as `secret.reference_missing` instead.",
  "secret.in_use":
    "A consumer, a connector or a granted release refers to `${secret:name}`; all of them are listed. Nothing was deleted.",
  "secret.stale_revision":
    "Somebody else set, cleared or made it meanwhile; nothing was written. A `PUT` without `If-Match` makes a new one only.",
  "secret.clear_remains":
    "With `NODE_ENV=production` a host does not start while a row of `cdc.consumer` holds its connection string in clear text. The consumers are named, the strings are not. Typical: an adopted table, and no master key.",
  "secret.reference_missing":
    "`${env:NAME}` or `${file:/path}` leads nowhere on this host. Names that begin with `GLUTTONY_` are never given out; files are read from `GLUTTONY_SECRETS_DIR` alone.",
  "dead_letter.not_found": "No dead letter has this id.",
  "dead_letter.not_replayable":
    "It is not parked any more, or its bytes were not kept because the host that parked it had no master key.",
  "request.invalid": "Parameters or body do not fit; every fault is listed.",
  "request.unauthorized": "A token is set and was not sent, or is another one.",
  "request.not_found": "No route has this path.",
  "request.forbidden":
    "Without a token only this machine is served, and a browser that a foreign page led here is refused.",
  "position.plan_stale":
    "Between a plan and its application somebody changed the consumer, its log lost what the plan wants to read, or it ran past an offset to which the plan meant to skip.",
  "position.plan_required":
    "A move of positions is applied only with the plan that was shown, unchanged, with its hash and within a quarter of an hour.",
  "position.snapshot_unknown": "The last fifty moves of a consumer can be gone back to.",
  "request.not_permitted":
    "The permission that is missing is named. Typical: a viewer wants to move a position, or a role is limited by labels that this consumer does not carry. Where nothing of a consumer may be read, it is answered as if there were none.",
  "request.too_many": "Signing in and the first administrator are limited, so that nobody can guess.",
  "request.key_reused":
    "An `Idempotency-Key` stands for one request for a day, with its route and its body. Typical: a script that uses one key for all.",
  "request.in_progress":
    "The first request with this `Idempotency-Key` has not been answered yet. Typical: a client that gave up waiting and sent it again.",
  "request.revision_required": "A change must say which revision it was made on.",
  "bootstrap.refused":
    "`gluttony user bootstrap` prints a token that makes the first administrator, once and within an hour.",
  "bootstrap.done": "The first administrator exists; a one-time token would be a way around them.",
  "session.refused": "It is not told which of the two is wrong. A disabled account answers the same.",
  "user.invalid": "Typical: a password of fewer than 12 characters, or a role that does not exist.",
  "user.not_found": "No account has this name or id.",
  "user.name_taken": "Names are unique.",
  "user.stale_revision": "Somebody changed the account after it was read; nothing was written.",
  "user.last_admin":
    "The change would disable, delete or demote the last administrator who is not limited by labels.",
  "token.not_found": "No token has this id.",
  "grant.not_yours":
    "Who may make users or tokens gives them at most what they may do themselves. Typical: an administrator of one hospital makes one for all.",
  "audit.not_found": "No entry has this number.",
  "audit.broken":
    "Each entry's hash covers the one before it. `gluttony audit verify` names the first entry that was changed, or is missing.",
  "request.media_type_unsupported": "Only JSON is read.",
  "request.too_large": "A body has at most 1 MiB.",
  "environment.disk_full": "Checked before anything is started.",
  "environment.fetch_failed": "Maven could not fetch the jars.",
  "environment.files_changed": "Checksums of jars, or of the Postgres package, are not the pinned ones.",
  "environment.folder_in_use": "Typical: another demo runs.",
  "environment.folder_unreachable":
    "Typical: Postgres is started as another user, since it refuses root, and cannot enter the folder.",
  "environment.java_missing": "Neither `JAVA_HOME` nor the path leads to a Java that is new enough.",
  "environment.maven_missing": "Needed for the first run only; then the jars are kept.",
  "environment.port_taken": "A program listens on the port.",
  "environment.process_failed": "The end of its log is shown and the file is named.",
  "environment.timed_out": "What was waited for, and for how long, is in the facts.",
  "environment.unsupported":
    "Typical: a Node that is too old, or a platform for which there is no Postgres package.",
  "internal.unexpected": "A bug of gluttony. The cause's class is shown.",
  "handler.lease_lost":
    "The host was paused or cut off for longer than the group waits, so another host may own the partition. The call was not made.",
  "once.name_invalid": "Names of steps are constants such as `post-patient`, never built from row values.",
  "once.outcome_unknown":
    'A process ended between the effect of a `context.once` step and the ledger\'s entry, and the handler asked not to repeat it (`whenUnknown: "park"`).',
  "once.result_invalid":
    "What a `context.once` step returns is kept, encrypted, for later attempts. Without a master key only steps that return nothing are possible.",
  "once.ledger_unavailable":
    "A step must be claimed before it runs; while that is not possible nothing is sent.",
  "delivery.poison_rate":
    "Of the latest 200 records more than `delivery.parkedPercentMax` percent would be parked. That is a fault of settings or code, not of records, so the rest is held back. One record is tried from time to time.",
  "delivery.parked_behind":
    'With `delivery.parking: "key"` the records of a key keep their order also in the dead letters.',
  "delivery.abandoned":
    "Attempts did not end while the host drained, or a second signal ended it. The log names the keys as keyed hashes, the same as in dead letters, and the exit code is not 0.",
  "delivery.unbalanced":
    "Mark minus start must equal the endings and holes. The mark does not move while it does not.",
  "delivery.stalled":
    "There is lag, nothing that is known holds it up, and no offset was accounted for some time.",
  "delivery.refetched": "The first rung of the watchdog's ladder; a line of the history.",
  "delivery.rejoined": "The second rung of the watchdog's ladder; a line of the history.",
  "delivery.cell_recycled": "The third rung of the watchdog's ladder; a line of the history.",
  "delivery.lagging": "More than 10,000 records or ten minutes behind, and not less than a minute ago.",
  "delivery.expiring":
    "The oldest record that has not ended has used up three quarters of the time for which the topic keeps records.",
  "fence.stale": 'The rule under which `delivery.fence: "subject"` leaves a record out.',
  "fence.went_back":
    "Nearly every record is older than what was delivered before, as after the restore of a source database. Leaving them out would lose changes, so the consumer blocks.",
  "target.breaker_open":
    "The target failed several calls in a row, for more than one record or without being reached at all. While calls are held back no attempts are used up and nothing is parked.",
  "kafka.partitions_added": "A line of the history. New partitions are read from their beginning.",
  "kafka.foreign_member":
    "A member of the group is none of gluttony's hosts; its client id and address are given.",
  "kafka.record_missing": "The coordinate is within or beyond the log, and the broker has no record there.",
  "dead_letter.not_restorable": "It is not discarded, or its bytes were purged meanwhile.",
  "dead_letter.not_discardable":
    "It is being replayed, or is closed already. Discarding takes parked letters only.",
  "dead_letter.replay_loop": "A letter that failed five replays is left out of replays by filter.",
  "dead_letter.reason_required": "Discarding gives a record up for good; the reason is kept with it.",
  "dead_letter.behind_another":
    'With `delivery.parking: "key"` letters of one key are replayed in their order.',
  "position.invalid": "The offset lies outside of the log, or the partition does not exist.",
  "position.reason_required":
    "Moving a position skips or repeats records; the reason is kept in the history.",
  "plugin.unknown": "The name in the path is of no installed plugin. A scope's slash is written `%2F` there.",
  "plugin.plan_stale":
    "The row, the release that serves, its files or what is granted changed since the plan was made, or more than fifteen minutes went by.",
  "plugin.install_busy": "Over the admin API a host installs one release at a time.",
  "plugin.registry_unknown":
    "Over the admin API only registries that have a name in the policy are asked; without a name given the policy must hold exactly one.",
  "dead_letter.plan_stale":
    "What would be replayed or discarded is not what the plan counted: letters were parked, replayed or given up since, or more than fifteen minutes went by. Nothing was changed.",
  "dead_letter.note_invalid":
    "A note is for those who look at the letter later; it stands in the audit, too.",
  "consumer.error_unknown":
    "Of one consumer the 200 latest groups are kept, for 30 days after they were seen last.",
  "source.silent":
    "The cause of the state `silent`: the connector says that it runs, and its heartbeat, which comes even while no row changes, has not come for three of its intervals, or a minute.",
  "source.unmeasured":
    "The cause of the state `unknown` of a source. Typical: the topic is filled by a connector that gluttony neither made nor adopted, no host has measured yet, or the host that measured went away.",
  "connect.waiting":
    "The cause of the state `starting` of a connector: Kafka Connect has not assigned it, or it is being restarted.",
  "connect.paused": "The cause of the state `paused` of a connector: a person paused it.",
  "connect.stopped": "The cause of the state `stopped` of a connector: a person stopped it.",
  "connect.unwatched":
    "The cause of the state `unknown` of a connector. Typical: somebody else's connector fills the topic, or no host has looked yet.",
  "alert.not_found": "None has this number, or it is resolved: only an open one can be acknowledged.",
  "alert.rule_not_found": "The rules are built in; their names are in docs/metrics.md.",
  "alert.channel_not_found": "None has this number or name.",
  "alert.channel_taken": "Names of channels are unique.",
  "alert.silence_not_found": "None has this number, or it is over.",
  "alert.stale_revision": "A rule or a channel was changed after it was read; nothing was written.",
  "alert.destination_refused":
    "Addresses of cloud metadata, link-local, multicast and reserved ranges are refused, as for the targets of plugins; names are judged once more when they are called. A mail channel needs `mail`, and no other takes it.",
  "alert.undelivered":
    "The channel could not be reached, or answered that it did not take the message. Chats answer so to a wrong signature, or to words that their robot was not told of. Of mail the reason says whether TLS, the login or a recipient was refused. An alert is tried again for hours; how it stands is shown beside it.",
  "change.topic_unknown":
    "Records are shown of topics that consumers read, and only to who may see one of those consumers. Internal topics are left out unless they are asked for.",
  "change.not_found": "The link leads to an offset at which the broker has no committed record.",
  "change.reason_required": "`POST /changes:reveal` shows values of rows, so each use says why.",
  "change.reveal_over":
    "The reveal named has run out, is somebody else's, or was for other records, also where a topic was made anew under its name.",
  "masking.rule_unknown": "A rule that is to be changed or deleted is not there.",
  "masking.rule_exists": "`If-None-Match: *` makes a rule and overwrites none.",
  "masking.stale_revision": "Somebody else changed the rule after you read it.",
  "masking.rules_full": "At most 500 rules are kept.",
  "masking.reason_required": "A rule decides who sees values of rows; why is kept in the audit.",
  "config.document_invalid":
    "Each place is a JSON pointer into the document. Typical: `{ set: true }` for a consumer that has no connection string yet, a release that is not installed, an unknown key. Nothing was changed.",
  "config.plan_required": "A document is applied only with the hash of a plan of it.",
  "config.plan_stale":
    "Something that the plan would change was changed meanwhile, the document or `prune` is another one, or a quarter of an hour has passed. Nothing was changed.",
  "request.read_only":
    "`GLUTTONY_READ_ONLY` is set. Reading, planning and signing in and out are possible; nothing else is, for anybody.",
  "oidc.not_configured": "The host was started without an issuer; people sign in with passwords.",
  "oidc.unreachable":
    "The host itself asks the provider, not the browser. Typical: a name that the host does not resolve, a firewall, a certificate that it does not trust, a provider that answers 503.",
  "oidc.provider_invalid":
    "Typical: an issuer that is written otherwise than the provider names itself, one issuer for many tenants, an endpoint without TLS, no signature by a public key.",
  "oidc.client_refused": "The provider knows no such client, or its secret was exchanged there and not here.",
  "oidc.denied":
    "The provider led the browser back with an error. `error` is the standard's word for it, or `other`; the provider's own words are not repeated.",
  "oidc.attempt_unknown":
    "A sign-in holds for ten minutes, once, in the browser that began it. Typical: the page was loaded again, a bookmark of it, cookies that are refused, two tabs at once.",
  "oidc.answer_invalid":
    "The parameters in the address are not those of one sign-in at this provider: another issuer, no code, a code that was used already.",
  "oidc.token_invalid":
    "`check` says what did not hold: a claim (`aud`, `azp`, `exp`, `iss`, `nbf`, `nonce`), `alg`, `key`, `signature`, or `form`. Clocks may differ by a minute.",
  "oidc.claims_invalid": "`claim` names what is missing or too long.",
  "oidc.email_refused":
    "`GLUTTONY_OIDC_EMAIL_DOMAINS` names the domains. The provider must say that it has verified the address.",
  "oidc.no_role":
    "`GLUTTONY_OIDC_ROLES` names the groups that give roles. Typical: the provider does not put groups into its tokens, or under another claim.",
  "oidc.user_disabled": "`gluttony user disable` wins over the provider.",
  "user.signs_in_elsewhere": "A password would be a second way in, past the provider and its groups.",
  "me.no_account": "The deployer's token, and tokens of programs, belong to nobody.",
  "me.session_required":
    "A password is changed, and a token of one's own made, by a session: a token that leaked makes no other way in.",
  "session.not_found": "It has ended already, or is somebody else's.",
  "token.too_many": "Tokens that were revoked or have run out do not count.",
  "settings.invalid":
    "Each fault names the setting. What the environment decides, such as addresses and keys, cannot be changed here.",
  "settings.stale_revision": "Somebody changed a setting after they were read; nothing was written.",
};
