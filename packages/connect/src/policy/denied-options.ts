/** Why an option is dangerous, in a word that never changes. */
export type DenialRule =
  | "client_override"
  | "login_module"
  | "config_provider"
  | "class_loading"
  | "code_in_text"
  | "sql_in_text"
  | "jdbc_url"
  | "driver_option"
  | "worker_setting"
  | "foreign_server"
  | "records_skipped"
  | "file_on_worker";

export interface Denial {
  readonly rule: DenialRule;
  readonly why: string;
}

/**
 * Options that are dangerous whatever they are set to, and why. The allow-list would refuse them as well; this list says what
 * they would do. Matched against the name in its plain form, wherever it stands in it.
 */
const denials: readonly (readonly [RegExp, Denial])[] = [
  [
    /(?:^|\.)(?:producer|consumer|admin)\.override\.|\.override\./,
    deny("client_override", "overrides the worker's own Kafka client"),
  ],
  [
    /jaas|sasl\.|oauthbearer|login\.callback|kerberos/,
    deny("login_module", "loads a login module, or fetches its token from any address or file"),
  ],
  [
    /config\.providers|(?:^|\.)providers?(?:\.|$)/,
    deny("config_provider", "adds a provider that reads the worker's files or environment"),
  ],
  [
    /condition|(?:^|\.)language$|topic\.expression|value\.expression|script/,
    deny("code_in_text", "holds code that the worker would run"),
  ],
  [
    /statement|action\.query|(?:^|\.)query$|\.sql$|initial\.statements/,
    deny("sql_in_text", "holds SQL that would run with the connector's rights"),
  ],
  [
    /jdbc|connection\.ur[il]|database\.url/,
    deny("jdbc_url", "is an address that can make the driver load classes"),
  ],
  [
    /offsets\.storage|config\.storage|status\.storage|plugin\.path|rest\.|listeners|group\.id|config\.action\.reload|transactional\.id|client\.id/,
    deny("worker_setting", "is a matter of the worker"),
  ],
  [
    /bootstrap\.servers|schema\.registry|registry\.url|proxy|endpoint|\.uri$|\.url$|(?:^|\.)urls?$/,
    deny("foreign_server", "lets the worker call a server that the deployer did not name"),
  ],
  [
    /deadletterqueue|tolerance|failure\.handling/,
    deny("records_skipped", "lets records pass by without an ending"),
  ],
  [
    /keystore|truststore|sslkey|sslcert|sslrootcert|\.file(?:\.|$)|filename|\.path$|directory|location/,
    deny("file_on_worker", "names a file on the worker"),
  ],
  [
    /\.class$|\.classes$|factory|(?:^|\.)converters$|naming\.strategy|struct\.maker|post\.processors|\.custom(?:\.|$)|reporters|interceptor|security\.providers|schema\.history\.internal$|notifications?\.channel|openlineage|engine|(?:^|\.)type$|(?:^|\.)converter$|handler/,
    deny("class_loading", "loads a class by its name"),
  ],
  [/^(?:driver|database)\./, deny("driver_option", "is passed to the database's driver")],
];

function deny(rule: DenialRule, why: string): Denial {
  return { rule, why };
}

/** Why an option of this plain name is dangerous; null when nothing is known against it. Pure. */
export function denialOf(plainName: string): Denial | null {
  return denials.find(([pattern]) => pattern.test(plainName))?.[1] ?? null;
}

/**
 * A name as a worker that is lenient might read it: compatible characters folded, without case, white space and invisible
 * characters. Pure.
 */
export function plainNameOf(name: string): string {
  return name
    .normalize("NFKC")
    .replaceAll(/[\p{C}\p{Z}\s]/gu, "")
    .toLowerCase();
}
