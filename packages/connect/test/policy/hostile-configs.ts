/** A configuration that must be refused: which options it adds to a harmless one, where it must be caught, and as what. */
export interface HostileConfig {
  readonly what: string;
  readonly adds: { readonly [name: string]: string };
  readonly path: string;
  readonly code: string;
}

/** A connector that may be made. */
export const harmless: { readonly [name: string]: string } = {
  name: "c",
  "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
  "tasks.max": "1",
  "topic.prefix": "his",
  "plugin.name": "pgoutput",
  "database.hostname": "his.local",
  "database.port": "5432",
  "database.user": "dbz",
  "database.password": "s3cr3t",
  "database.dbname": "emr",
  "slot.name": "slot_a",
  "publication.name": "pub_a",
  "publication.autocreate.mode": "filtered",
  "table.include.list": "public\\.patient",
  "key.converter": "org.apache.kafka.connect.json.JsonConverter",
  "value.converter": "org.apache.kafka.connect.json.JsonConverter",
  "value.converter.schemas.enable": "true",
  transforms: "topic",
  "transforms.topic.type": "org.apache.kafka.connect.transforms.RegexRouter",
  "transforms.topic.regex": "his\\.public\\.patient",
  "transforms.topic.replacement": "patients",
};

const jndi =
  'com.sun.security.auth.module.JndiLoginModule required user.provider.url="ldap://127.0.0.1/x" useFirstPass="true";';
const ldap = 'com.sun.security.auth.module.LdapLoginModule required userProvider="ldap://127.0.0.1/x";';

const denied = (what: string, name: string, value: string): HostileConfig => ({
  what,
  adds: { [name]: value },
  path: `config.${name}`,
  code: "connect.option_denied",
});

const misspelt = (what: string, name: string, shown = name): HostileConfig => ({
  what,
  adds: { [name]: "x" },
  path: `config.${shown}`,
  code: "connect.option_malformed",
});

const klass = (what: string, adds: { readonly [name: string]: string }, path: string): HostileConfig => ({
  what,
  adds,
  path: `config.${path}`,
  code: "connect.class_denied",
});

const value = (what: string, name: string, text: string, code = "connect.value_denied"): HostileConfig => ({
  what,
  adds: { [name]: text },
  path: `config.${name}`,
  code,
});

