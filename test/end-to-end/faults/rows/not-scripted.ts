/** A row of the matrix that no scene stands for, and where it is proved instead, or why nowhere. */
export interface NotScripted {
  readonly id: string;
  readonly title: string;
  readonly reason: string;
}

const elsewhere = (id: string, title: string, file: string): NotScripted => ({
  id,
  title,
  reason: `proved in \`${file}\``,
});
const nowhere = (id: string, title: string, reason: string): NotScripted => ({ id, title, reason });

export const notScripted: readonly NotScripted[] = [
  nowhere(
    "F08",
    "the host's event loop is blocked for 10 s",
    "no scene yet; F07 stops the whole host for longer",
  ),
  nowhere(
    "F09",
    "the host is killed for memory",
    "to the others it is F01; the reason is not told at the next start",
  ),
  nowhere("F12", "two versions run side by side", "there is one version"),
  nowhere(
    "F16",
    "a partition's leader changes while it is read",
    "the broker is one node; F15 is what is left of it",
  ),
  elsewhere("F33", "a batch inflates without bound", "test/protocol/kafka-limits.test.ts"),
  elsewhere("F34", "a batch is corrupt", "test/protocol/kafka-limits.test.ts"),
  nowhere("F36", "credentials change or a certificate expires", "connections to Kafka are plain so far"),
  nowhere("F37", "an access right is taken away", "the test's broker has no authorizer"),
  elsewhere(
    "F42",
    "bytes of a schema registry where JSON is expected",
    "packages/sdk/test/codecs/debezium-json.test.ts",
  ),
  elsewhere("F44", "long integers, decimals, days", "packages/sdk/test/codecs/recorded.test.ts"),
  elsewhere(
    "F45",
    "unchanged large values are not in the log",
    "packages/sdk/test/codecs/debezium-json.test.ts",
  ),
  nowhere("F47", "a column is dropped, renamed or retyped", "no scene yet"),
  nowhere("F48", "a snapshot of a million rows is replayed", "takes longer than a run may"),
  nowhere("F62", "an answer without end", "no scene yet; F57 is cut by its deadline"),
  elsewhere("F63", "names fail, then lead elsewhere", "packages/egress/test/address-policy.test.ts"),
  nowhere("F64", "the target's certificate is expired or wrong", "no scene yet"),
  nowhere("F70", "the rule engine is late by minutes", "triggers have no time to live yet"),
  nowhere("F73", "failover to a standby that lacks the last commits", "one Postgres without a standby"),
  nowhere("F74", "a standby that only reads answers", "one Postgres without a standby"),
  elsewhere("F75", "LISTEN is half open", "test/protocol/postgres-faults.test.ts"),
  elsewhere("F79", "two hosts migrate at once", "test/protocol/postgres-migrate.test.ts"),
  elsewhere("F80", "the schema is newer than the host", "test/protocol/postgres-migrate.test.ts"),
  nowhere("F81", "the clock jumps by a day", "in simulated time only: test/simulation"),
  nowhere("F82", "the log's disk is full", "no scene yet"),
  nowhere("F83", "no file descriptor is left", "no scene yet"),
  nowhere("F84", "other processes take the processor", "every run on a shared machine is one"),
  nowhere("F92", "a handler pollutes prototypes", "no scene yet; every release has a process of its own"),
  elsewhere("F93", "a handler floods its log", "test/protocol/cell.test.ts"),
  elsewhere("F94", "a plugin that cannot be loaded", "test/protocol/plugin-install.test.ts"),
  nowhere("F96", "another release is activated under load", "no scene yet"),
  elsewhere("F97", "Connect is down", "test/protocol/connect.test.ts"),
  elsewhere("F98", "Connect answers 409 while it rebalances", "test/protocol/connect-client.test.ts"),
  elsewhere("F99", "a connector's task has failed", "test/end-to-end/connector-care.test.ts"),
  elsewhere("F100", "somebody deletes a connector", "test/end-to-end/connector-care.test.ts"),
  elsewhere("F101", "Connect answers 500 with a password in its text", "test/protocol/connect.test.ts"),
  elsewhere("F102", "a Connect too old for what is asked", "test/protocol/connect-client.test.ts"),
  elsewhere("F103", "the replication slot is lost", "test/protocol/source-checks-postgres.test.ts"),
  elsewhere("F104", "two people change one consumer", "packages/admin/test/routes"),
  nowhere("F105", "a client repeats its POST", "no scene yet"),
  elsewhere("F106", "a consumer is switched on and off quickly", "test/end-to-end/lifecycle.test.ts"),
];
