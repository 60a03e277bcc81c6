// What records are made of: tokens of JSON, names of Debezium and of Kafka Connect, and values at the edge of something.

const numbers = [
  ..."0 -0 1 -1 1.5 1e9 1e400 -1e-400 0.1e-7 01 1. .5 127 32768 2147483648 -2147483649 86400000000 19782".split(
    " ",
  ),
  ..."-2147472692 9007199254740991 9007199254740993 -9007199254740993 9223372036854775807 -9223372036854775808".split(
    " ",
  ),
  ..."9223372036854775808 18446744073709551615 9223372036825200000 -9223372036832400000 131072 2000000000".split(
    " ",
  ),
  "123456789012345678901234567890.12345678901234567890",
  "9".repeat(400),
];

const names = [
  ..."before after source op transaction payload schema type fields field name optional default parameters items".split(
    " ",
  ),
  ..."keys values scale length value wkb srid x y allowed version connector db table lsn sequence txId xmin scn".split(
    " ",
  ),
  ..."commit_scn rs_id ssn commit_lsn change_lsn event_serial_no file pos row gtid snapshot ts_ms ts_us ts_ns id".split(
    " ",
  ),
  ..."total_order data_collection_order status event_count data_collections aggregate_type additional_data message".split(
    " ",
  ),
  ..."prefix content ddl databaseName tableChanges __op __deleted __table __source_ts_ms __proto__ constructor".split(
    " ",
  ),
  ..."specversion datacontenttype data iodebeziumop iodebeziumconnector iodebeziumtsms hasOwnProperty toString".split(
    " ",
  ),
  ..."year month day hour minute second nanos offsetSeconds zoneId specialValue precision".split(" "),
  "__debezium.source.column.type",
];

const texts = [
  ..."c u d r t m true false first last incremental BEGIN END postgresql mysql mariadb oracle sqlserver mongodb".split(
    " ",
  ),
  ..."int8 int16 int32 int64 float double boolean string bytes array map struct NaN Infinity -Infinity infinity".split(
    " ",
  ),
  ..."-infinity NAN POSITIVE_INFINITY BIGINT NUMERIC BYTEA execute-snapshot 2024-02-29Z +292278994-08-16Z".split(
    " ",
  ),
  ..."AQ== AA== //// AP////////// A A= X19kZWJleml1bV91bmF2YWlsYWJsZV92YWx1ZQ== __debezium_unavailable_value".split(
    " ",
  ),
  ..."b68a35a7-17ad-35b3-af2a-ae46edb4545a 00000027:00000758:0003 0x000012.00000ab1.0010 binlog.000003".split(
    " ",
  ),
  ...[
    "Date",
    "Time",
    "MicroTime",
    "NanoTime",
    "Timestamp",
    "MicroTimestamp",
    "NanoTimestamp",
    "ZonedTimestamp",
  ].map((name) => `io.debezium.time.${name}`),
  ...["IsoDate", "IsoTime", "IsoTimestamp", "Interval", "MicroDuration", "Year", "StructuredTimestamp"].map(
    (name) => `io.debezium.time.${name}`,
  ),
  ...["Bits", "Json", "Enum", "EnumSet", "VariableScaleDecimal", "geometry.Point", "DoubleVector"].map(
    (name) => `io.debezium.data.${name}`,
  ),
  ...["Decimal", "Date", "Time", "Timestamp"].map((name) => `org.apache.kafka.connect.data.${name}`),
  ..."x.Envelope x.Value x.Key x.Heartbeat x.TransactionMetadataValue x.SchemaChangeValue x.MessageValue".split(
    " ",
  ),
  "",
  '[\\"1\\",\\"2\\"]',
  "\\u0000",
  "\\ud83d",
  "\\u009112345678901234567890",
  "a\\\\,b",
];

const marks = [
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  '"',
  "null",
  "true",
  "false",
  " ",
  "\n",
  "\t",
  "\\",
  "/",
  "\u0000",
  "\u00ef\u00bb\u00bf",
  "\u00d5\u00c5",
];

/** Single tokens, one character a byte. */
export const words = [...marks, ...numbers, ...[...names, ...texts].map((text) => `"${text}"`)];

/** Names of members. */
export const nameWords = names.map((name) => `"${name}"`);

/** Values that are JSON. */
export const values = [
  ..."null true false {} [] [null]".split(" "),
  ...numbers.filter((text) => isJson(text)),
  ...[...texts, ...names].map((text) => `"${text}"`).filter((text) => isJson(text)),
  '{"scale":2,"value":"BNI="}',
  '{"scale":2000000000,"value":"AQ=="}',
  '{"a":1,"a":2}',
  '{"__proto__":{"x":1}}',
  '{"connector":"postgresql","lsn":1}',
  '{"year":2024,"month":2,"day":29,"hour":1,"minute":2,"second":3,"nanos":4,"offsetSeconds":-5400}',
  '{"x":1.5,"y":-2,"wkb":"AQ==","srid":null}',
  "[[1,0.5]]",
  '[{"type":"int64","field":"id"},{"type":"bytes","name":"org.apache.kafka.connect.data.Decimal","parameters":{"scale":"9"},"field":"v"}]',
  '[{"type":"string","field":"v","default":"x","optional":false,"parameters":{"__debezium.source.column.type":"NUMERIC"}}]',
];

function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Pieces of a record. */
export const snippets = [
  "{}",
  "[]",
  "[null]",
  '{"a":1}',
  ',"a":1',
  '"v":1,',
  '{"scale":2,"value":"BNI="}',
  '{"scale":2000000000,"value":"AQ=="}',
  '{"schema":{},"payload":{}}',
  '{"type":"int64","optional":true,"field":"v"},',
  '{"type":"bytes","name":"org.apache.kafka.connect.data.Decimal","parameters":{"scale":"9"},"field":"v"},',
  '{"type":"bytes","name":"org.apache.kafka.connect.data.Decimal","parameters":{"scale":"100000000"},"field":"v"}',
  '{"type":"array","items":{"type":"int32","name":"io.debezium.time.Date","optional":true},"field":"v"},',
  '{"type":"map","keys":{"type":"string"},"values":{"type":"int64"},"field":"v"},',
  '{"type":"struct","fields":[],"field":"v"},',
  '"id":"12345678901234567890"',
  '"source":{"connector":"postgresql","lsn":1}',
  '"__debezium.source.column.type":"NUMERIC"',
  "[".repeat(70),
  '{"a":'.repeat(70),
  "]".repeat(70),
  '"before":null,"after":null,',
];
