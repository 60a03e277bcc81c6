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

/**
 * The register of every code. A code is never renamed or reused; the same string stands in the API's problem,
 * the log field, the metric label, the CLI line and the heading in `docs/errors.md`.
 */
export const codes = {
  // What a handler remembers, and its secrets.
  "state.key_invalid": {
    title: "The key of a handler's state cannot be used",
    status: 422,
    exit: 1,
    remedy: "Use a text of 1 to 200 characters as the key.",
  },
  "state.value_invalid": {
    title: "The value of a handler's state cannot be kept",
    status: 422,
    exit: 1,
    remedy: "Keep JSON of at most 64 KiB; larger things belong into a store of the plugin's own.",
  },
  "state.full": {
    title: "The handler remembers too much for this consumer",
    status: 409,
    exit: 4,
    remedy: "Have the handler delete what it no longer needs; at most 10,000 keys are kept.",
  },
  "state.unavailable": {
    title: "What the handler remembers cannot be read or written",
    status: 503,
    exit: 3,
    remedy: "See whether gluttony's database is reached, and whether GLUTTONY_MASTER_KEY is set.",
  },
  "secret.not_granted": {
    title: "The plugin was not granted the secret",
    status: 422,
    exit: 5,
    remedy:
      "Ask for it in the manifest (permissions.secrets) and install the release with --grant-secret NAME=REFERENCE.",
  },

  // Configuration of the program.
  "config.invalid": {
    title: "The configuration is wrong",
    status: 500,
    exit: 2,
    remedy: "Mend every value listed; each line says what to write instead.",
  },
  "config.listen_without_token": {
    title: "Refusing to listen beyond loopback without a token",
    status: 500,
    exit: 2,
    remedy: "Set GLUTTONY_ADMIN_TOKEN or GLUTTONY_ADMIN_TOKEN_FILE, or listen on 127.0.0.1.",
  },

  // Consumers.
  "consumer.invalid": {
    title: "The consumer's row is wrong",
    status: 422,
    exit: 2,
    remedy: "Mend the columns or keys listed.",
  },
  "consumer.not_found": {
    title: "No such consumer",
    status: 404,
    exit: 2,
    remedy: "List the consumers to see their names and ids.",
  },
  "consumer.name_taken": {
    title: "A consumer of this name exists",
    status: 409,
    exit: 4,
    remedy: "Choose another name.",
  },
  "consumer.stale_revision": {
    title: "The consumer was changed meanwhile",
    status: 412,
    exit: 4,
    remedy: "Read it again and repeat the change on the new revision.",
  },
  "consumer.revision_required": {
    title: "The revision seen is missing",
    status: 428,
    exit: 4,
    remedy: "Send If-Match with the ETag of the consumer you read.",
  },
  "consumer.stopped": {
    title: "The consumer was stopped by a person",
    status: 409,
    exit: 4,
    remedy: "Set is_valid to true to run it.",
  },
  "consumer.unobserved": {
    title: "No host reports this consumer",
    status: 503,
    exit: 3,
    remedy: "See whether a host is up: gluttony serve.",
  },
  "consumer.group_shared": {
    title: "Another consumer reads the same topic in the same group",
    status: 409,
    exit: 4,
    remedy: "Give the consumer a group of its own; else the two would share the records between them.",
  },
  "consumer.topic_conflict": {
    title: "Another connector already writes this topic",
    status: 409,
    exit: 4,
    remedy: "Give the consumer a topic of its own.",
  },

  // Handlers and plugins.
  "handler.ref_invalid": {
    title: "handler_func cannot be read",
    status: 422,
    exit: 2,
    remedy: "Write [scheme:]package[@range][#export], for example empi or npm:@acme/hello@^1#onChange.",
  },
  "handler.not_found": {
    title: "The plugin has no handler of this name",
    status: 422,
    exit: 2,
    remedy: "Name one of the handlers that the manifest lists.",
  },
  "handler.ambiguous": {
    title: "The plugin has several handlers",
    status: 422,
    exit: 2,
    remedy: "Add #export with one of the names listed.",
  },
  "handler.config_invalid": {
    title: "The handler's configuration is wrong",
    status: 422,
    exit: 2,
    remedy: "Mend the keys listed under configuration.handler.",
  },
  "handler.config_refused": {
    title: "The handler's own schema refuses its settings",
    status: 422,
    exit: 2,
    remedy: "Mend the settings at the paths listed; the plugin's documentation says what it takes.",
  },
  "handler.build_failed": {
    title: "The handler package cannot be built",
    status: 422,
    exit: 2,
    remedy: "Mend the code at the places listed.",
  },
  "handler.sample_invalid": {
    title: "A sample for a handler cannot be read",
    status: 422,
    exit: 2,
    remedy: "Mend the file at the place shown; the guide on writing a handler says what it holds.",
  },
  "handler.promise_broken": {
    title: "The handler breaks promises that the host relies on",
    status: 422,
    exit: 7,
    remedy: "Mend each one listed; the guide on writing a handler says what every promise means.",
  },
  "handler.tests_failed": {
    title: "The package's own tests fail",
    status: 422,
    exit: 7,
    remedy: "Read the output of the tests above.",
  },
  "handler.npm_failed": {
    title: "What was asked of npm failed",
    status: 500,
    exit: 3,
    remedy: "Read what npm says; run the same command of npm by hand where that does not tell enough.",
  },
  "handler.aborted": {
    title: "The attempt was called off by the host",
    status: 503,
    exit: 1,
    remedy: "None: the record is tried again by whoever holds its partition.",
  },
  "handler.lease_lost": {
    title: "The hold on the partition had lapsed before the call",
    status: 500,
    exit: 1,
    remedy: "None: whoever holds the partition now tries the record again.",
  },
  "handler.deadline": {
    title: "The handler did not answer in time",
    status: 500,
    exit: 1,
    remedy:
      "See what the handler waits for; raise delivery.deadlineMs only if it is meant to take that long.",
  },
  "handler.result_invalid": {
    title: "The handler returned something that is no outcome",
    status: 500,
    exit: 1,
    remedy: "Return nothing, or { filtered: rule } with a short rule in lower case.",
  },
  "handler.threw": {
    title: "The handler threw an error it did not classify",
    status: 500,
    exit: 1,
    remedy: "Read the plugin's log; throw HandlerError with a kind in the handler.",
  },
  "plugin.not_installed": {
    title: "No release of the plugin is installed and active",
    status: 422,
    exit: 2,
    remedy: "Install it: gluttony plugin install. If it is installed, activate it: gluttony plugin activate.",
  },
  "plugin.no_release_in_range": {
    title: "No active release is in the range asked for",
    status: 422,
    exit: 2,
    remedy: "Install a release in the range, or change the range in handler_func.",
  },
  "plugin.manifest_invalid": {
    title: "The plugin's manifest is wrong",
    status: 422,
    exit: 2,
    remedy: "Mend the field gluttony in the plugin's package.json.",
  },
  "plugin.protocol_unsupported": {
    title: "The plugin speaks no protocol of this host",
    status: 422,
    exit: 2,
    remedy: "Upgrade the side that is named.",
  },
  "plugin.entry_missing": {
    title: "The plugin's entry file is missing",
    status: 422,
    exit: 2,
    remedy: "Build the plugin before packing it.",
  },
  "plugin.dependency_missing": {
    title: "A dependency of the plugin is missing",
    status: 422,
    exit: 2,
    remedy: "Bundle the plugin's dependencies into its package.",
  },
  "plugin.import_failed": {
    title: "The plugin's code throws while loading",
    status: 422,
    exit: 2,
    remedy: "Read the plugin's log and mend its top-level code.",
  },
  "plugin.export_missing": {
    title: "The plugin does not export the handler its manifest lists",
    status: 422,
    exit: 2,
    remedy: "Export the handler under the name in the manifest, made with defineHandler.",
  },
  "plugin.handler_differs": {
    title: "The plugin's code and its manifest name a handler differently",
    status: 422,
    exit: 2,
    remedy:
      "Give defineHandler the name under which the manifest lists the handler, and pack the plugin anew.",
  },
  "plugin.import_never_settled": {
    title: "The plugin's import does not come to an end",
    status: 422,
    exit: 2,
    remedy:
      "Await nothing at the top level that may never settle; connect and load in setup() or in the handler.",
  },
  "plugin.node_unsupported": {
    title: "The plugin asks for another Node than cells have",
    status: 422,
    exit: 3,
    remedy: "Set GLUTTONY_CELL_NODE to a Node in the range, or use a release of the plugin for this one.",
  },
  "plugin.isolation_unavailable": {
    title: "The plugin insists on a fence that this machine cannot give",
    status: 422,
    exit: 3,
    remedy: "Run gluttony doctor: it says which fences hold here and what the others need.",
  },
  "plugin.rolled_back": {
    title: "The new release failed, and the one before serves again",
    status: 500,
    exit: 1,
    remedy:
      "Mend the plugin and install another version, then gluttony plugin unpin: the consumer takes the highest active release in its range again.",
  },
  "plugin.swapped": {
    title: "Another handler took over",
    status: 500,
    exit: 1,
    remedy: "None: records go to the new release or settings, and what was under way ends in the old cell.",
  },
  "plugin.host_closed": {
    title: "The plugin host is closed",
    status: 503,
    exit: 1,
    remedy: "Start the host again.",
  },
  "plugin.start_timeout": {
    title: "The plugin's cell did not start in time",
    status: 500,
    exit: 1,
    remedy: "See whether the plugin's setup waits for something.",
  },
  "plugin.start_killed": {
    title: "The plugin's process was killed while it loaded the plugin",
    status: 503,
    exit: 1,
    remedy:
      "None: it is started again. If it lasts, see what kills processes on this machine, such as a lack of memory.",
  },
  "plugin.crashed": {
    title: "The plugin's process ended while it held this record",
    status: 500,
    exit: 1,
    remedy: "Read the plugin's log; replay the record after mending the plugin.",
  },
  "plugin.quarantined": {
    title: "The plugin's process ended too often",
    status: 503,
    exit: 1,
    remedy: "Install a mended release, or start the consumer again.",
  },
  "plugin.protocol_violation": {
    title: "The plugin's process broke the cell protocol",
    status: 500,
    exit: 1,
    remedy: "Use the SDK of this host's protocol.",
  },
  "plugin.memory": {
    title: "The plugin's process used too much memory",
    status: 500,
    exit: 1,
    remedy: "Raise limits.memoryMb or mend the leak.",
  },
  "plugin.permission_missing": {
    title: "The plugin asks for a permission that was not granted",
    status: 422,
    exit: 5,
    remedy: "Install the release again with --grant, or choose another plugin.",
  },
  "plugin.tree_changed": {
    title: "The installed files differ from what was installed",
    status: 422,
    exit: 1,
    remedy: "Install the release again.",
  },
  "plugin.already_installed": {
    title: "Another release of this name and version is installed",
    status: 409,
    exit: 4,
    remedy: "Raise the version of the package.",
  },
  "plugin.archive_invalid": {
    title: "The package file cannot be installed",
    status: 422,
    exit: 2,
    remedy: "Pack it again with npm pack.",
  },
  "plugin.release_missing": {
    title: "The release's files are not on this host and cannot be got",
    status: 422,
    exit: 1,
    remedy: "See why beside it; installing the release again on any host mends it.",
  },
  "plugin.file_missing": {
    title: "No package file is kept for the release",
    status: 404,
    exit: 1,
    remedy: "Install the release again: its file is kept from then on.",
  },
  "plugin.file_changed": {
    title: "The package file that is kept is not the one that was installed",
    status: 500,
    exit: 1,
    remedy: "Install the release again; see who can write to cdc.plugin_file.",
  },
  "plugin.policy_invalid": {
    title: "The policy for plugins is wrong",
    status: 500,
    exit: 2,
    remedy: "Mend every entry listed in the file that GLUTTONY_PLUGIN_POLICY names.",
  },
  "plugin.not_allowed": {
    title: "The policy does not allow this package from a registry",
    status: 403,
    exit: 5,
    remedy:
      "Add a rule for it under packages in the file that GLUTTONY_PLUGIN_POLICY names, or install it from a file that you trust.",
  },
  "plugin.look_alike": {
    title: "The name looks like another plugin's",
    status: 422,
    exit: 5,
    remedy: "See whether you meant the other one. If not, add a rule for exactly this name to the policy.",
  },
  "plugin.registry_invalid": {
    title: "The registry's address or token cannot be used",
    status: 422,
    exit: 2,
    remedy:
      "Write an address such as https://npm.example, and put the token into the environment variable that --token-env names.",
  },
  "plugin.registry_unreachable": {
    title: "The registry does not answer as it should",
    status: 502,
    exit: 3,
    remedy:
      "See whether it is up and reachable from here; nothing was installed, and what runs is not affected.",
  },
  "plugin.registry_login_refused": {
    title: "The registry refuses the login",
    status: 403,
    exit: 5,
    remedy: "See the token in the variable that --token-env names, and what it may read.",
  },
  "plugin.not_published": {
    title: "The registry has no such package",
    status: 404,
    exit: 2,
    remedy: "See the name and the registry's address.",
  },
  "plugin.version_not_published": {
    title: "The registry has no such version",
    status: 404,
    exit: 2,
    remedy: "See which versions it has: npm view.",
  },
  "plugin.metadata_invalid": {
    title: "The registry's answer cannot be read",
    status: 502,
    exit: 3,
    remedy: "See whether the address is that of a registry.",
  },
  "plugin.metadata_mismatch": {
    title: "The registry answers with another package",
    status: 502,
    exit: 5,
    remedy: "Do not install it; ask whoever runs the registry.",
  },
  "plugin.origin_refused": {
    title: "The package would come from another origin",
    status: 403,
    exit: 5,
    remedy: "If that origin is meant, add it to tarballOrigins in the policy.",
  },
  "plugin.integrity_missing": {
    title: "The registry names no sha512 for the package",
    status: 422,
    exit: 5,
    remedy: "Publish the package again with a current npm.",
  },
  "plugin.integrity_wrong": {
    title: "The package file is not the one that was published",
    status: 422,
    exit: 5,
    remedy: "Do not install it; ask whoever runs the registry, or what stands between it and this host.",
  },
  "plugin.package_mismatch": {
    title: "The package file is of another package",
    status: 422,
    exit: 5,
    remedy: "Do not install it; ask whoever publishes it.",
  },
  "plugin.too_young": {
    title: "The release is too young",
    status: 422,
    exit: 5,
    remedy: "Wait, or name the package under ageExemptions in the policy.",
  },
  "plugin.age_unknown": {
    title: "The registry does not say when the release was published",
    status: 422,
    exit: 5,
    remedy: "Name the package under ageExemptions in the policy, if its registry tells no times.",
  },
  "plugin.signature_missing": {
    title: "The registry's signature is missing",
    status: 422,
    exit: 5,
    remedy: "Install from a registry that signs, or lower the level for this package in the policy.",
  },
  "plugin.signature_key_unknown": {
    title: "The registry's signature is by a key that is not pinned",
    status: 422,
    exit: 5,
    remedy: "Add the registry's key to registryKeys in the policy, after you have seen that it is theirs.",
  },
  "plugin.signature_key_expired": {
    title: "The registry's signature is by a key that had expired",
    status: 422,
    exit: 5,
    remedy: "Ask whoever runs the registry; a newer key is to be pinned.",
  },
  "plugin.signature_wrong": {
    title: "The registry's signature is wrong",
    status: 422,
    exit: 5,
    remedy: "Do not install it.",
  },
  "plugin.provenance_missing": {
    title: "The provenance is missing",
    status: 422,
    exit: 5,
    remedy: "Publish the package from a build with provenance, or lower the level for it in the policy.",
  },
  "plugin.provenance_of_another": {
    title: "The provenance is of another package or version",
    status: 422,
    exit: 5,
    remedy: "Do not install it.",
  },
  "plugin.provenance_unverified": {
    title: "The provenance cannot be verified",
    status: 422,
    exit: 5,
    remedy: "See whether the roots of trust can be fetched from here; otherwise do not install it.",
  },
  "plugin.identity_wrong": {
    title: "The package was built by somebody else",
    status: 422,
    exit: 5,
    remedy: "Compare its provenance with the identity in the policy; change that only when you know why.",
  },
  "plugin.ref_invalid": {
    title: "The release cannot be read",
    status: 422,
    exit: 2,
    remedy: "Write package@version with an exact version, for example @acme/hello@1.2.0.",
  },
  "plugin.reason_invalid": {
    title: "The reason is too long",
    status: 422,
    exit: 2,
    remedy: "Say why in at most 500 characters, without a patient's data.",
  },
  "plugin.shipped": {
    title: "The plugin is shipped with the host",
    status: 409,
    exit: 4,
    remedy: "None: it changes with the host's own version.",
  },
  "plugin.release_unknown": {
    title: "No such release is installed",
    status: 404,
    exit: 2,
    remedy: "See the installed ones: gluttony plugin list. Install it first.",
  },
  "plugin.not_active": {
    title: "The release is not active",
    status: 409,
    exit: 4,
    remedy: "None: it serves nobody already, unless a consumer is pinned to it.",
  },
  "plugin.not_pinned": {
    title: "The consumer is not pinned",
    status: 409,
    exit: 4,
    remedy: "None: it already takes the highest active release in its range.",
  },
  "plugin.not_shadowed": {
    title: "Nothing shadows the consumer",
    status: 409,
    exit: 4,
    remedy: "None: only the release that serves it gets its changes.",
  },
  "plugin.no_previous": {
    title: "There is no earlier release to go back to",
    status: 409,
    exit: 4,
    remedy: "Activate the release you want by its version.",
  },
  "plugin.still_needed": {
    title: "Consumers would be left without a release",
    status: 409,
    exit: 4,
    remedy: "Activate another release in their range, pin them, or stop them first.",
  },
  "plugin.pin_out_of_range": {
    title: "The pinned release is not in the consumer's range",
    status: 409,
    exit: 4,
    remedy: "Change the range in handler_func, pin another release, or unpin the consumer.",
  },
  "plugin.consumer_uses_another": {
    title: "The consumer uses another plugin",
    status: 409,
    exit: 4,
    remedy: "Name a consumer whose handler_func names this plugin.",
  },
  "plugin.release_active": {
    title: "The release is active",
    status: 409,
    exit: 4,
    remedy: "Deactivate it first: gluttony plugin deactivate.",
  },
  "plugin.release_pinned": {
    title: "Consumers are pinned to the release",
    status: 409,
    exit: 4,
    remedy: "Unpin them first: gluttony plugin unpin.",
  },
  "plugin.release_shadows": {
    title: "The release shadows consumers",
    status: 409,
    exit: 4,
    remedy: "Turn that off first: gluttony plugin shadow --off.",
  },
  "plugin.release_previous": {
    title: "The release is what a roll-back would go to",
    status: 409,
    exit: 4,
    remedy: "Deactivate the release that came after it, or unpin the consumers listed, first.",
  },
  "plugin.release_named": {
    title: "Rows name exactly this release",
    status: 409,
    exit: 4,
    remedy: "Change handler_func of the consumers listed first.",
  },

  // Records.
  "once.name_invalid": {
    title: "The name of a step is wrong",
    status: 500,
    exit: 1,
    remedy: "Give `context.once` a constant, lower-case name of at most 64 characters.",
  },
  "once.outcome_unknown": {
    title: "A step had begun before and its outcome is unknown",
    status: 500,
    exit: 1,
    remedy: "See at the target whether it was done; then replay or discard the dead letter.",
  },
  "once.result_invalid": {
    title: "The result of a step cannot be remembered",
    status: 500,
    exit: 1,
    remedy: "Return JSON of at most 4 KiB from the step, or nothing.",
  },
  "once.ledger_unavailable": {
    title: "The ledger of steps cannot be written",
    status: 503,
    exit: 1,
    remedy: "None: it is tried again. See whether Postgres is up.",
  },
  "delivery.poison_rate": {
    title: "Nearly every record is refused",
    status: 500,
    exit: 1,
    remedy:
      "Read the latest dead letters, mend the handler or its settings; then change the consumer, or raise `delivery.parkedPercentMax`.",
  },
  "delivery.parked_behind": {
    title: "An earlier record of its key is parked",
    status: 500,
    exit: 1,
    remedy: "Replay or discard the earliest dead letter of the key; the later ones follow by themselves.",
  },
  "delivery.abandoned": {
    title: "Keys were left in flight",
    status: 500,
    exit: 7,
    remedy:
      "None: their records run again elsewhere, or when the host starts; the target may have applied them.",
  },
  "delivery.unbalanced": {
    title: "The account of a partition does not add up",
    status: 500,
    exit: 1,
    remedy: "Report it with the numbers: an offset was counted twice or not at all.",
  },
  "delivery.stalled": {
    title: "Records wait and none ends",
    status: 500,
    exit: 1,
    remedy:
      "None yet: fetching anew, joining anew and a new process are tried in turn; the history names each.",
  },
  "delivery.refetched": {
    title: "Reading was begun anew at the position",
    status: 500,
    exit: 1,
    remedy: "None.",
  },
  "delivery.rejoined": {
    title: "The group was joined anew",
    status: 500,
    exit: 1,
    remedy: "None.",
  },
  "delivery.cell_recycled": {
    title: "The plugin's process was replaced",
    status: 500,
    exit: 1,
    remedy: "None.",
  },
  "delivery.lagging": {
    title: "The backlog is large and does not shrink",
    status: 500,
    exit: 1,
    remedy: "See what the attempts wait for: the target's speed, `delivery.concurrency`, or one hot key.",
  },
  "delivery.expiring": {
    title: "The backlog nears the topic's retention",
    status: 500,
    exit: 1,
    remedy:
      "Raise the topic's `retention.ms` or let the consumer catch up before the broker deletes what it has not read.",
  },
  "fence.stale": {
    title: "A newer version of the row went before",
    status: 500,
    exit: 1,
    remedy: "None.",
  },
  "fence.went_back": {
    title: "The source's positions went back",
    status: 500,
    exit: 1,
    remedy: "Was the source restored from a backup? Then clear the fence: `gluttony consumer fence-clear`.",
  },
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
  "change.file_unreadable": {
    title: "The file of records cannot be read",
    status: 404,
    exit: 2,
    remedy: "Name a file of JSON lines, or give them on standard input.",
  },
  "change.line_invalid": {
    title: "The line does not describe a record",
    status: 400,
    exit: 2,
    remedy: "A line is JSON with `key_base64` and `value_base64`, or `key` and `value`.",
  },
  "types.source_missing": {
    title: "Nothing says where the types are to come from",
    status: 400,
    exit: 2,
    remedy: "Give `--database` and `--table`, or `--records`.",
  },
  "types.table_missing": {
    title: "The database has no such table",
    status: 404,
    exit: 2,
    remedy: "Write it as `schema.table`, in the letters that the catalogue has.",
  },
  "types.nothing_found": {
    title: "No table was found among the records",
    status: 404,
    exit: 2,
    remedy: "Record some changes with a row: `gluttony change decode` says what the records are.",
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

  // Targets.
  "target.not_granted": {
    title: "The plugin may not call this origin",
    status: 422,
    exit: 5,
    remedy: "Grant the origin when installing the plugin.",
  },
  "target.call_refused": {
    title: "The call was refused before it was made",
    status: 503,
    exit: 1,
    remedy: "See whether the handler calls after it has answered, or makes too many calls at once.",
  },
  "target.request_too_large": {
    title: "The request's body is larger than the limit",
    status: 422,
    exit: 1,
    remedy: "Send less; the limit is 8 MiB.",
  },
  "target.unreachable": {
    title: "The target cannot be reached",
    status: 502,
    exit: 1,
    remedy: "See whether the target is up; records wait and are retried.",
  },
  "target.timeout": {
    title: "The target did not answer in time",
    status: 504,
    exit: 1,
    remedy: "See why the target is slow; the record is retried with the same idempotency key.",
  },
  "target.breaker_open": {
    title: "Calls to the target are held back for now",
    status: 503,
    exit: 1,
    remedy: "None: one call at a time finds out when it is up again. See whether the target is up.",
  },
  "target.reset": {
    title: "The target closed the connection before answering",
    status: 502,
    exit: 1,
    remedy: "See the target's log; the record is retried with the same idempotency key.",
  },
  "target.answer_too_large": {
    title: "The target's answer is larger than the limit",
    status: 502,
    exit: 1,
    remedy: "See what the target answers.",
  },
  "target.address_refused": {
    title: "The target's address is not allowed",
    status: 422,
    exit: 5,
    remedy: "Use an address that is not reserved for machine metadata.",
  },
  "target.busy": {
    title: "Too many calls to the target are waiting",
    status: 503,
    exit: 1,
    remedy: "None: the record waits and is retried; see whether the target is slow.",
  },
  "target.request_invalid": {
    title: "The plugin's call cannot be sent as it is",
    status: 422,
    exit: 1,
    remedy: "Mend the call in the plugin: the message says what is wrong with it.",
  },
  "target.answer_invalid": {
    title: "The target's answer cannot be read",
    status: 502,
    exit: 1,
    remedy: "See what the target answers; a login page is a common cause.",
  },

  // Kafka.
  "kafka.unreachable": {
    title: "No Kafka broker can be reached",
    status: 503,
    exit: 3,
    remedy: "See KAFKA_HOST and whether the brokers are up.",
  },
  "kafka.topic_missing": {
    title: "The topic does not exist",
    status: 422,
    exit: 3,
    remedy: "Create the topic, or give the consumer a conn_string so that its connector is made.",
  },
  "kafka.topic_recreated": {
    title: "The topic was deleted and made again",
    status: 409,
    exit: 4,
    remedy: "Decide from where to read: the numbers are shown.",
  },
  "kafka.offset_out_of_range": {
    title: "The position lies outside of the log",
    status: 409,
    exit: 4,
    remedy: "Decide from where to read: the numbers are shown.",
  },
  "kafka.offset_moved": {
    title: "The committed offset was moved from outside",
    status: 409,
    exit: 4,
    remedy: "Decide which position holds: the numbers are shown.",
  },
  "kafka.partitions_added": {
    title: "The topic has more partitions than before",
    status: 409,
    exit: 4,
    remedy:
      "Wait until the older partitions have drained, then choose from where each new one is read (`gluttony consumer move --to earliest`): a key's older records may lie in another partition. `delivery.fence` leaves older versions out.",
  },
  "kafka.foreign_member": {
    title: "A stranger reads in the consumer's group",
    status: 500,
    exit: 1,
    remedy:
      "Find the program that is named, and give it a group of its own: it takes records away from this consumer.",
  },
  "kafka.record_missing": {
    title: "No record lies at this offset",
    status: 404,
    exit: 2,
    remedy:
      "It may be deleted, compacted away, a control record, or not written yet; compare it with the log's bounds.",
  },
  "kafka.refused": {
    title: "The broker refused a request",
    status: 502,
    exit: 3,
    remedy: "See the type of the refusal, and what the broker's log says of it.",
  },
  "kafka.session_lost": {
    title: "The consumer lost its place in the group",
    status: 503,
    exit: 1,
    remedy: "None: it joins again by itself.",
  },
  "kafka.version_unsupported": {
    title: "The guards do not know this version of kafkajs",
    status: 500,
    exit: 3,
    remedy: "Install kafkajs 2.2.4.",
  },
  "kafka.batch_unreadable": {
    title: "A batch of the topic cannot be read",
    status: 500,
    exit: 1,
    remedy: "See the codec and the broker's log; the offset is shown.",
  },

  // Kafka Connect.
  "connect.unreachable": {
    title: "Kafka Connect cannot be reached",
    status: 503,
    exit: 3,
    remedy: "See CONNECT_HOST and whether the worker is up.",
  },
  "connect.not_configured": {
    title: "The consumer needs a connector and CONNECT_HOST is not set",
    status: 422,
    exit: 2,
    remedy: "Set CONNECT_HOST, or leave conn_string empty and name an existing topic.",
  },
  "connect.rejected": {
    title: "Kafka Connect refused the connector's configuration",
    status: 422,
    exit: 2,
    remedy: "Mend the fields listed.",
  },
  "connect.busy": {
    title: "Kafka Connect is rebalancing",
    status: 503,
    exit: 6,
    remedy: "None: it is tried again by itself.",
  },
  "connect.failed": {
    title: "The connector or its task failed",
    status: 502,
    exit: 1,
    remedy: "Read the worker's log; restart the connector.",
  },
  "connect.conn_string_invalid": {
    title: "conn_string cannot be read",
    status: 422,
    exit: 2,
    remedy: "Write postgresql://user:password@host:port/database, or a reference such as ${env:NAME}.",
  },
  "connect.data_source_not_yet": {
    title: "Connectors of this database are not made yet",
    status: 422,
    exit: 2,
    remedy: "Create the connector yourself and name its topic, or use postgresql.",
  },
  "connect.replica_identity": {
    title: "The table's replica identity does not carry global_key",
    status: 422,
    exit: 2,
    remedy: "ALTER TABLE … REPLICA IDENTITY FULL, or use the primary key's columns.",
  },
  "connect.login_refused": {
    title: "The source database refuses the login",
    status: 422,
    exit: 5,
    remedy: "See the user and the password in conn_string, and what the source's log says of the login.",
  },
  "connect.source_unreachable": {
    title: "The source database cannot be reached",
    status: 503,
    exit: 3,
    remedy: "See conn_string and whether the database is up.",
  },
  "connect.table_missing": {
    title: "The source table does not exist",
    status: 422,
    exit: 2,
    remedy: "See capture_schema and capture_table.",
  },
  "connect.outcome_unknown": {
    title: "Kafka Connect did not say whether it did what was asked",
    status: 504,
    exit: 6,
    remedy: "Look at the connector's status, then ask again if need be.",
  },
  "connect.access_denied": {
    title: "Kafka Connect refuses us",
    status: 502,
    exit: 3,
    remedy: "Give gluttony's host access to the worker, or to the proxy before it.",
  },
  "connect.not_supported": {
    title: "The Kafka Connect worker is too old for this",
    status: 501,
    exit: 3,
    remedy: "Upgrade the worker to the release that is named.",
  },
  "connect.connector_missing": {
    title: "There is no such connector",
    status: 404,
    exit: 1,
    remedy: "See which connectors there are; names differ in capitals.",
  },
  "connect.name_invalid": {
    title: "This cannot be the name of a connector",
    status: 422,
    exit: 2,
    remedy: "Use letters, digits, underscores, dots and hyphens.",
  },
  "connect.option_malformed": {
    title: "An option's name is not written as one",
    status: 422,
    exit: 2,
    remedy: "Write it in small letters, without blanks and invisible characters.",
  },
  "connect.option_denied": {
    title: "This option may not be set",
    status: 422,
    exit: 5,
    remedy: "Leave it out; the message says what it would do.",
  },
  "connect.option_unknown": {
    title: "This option is not among those that may be set",
    status: 422,
    exit: 2,
    remedy: "See the options of the connector's class; ask the deployer for others.",
  },
  "connect.class_denied": {
    title: "This class may not be used",
    status: 422,
    exit: 5,
    remedy: "Use one of the classes that are listed.",
  },
  "connect.value_denied": {
    title: "The value of an option is not allowed",
    status: 422,
    exit: 2,
    remedy: "Mend it as the message says.",
  },
  "connect.reference_denied": {
    title: "This secret of the worker may not be referred to",
    status: 422,
    exit: 5,
    remedy: "Use a reference below a prefix that the deployer allowed, as a whole value, in a secret option.",
  },
  "connect.config_too_large": {
    title: "The configuration has too many options",
    status: 422,
    exit: 2,
    remedy: "Leave out what is at its default.",
  },
  "connect.secret_masked": {
    title: "A mask was sent where a secret is needed",
    status: 422,
    exit: 2,
    remedy: "Write the secret, or a reference to it.",
  },
  "connect.option_immutable": {
    title: "This option cannot change while the connector lives",
    status: 409,
    exit: 4,
    remedy: "Make another connector, and remove this one once the new one runs.",
  },
  "connect.name_taken": {
    title: "Another connector has this name already",
    status: 409,
    exit: 4,
    remedy: "Choose another one.",
  },
  "connect.follows_rows": {
    title: "The connector is made for rows and follows them",
    status: 409,
    exit: 4,
    remedy: "Change configuration.connector of the row.",
  },
  "connect.not_ours": {
    title: "The connector is not in our care",
    status: 409,
    exit: 4,
    remedy: "Adopt it first.",
  },
  "connect.connector_in_use": {
    title: "Consumers use the connector",
    status: 409,
    exit: 4,
    remedy: "Delete the consumers, or have them read another topic, first.",
  },
  "connect.source_unknown": {
    title: "It is not known how to reach the connector's source",
    status: 409,
    exit: 4,
    remedy: "Do it in the source yourself.",
  },
  "connect.plan_warning": {
    title: "A change has an effect that is easily missed",
    status: 409,
    exit: 1,
    remedy: "Read the message before the plan is applied.",
  },
  "connect.plan_stale": {
    title: "The plan is not of the present any more",
    status: 409,
    exit: 4,
    remedy: "Plan anew, and look at what it says now.",
  },
  "connect.plan_refused": {
    title: "The plan cannot be applied",
    status: 422,
    exit: 2,
    remedy: "Mend every refusal that is listed, and plan anew.",
  },
  "connect.not_stopped": {
    title: "The connector is not stopped",
    status: 409,
    exit: 4,
    remedy: "Stop it, and plan anew.",
  },
  "connect.offset_invalid": {
    title: "The position cannot be changed so",
    status: 422,
    exit: 2,
    remedy: "Change one field, in the kind it was read in.",
  },
  "connect.no_signal_table": {
    title: "The connector takes no signals",
    status: 409,
    exit: 4,
    remedy: "Set signal.data.collection to a table of the source.",
  },
  "connect.snapshot_invalid": {
    title: "The snapshot cannot be asked for so",
    status: 422,
    exit: 2,
    remedy: "Name tables that the connector captures.",
  },
  "connect.snapshot_refused": {
    title: "The signal was not sent",
    status: 422,
    exit: 2,
    remedy: "Mend every fault that is listed.",
  },

  // Checks of a source; each code is the name of its check.
  "source.driver_missing": {
    title: "The driver of this database is not installed",
    status: 501,
    exit: 3,
    remedy: "Install the package that is named beside gluttony.",
  },
  "source.server_version": {
    title: "The source's server is of another kind or too old",
    status: 422,
    exit: 2,
    remedy: "Upgrade the server, or name its kind in data_source.",
  },
  "source.wal_level": {
    title: "The source does not log which rows changed",
    status: 422,
    exit: 2,
    remedy: "Set wal_level to logical and restart the server.",
  },
  "source.slots_free": {
    title: "The source has no free replication slot",
    status: 422,
    exit: 2,
    remedy: "Drop a slot that nobody reads, or raise max_replication_slots.",
  },
  "source.senders_free": {
    title: "The source has no free WAL sender",
    status: 422,
    exit: 2,
    remedy: "Raise max_wal_senders.",
  },
  "source.role": {
    title: "The source's login lacks rights",
    status: 422,
    exit: 5,
    remedy: "Grant what is listed.",
  },
  "source.table": {
    title: "The source's table is not there",
    status: 422,
    exit: 2,
    remedy: "See capture_schema and capture_table.",
  },
  "source.table_rights": {
    title: "The source's login may not read the table",
    status: 422,
    exit: 5,
    remedy: "Grant SELECT.",
  },
  "source.row_security": {
    title: "Row security hides rows from the login",
    status: 422,
    exit: 5,
    remedy: "Let the login pass by it.",
  },
  "source.primary_key": {
    title: "The source's table has no primary key",
    status: 422,
    exit: 2,
    remedy: "Add one, or name global_key.",
  },
  "source.replica_identity": {
    title: "A delete does not carry the key",
    status: 422,
    exit: 2,
    remedy: "ALTER TABLE … REPLICA IDENTITY FULL, or use columns that it carries.",
  },
  "source.partitioned": {
    title: "Changes would be written under the names of partitions",
    status: 422,
    exit: 2,
    remedy: "Set publish.via.partition.root.",
  },
  "source.unlogged": {
    title: "The table's changes never reach the log",
    status: 422,
    exit: 2,
    remedy: "Make it a logged table.",
  },
  "source.large_columns": {
    title: "Updates leave out large values that they do not change",
    status: 422,
    exit: 2,
    remedy: "Give the table the replica identity FULL where a handler needs them.",
  },
  "source.publication": {
    title: "The publication does not carry the table's changes",
    status: 422,
    exit: 2,
    remedy: "Add the table, or let its owner make the publication.",
  },
  "source.slot": {
    title: "The replication slot cannot serve the connector",
    status: 422,
    exit: 2,
    remedy: "See the reason; a lost slot needs a new snapshot.",
  },
  "source.slot_retained": {
    title: "The replication slot holds much of the source's log",
    status: 422,
    exit: 2,
    remedy: "Let the connector run, or drop a slot that nobody reads.",
  },
  "source.slot_position": {
    title: "The slot begins behind the connector's position",
    status: 422,
    exit: 2,
    remedy: "Read the table anew by a snapshot.",
  },
  "source.heartbeat": {
    title: "The connector has no heartbeat",
    status: 422,
    exit: 2,
    remedy: "Set heartbeat.interval.ms.",
  },
  "source.signal_table": {
    title: "The signal table is missing or cannot be used",
    status: 422,
    exit: 2,
    remedy: "Make it as the statement says.",
  },
  "source.time_zone": {
    title: "The source's clock is not shown in UTC",
    status: 422,
    exit: 2,
    remedy: "Read columns without a zone as local times.",
  },
  "source.topic": {
    title: "The topic is missing, or spreads records that have no key",
    status: 422,
    exit: 2,
    remedy: "Use one partition where records without a key come.",
  },
  "source.topic_policy": {
    title: "The topic does not keep records as they are needed",
    status: 422,
    exit: 2,
    remedy: "Raise retention.ms, or switch tombstones on.",
  },
  "source.record_size": {
    title: "The topic takes smaller records than the consumer",
    status: 422,
    exit: 2,
    remedy: "Raise max.message.bytes.",
  },
  "source.history_topic": {
    title: "The schema history is not kept for ever",
    status: 422,
    exit: 2,
    remedy: "One partition, cleanup.policy=delete, no retention.",
  },
  "source.binlog": {
    title: "The source does not log whole rows",
    status: 422,
    exit: 2,
    remedy: "Set what is listed, and restart the server where that is said.",
  },
  "source.binlog_retention": {
    title: "The source drops its log too soon",
    status: 422,
    exit: 2,
    remedy: "Keep it for a week.",
  },
  "source.server_id": {
    title: "The server and the connector cannot be told apart",
    status: 422,
    exit: 2,
    remedy: "Give each an id of its own.",
  },
  "source.cdc_enabled": {
    title: "The database does not capture changes",
    status: 422,
    exit: 2,
    remedy: "EXEC sys.sp_cdc_enable_db, as sysadmin.",
  },
  "source.capture_instance": {
    title: "The table, or a column of it, is not captured",
    status: 422,
    exit: 2,
    remedy: "Enable it, or make a second instance.",
  },
  "source.agent": {
    title: "The SQL Server Agent does not run",
    status: 422,
    exit: 3,
    remedy: "Start it.",
  },
  "source.cdc_retention": {
    title: "Captured changes are dropped too soon",
    status: 422,
    exit: 2,
    remedy: "Keep them for a week.",
  },
  "source.archive_log": {
    title: "The database does not archive its redo log",
    status: 422,
    exit: 2,
    remedy: "Switch it to ARCHIVELOG.",
  },
  "source.supplemental_log": {
    title: "Changes do not carry every column",
    status: 422,
    exit: 2,
    remedy: "Add supplemental logging of all columns.",
  },
  "source.redo_size": {
    title: "The redo logs are small",
    status: 422,
    exit: 2,
    remedy: "Use larger ones.",
  },
  "source.object_name": {
    title: "LogMiner may not read a table of this name",
    status: 422,
    exit: 2,
    remedy: "Use at most 30 characters, in capitals.",
  },

  // Hosts.
  "host.silent": {
    title: "The host has said nothing for some time",
    status: 503,
    exit: 3,
    remedy: "See whether the host runs and reaches gluttony's database.",
  },

  // Postgres.
  "api.unreachable": {
    title: "The admin API cannot be reached",
    status: 503,
    exit: 3,
    remedy: "Start the host with gluttony serve, or name its address with --url.",
  },
  "database.unreachable": {
    title: "gluttony's database cannot be reached",
    status: 503,
    exit: 3,
    remedy: "See DATABASE_URL and whether Postgres is up.",
  },
  "database.not_migrated": {
    title: "The database lacks this version's schema",
    status: 503,
    exit: 3,
    remedy: "Run gluttony db migrate.",
  },
  "database.migration_changed": {
    title: "A migration that ran differs from this version's file",
    status: 503,
    exit: 3,
    remedy: "Install the gluttony that made the schema, or one newer; never edit its SQL files.",
  },
  "database.newer_schema": {
    title: "The database was migrated by a newer gluttony",
    status: 503,
    exit: 3,
    remedy: "Upgrade this host.",
  },
  "database.adopt_mismatch": {
    title: "An existing cdc.consumer does not have the expected columns",
    status: 409,
    exit: 4,
    remedy: "Compare the columns listed.",
  },
  "database.failed": {
    title: "Postgres refused a statement",
    status: 500,
    exit: 1,
    remedy: "Read the cause.",
  },

  // Secrets.
  "secret.master_key_missing": {
    title: "A secret must be encrypted and GLUTTONY_MASTER_KEY is not set",
    status: 422,
    exit: 2,
    remedy: "Set GLUTTONY_MASTER_KEY or GLUTTONY_MASTER_KEY_FILE to 32 bytes in base64.",
  },
  "secret.unreadable": {
    title: "A secret cannot be decrypted with this key",
    status: 500,
    exit: 2,
    remedy: "Set the GLUTTONY_MASTER_KEY with which it was encrypted.",
  },
  "secret.reference_missing": {
    title: "A secret's reference leads nowhere",
    status: 422,
    exit: 2,
    remedy: "Set the environment variable or file that the reference names.",
  },

  // Dead letters.
  "dead_letter.not_found": {
    title: "No such dead letter",
    status: 404,
    exit: 2,
    remedy: "List the dead letters to see their ids.",
  },
  "dead_letter.not_restorable": {
    title: "The dead letter cannot be restored",
    status: 409,
    exit: 4,
    remedy: "Only discarded letters that still hold their record can be.",
  },
  "dead_letter.not_discardable": {
    title: "The dead letter cannot be discarded",
    status: 409,
    exit: 4,
    remedy: "Only parked ones can be: wait until its replay ended.",
  },
  "dead_letter.replay_loop": {
    title: "The dead letter was replayed too often",
    status: 409,
    exit: 4,
    remedy: "Mend the cause first; then replay it by its id with `--force`.",
  },
  "dead_letter.reason_required": {
    title: "The reason is missing",
    status: 422,
    exit: 2,
    remedy: "Say why, in at most 500 characters and without a patient's data.",
  },
  "dead_letter.behind_another": {
    title: "An earlier dead letter of the key comes first",
    status: 409,
    exit: 4,
    remedy: "Replay or discard the earliest letter of the subject; the later ones follow.",
  },
  "position.plan_stale": {
    title: "The plan no longer holds",
    status: 409,
    exit: 4,
    remedy: "Plan again: the consumer was changed, or came further, since this plan was made.",
  },
  "position.plan_required": {
    title: "The move was not planned",
    status: 428,
    exit: 4,
    remedy: "Ask for a plan, look at what it re-reads and skips, and send it back with its hash.",
  },
  "position.snapshot_unknown": {
    title: "No such earlier position",
    status: 404,
    exit: 2,
    remedy: "List the snapshots of the consumer to see their ids.",
  },
  "position.invalid": {
    title: "The position cannot be chosen",
    status: 422,
    exit: 2,
    remedy: "Choose one within the log's bounds that are shown.",
  },
  "position.reason_required": {
    title: "The reason is missing",
    status: 422,
    exit: 2,
    remedy: "Say why, in at most 500 characters.",
  },
  "dead_letter.not_replayable": {
    title: "The dead letter cannot be replayed",
    status: 409,
    exit: 4,
    remedy: "See its state and whether its consumer runs.",
  },

  // Requests.
  "request.invalid": {
    title: "The request is wrong",
    status: 400,
    exit: 2,
    remedy: "Mend the fields listed.",
  },
  "request.unauthorized": {
    title: "The token is missing or wrong",
    status: 401,
    exit: 5,
    remedy: "Send Authorization: Bearer with the admin token.",
  },
  "request.not_found": {
    title: "No such page",
    status: 404,
    exit: 2,
    remedy: "See the list of routes in the documentation.",
  },
  "request.forbidden": {
    title: "The request comes from another site",
    status: 403,
    exit: 5,
    remedy: "Open the console by its loopback address, or set GLUTTONY_ADMIN_TOKEN.",
  },
  "request.media_type_unsupported": {
    title: "The request's content type is not JSON",
    status: 415,
    exit: 2,
    remedy: "Send Content-Type: application/json.",
  },
  "request.too_large": { title: "The request is too large", status: 413, exit: 2, remedy: "Send less." },

  // The environment of commands.
  "environment.disk_full": {
    title: "There is too little free space",
    status: 500,
    exit: 3,
    remedy: "Free some space, or name a folder on another disk with GLUTTONY_DATA_DIR or GLUTTONY_CACHE_DIR.",
  },
  "environment.fetch_failed": {
    title: "The broker and the connectors could not be fetched",
    status: 500,
    exit: 3,
    remedy:
      "Check the network and Maven's settings (proxy, mirror), then start again; what was fetched is kept.",
  },
  "environment.files_changed": {
    title: "Fetched or installed files are not the pinned ones",
    status: 500,
    exit: 3,
    remedy:
      "Fetch or install them again; if it stays, the repository answers with other files, so do not use it.",
  },
  "environment.folder_in_use": {
    title: "The folder is used by another process",
    status: 500,
    exit: 3,
    remedy: "Stop that process, or name another folder with GLUTTONY_DATA_DIR.",
  },
  "environment.folder_unreachable": {
    title: "The folder cannot be used",
    status: 500,
    exit: 3,
    remedy: "Give this user access to it, or name another one with GLUTTONY_DATA_DIR or GLUTTONY_CACHE_DIR.",
  },
  "environment.java_missing": {
    title: "Java is missing",
    status: 500,
    exit: 3,
    remedy: "Install a JDK of version 17 or newer.",
  },
  "environment.maven_missing": {
    title: "Maven is missing",
    status: 500,
    exit: 3,
    remedy: "Install Maven 3.8 or newer.",
  },
  "environment.port_taken": {
    title: "The port is taken",
    status: 500,
    exit: 3,
    remedy: "Stop the program that listens there, or name another port.",
  },
  "environment.process_failed": {
    title: "A process of the local stack ended or could not be started",
    status: 500,
    exit: 3,
    remedy: "Read the end of the log that is named.",
  },
  "environment.timed_out": {
    title: "A part of the local stack was not ready in time",
    status: 500,
    exit: 3,
    remedy: "Read the end of the log that is named; on a busy machine, start again.",
  },
  "environment.unsupported": {
    title: "This machine cannot run the command",
    status: 500,
    exit: 3,
    remedy: "See the sentence above.",
  },

  // Who may do what: accounts, tokens, the audit, and requests that come twice.
  "request.not_permitted": {
    title: "You may not do this",
    status: 403,
    exit: 5,
    remedy: "Ask an administrator for a role that has the permission named.",
  },
  "request.too_many": {
    title: "Too many requests of this kind",
    status: 429,
    exit: 6,
    remedy: "Wait as long as Retry-After says.",
  },
  "request.key_reused": {
    title: "The idempotency key belongs to another request",
    status: 422,
    exit: 2,
    remedy: "Make a new key for each thing that is to be done.",
  },
  "request.in_progress": {
    title: "The same request is at work",
    status: 409,
    exit: 4,
    remedy: "Wait, and send it again with the same key to get its answer.",
  },
  "request.revision_required": {
    title: "The revision seen is missing",
    status: 428,
    exit: 4,
    remedy: "Send If-Match with the ETag of what you read.",
  },
  "bootstrap.refused": {
    title: "The one-time token is wrong or has run out",
    status: 403,
    exit: 5,
    remedy: "Make a new one where the host runs: gluttony user bootstrap.",
  },
  "bootstrap.done": {
    title: "There is an administrator already",
    status: 409,
    exit: 4,
    remedy: "Sign in as one of them, or ask them for an account.",
  },
  "session.refused": {
    title: "The name or the password is wrong",
    status: 401,
    exit: 5,
    remedy: "Try again; after several wrong ones, wait a minute.",
  },
  "user.invalid": {
    title: "The account is wrong",
    status: 422,
    exit: 2,
    remedy: "Mend the fields listed.",
  },
  "user.not_found": {
    title: "No such user",
    status: 404,
    exit: 2,
    remedy: "List the users to see their names.",
  },
  "user.name_taken": {
    title: "A user of this name exists",
    status: 409,
    exit: 4,
    remedy: "Choose another name.",
  },
  "user.stale_revision": {
    title: "The account was changed meanwhile",
    status: 412,
    exit: 4,
    remedy: "Read it again and repeat the change on the new revision.",
  },
  "user.last_admin": {
    title: "Nobody would be left who may administer",
    status: 409,
    exit: 4,
    remedy: "Make another user an administrator for everything first.",
  },
  "token.not_found": {
    title: "No such token",
    status: 404,
    exit: 2,
    remedy: "List the tokens to see their ids.",
  },
  "grant.not_yours": {
    title: "You may not give what you do not have",
    status: 403,
    exit: 5,
    remedy: "Give roles that you have, within your own scope.",
  },
  "audit.not_found": {
    title: "No such entry of the audit",
    status: 404,
    exit: 2,
    remedy: "List the audit to see its numbers.",
  },
  "audit.broken": {
    title: "The audit is not what was written",
    status: 500,
    exit: 1,
    remedy: "Keep a copy of the database, and find out who could write to it since the entry named.",
  },

  "internal.unexpected": {
    title: "Something unexpected happened",
    status: 500,
    exit: 1,
    remedy: "Report it with the log lines around it.",
  },
} as const;

/** Every entry has the shape of one; the compiler says which has not. */
export const codeEntries: { readonly [code in Code]: CodeEntry } = codes;

/** A registered code. */
export type Code = keyof typeof codes;

/** Whether a text is a registered code. */
export function isCode(text: string): text is Code {
  return Object.hasOwn(codes, text);
}