export const hostileConfigs: readonly HostileConfig[] = [
  // Login modules and tokens (CVE-2023-25194, CVE-2025-27817, CVE-2025-27818).
  denied("a JNDI login module for the producer", "producer.override.sasl.jaas.config", jndi),
  denied("a JNDI login module for the consumer", "consumer.override.sasl.jaas.config", jndi),
  denied("a JNDI login module for the admin client", "admin.override.sasl.jaas.config", jndi),
  denied("an LDAP login module", "sasl.jaas.config", ldap),
  denied(
    "a login module of the schema history's producer",
    "schema.history.internal.producer.sasl.jaas.config",
    jndi,
  ),
  denied(
    "a login module of the schema history's consumer",
    "schema.history.internal.consumer.sasl.jaas.config",
    jndi,
  ),
  denied("a login module of the signal channel", "signal.consumer.sasl.jaas.config", jndi),
  denied("a token from a file", "sasl.oauthbearer.token.endpoint.url", "file:///etc/passwd"),
  denied("keys from any address", "sasl.oauthbearer.jwks.endpoint.url", "http://169.254.169.254/"),
  denied("a login callback of one's own", "sasl.login.callback.handler.class", "x.Handler"),
  denied(
    "a client callback of one's own",
    "producer.override.sasl.client.callback.handler.class",
    "x.Handler",
  ),
  denied("Kerberos' own programs", "sasl.kerberos.kinit.cmd", "/bin/sh"),
  // The worker's clients and settings.
  denied("another broker for the producer", "producer.override.bootstrap.servers", "evil:9092"),
  denied("another broker for the admin client", "admin.override.bootstrap.servers", "evil:9092"),
  denied("an interceptor in the producer", "producer.override.interceptor.classes", "x.Interceptor"),
  denied("a metrics reporter in the consumer", "consumer.override.metric.reporters", "x.Reporter"),
  denied("an override within another name", "foo.producer.override.acks", "0"),
  denied("the worker's offsets", "offsets.storage.topic", "connect-offsets"),
  denied("the worker's own reload", "config.action.reload", "restart"),
  denied("a security provider", "security.providers", "x.Provider"),
  // Configuration providers (CVE-2024-31141).
  denied("a provider of files", "config.providers", "file"),
  denied(
    "a provider's class",
    "config.providers.file.class",
    "org.apache.kafka.common.config.provider.FileConfigProvider",
  ),
  denied("a provider's paths", "config.providers.file.param.allowed.paths", "/"),
  value(
    "the password file of the machine",
    "database.password",
    "${file:/etc/passwd:root}",
    "connect.reference_denied",
  ),
  value(
    "a whole directory",
    "database.password",
    "${directory:/proc/self:environ}",
    "connect.reference_denied",
  ),
  value("an environment variable", "database.user", "${env:GLUTTONY_MASTER_KEY}", "connect.reference_denied"),
  value(
    "a reference that climbs out of its prefix",
    "database.password",
    "${file:/run/secrets/../../etc/passwd:x}",
    "connect.reference_denied",
  ),
  value(
    "a reference inside of a text",
    "database.hostname",
    "x.${file:/run/secrets/a:b}.evil",
    "connect.reference_denied",
  ),
  value(
    "a reference in a topic's name, which shows it",
    "transforms.topic.replacement",
    "${file:/run/secrets/a:b}",
    "connect.reference_denied",
  ),
  value(
    "two references",
    "database.password",
    "${file:/run/secrets/a:b}${env:PATH}",
    "connect.reference_denied",
  ),
  value(
    "a nested reference",
    "database.password",
    "${file:/run/secrets/${env:HOME}:b}",
    "connect.reference_denied",
  ),
  // Code and SQL in texts.
  klass(
    "a scripting filter",
    {
      transforms: "f",
      "transforms.f.type": "io.debezium.transforms.Filter",
      "transforms.f.language": "jsr223.groovy",
      "transforms.f.condition": "'id'.execute()",
    },
    "transforms.f.type",
  ),
  klass(
    "a scripting router",
    { transforms: "r", "transforms.r.type": "io.debezium.transforms.ContentBasedRouter" },
    "transforms.r.type",
  ),
  klass(
    "a transform of one's own",
    { transforms: "x", "transforms.x.type": "com.evil.Transform" },
    "transforms.x.type",
  ),
  klass("a transform's short name", { transforms: "x", "transforms.x.type": "Filter" }, "transforms.x.type"),
  klass(
    "a predicate of one's own",
    { predicates: "p", "predicates.p.type": "com.evil.Predicate" },
    "predicates.p.type",
  ),
  denied("SQL in the heartbeat", "heartbeat.action.query", "drop table patient"),
  denied(
    "SQL in the snapshot",
    "snapshot.select.statement.overrides.public.patient",
    "select 1; drop table x",
  ),
  denied("SQL at every connection", "database.initial.statements", "copy x from program 'id'"),
  // Classes by name.
  klass(
    "a connector that reads files",
    { "connector.class": "org.apache.kafka.connect.file.FileStreamSourceConnector" },
    "connector.class",
  ),
  klass("a connector that writes files", { "connector.class": "FileStreamSink" }, "connector.class"),
  klass(
    "a JDBC connector with a URL that loads code",
    { "connector.class": "io.confluent.connect.jdbc.JdbcSourceConnector" },
    "connector.class",
  ),
  klass(
    "a mirror of other clusters",
    { "connector.class": "org.apache.kafka.connect.mirror.MirrorSourceConnector" },
    "connector.class",
  ),
  klass(
    "the connector's class with a blank behind",
    { "connector.class": "io.debezium.connector.postgresql.PostgresConnector " },
    "connector.class",
  ),
  klass("a converter of one's own", { "value.converter": "com.evil.Converter" }, "value.converter"),
  klass("a header converter of one's own", { "header.converter": "com.evil.Converter" }, "header.converter"),
  denied("Debezium's own converters", "converters", "evil"),
  denied("a converter's class", "evil.type", "com.evil.Converter"),
  denied("a naming strategy", "topic.naming.strategy", "com.evil.Strategy"),
  denied("a source block of one's own", "sourceinfo.struct.maker", "com.evil.Maker"),
  denied("a snapshotter of one's own", "snapshot.mode.custom.name", "evil"),
  denied("a post processor", "post.processors", "evil"),
  denied("a history of one's own", "schema.history.internal", "com.evil.History"),
  denied("a history in a file", "schema.history.internal.file.filename", "/etc/cron.d/x"),
  denied(
    "a socket factory of the driver",
    "database.sslfactory",
    "org.springframework.context.support.ClassPathXmlApplicationContext",
  ),
  denied("a socket factory's argument", "database.socketFactoryArg".toLowerCase(), "http://evil/x.xml"),
  denied("a driver option that reads local files", "driver.allowloadlocalinfile", "true"),
  denied("a driver option that unpacks objects", "driver.autodeserialize", "true"),
  denied("a driver's interceptors", "database.queryinterceptors", "com.evil.Interceptor"),
  denied("an address that loads classes", "database.url", "jdbc:oracle:thin:@ldap://evil/x"),
  denied("a key store anywhere", "database.ssl.keystore", "/etc/shadow"),
  denied("lineage written anywhere", "openlineage.integration.config.file.path", "/etc/passwd"),
  // Other servers and topics.
  denied("a signal channel on another broker", "signal.kafka.bootstrap.servers", "evil:9092"),
  value("a history on another broker", "schema.history.internal.kafka.bootstrap.servers", "evil:9092"),
  value("a registry that nobody named", "value.converter.schema.registry.url", "http://evil:8081"),
  denied("a notification channel of one's own", "errors.deadletterqueue.topic.name", "__consumer_offsets"),
  value("a database at the cloud's own address", "database.hostname", "169.254.169.254"),
  value("the same as one number", "database.hostname", "2852039166"),
  value("the same in octal", "database.hostname", "0251.0376.0251.0376"),
  value("the same in IPv6", "database.hostname", "::ffff:169.254.169.254"),
  value("a host with a path", "database.hostname", "his/../x?socketFactory=y"),
  value("notifications into the brokers' own topic", "notification.sink.topic.name", "__consumer_offsets"),
  value(
    "notifications into the worker's configuration",
    "notification.sink.topic.name",
    "gluttony-connect-configs",
  ),
  value("changes into the worker's offsets", "transforms.topic.replacement", "connect-offsets"),
  value("changes into the transaction log", "transforms.topic.replacement", "__transaction_state"),
  // Records that pass by silently, and too much.
  value("errors that are let pass", "errors.tolerance", "all"),
  value("events that are left out", "event.processing.failure.handling.mode", "skip"),
  value("deletions that are left out", "skipped.operations", "d"),
  value("a publication of everything", "publication.autocreate.mode", "all_tables"),
  value("a slot that goes with every restart", "slot.drop.on.stop", "true"),
  value("a pattern that takes for ever", "table.include.list", "(a+)+b"),
  value("a value with a second line", "topic.prefix", "his\nsasl.jaas.config=x"),
  value("a value without an end", "table.include.list", "a".repeat(9_000)),
  {
    what: "a thousand options",
    adds: Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`o${at}`, "x"])),
    path: "config",
    code: "connect.config_too_large",
  },
  // Names written so that somebody else reads them otherwise.
  misspelt("capitals", "Producer.Override.Sasl.Jaas.Config"),
  misspelt("a blank before", " sasl.jaas.config"),
  misspelt("a tab behind", "config.providers\t", "config.providers?"),
  misspelt("an invisible character inside", "sasl.\u200bjaas.config", "sasl.?jaas.config"),
  misspelt("full-width letters", "ｓａｓｌ.jaas.config", "????.jaas.config"),
  misspelt("a line break", "x\nproducer.override.acks", "x?producer.override.acks"),
  misspelt("an empty name", ""),
  misspelt("an equals sign", "a=b"),
  {
    what: "a prototype",
    adds: Object.fromEntries([["__proto__", "x"]]),
    path: "config.__proto__",
    code: "connect.option_unknown",
  },
  // Denied names behind the prefixes of something harmless.
  {
    what: "a login module as an option of a transform",
    adds: { "transforms.topic.sasl.jaas.config": jndi },
    path: "config.transforms.topic.sasl.jaas.config",
    code: "connect.option_unknown",
  },
  {
    what: "a transform within a transform",
    adds: { "transforms.topic.transforms.x.type": "com.evil.Transform" },
    path: "config.transforms.topic.transforms.x.type",
    code: "connect.option_unknown",
  },
  {
    what: "a transform that no list names",
    adds: { "transforms.other.type": "com.evil.Transform" },
    path: "config.transforms.other.type",
    code: "connect.option_unknown",
  },
  {
    what: "an override as an option of a converter",
    adds: { "value.converter.producer.override.acks": "0" },
    path: "config.value.converter.producer.override.acks",
    code: "connect.option_unknown",
  },
  {
    what: "a registry's login",
    adds: { "value.converter.basic.auth.credentials.source": "URL" },
    path: "config.value.converter.basic.auth.credentials.source",
    code: "connect.option_unknown",
  },
];
