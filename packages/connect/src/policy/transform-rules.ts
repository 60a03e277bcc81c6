import { type Check, oneOf, patternList, plainText, topicName, truth, wholeNumber } from "./checks.ts";

/** The options of one class that a configuration may name. */
type ClassOptions = ReadonlyMap<string, Check>;

/** A pattern for Java, and a topic with group references such as `$1`. */
const replacement: Check = (value) => topicName(value.replaceAll(/\$\d/g, "x"));

/** Single message transforms that may be used. The scripting ones run code of the configuration's author on the worker. */
const transforms: ReadonlyMap<string, ClassOptions> = new Map<string, ClassOptions>([
  [
    "org.apache.kafka.connect.transforms.RegexRouter",
    new Map([
      ["regex", patternList],
      ["replacement", replacement],
    ]),
  ],
  [
    "io.debezium.transforms.ByLogicalTableRouter",
    new Map([
      ["topic.regex", patternList],
      ["topic.replacement", replacement],
      ["key.enforce.uniqueness", truth],
    ]),
  ],
  [
    "io.debezium.transforms.ExtractNewRecordState",
    new Map([
      [
        "delete.tombstone.handling.mode",
        oneOf("drop", "tombstone", "rewrite", "rewrite-with-tombstone", "delete-to-tombstone"),
      ],
      ["drop.tombstones", truth],
      ["add.fields", plainText],
      ["add.headers", plainText],
      ["add.fields.prefix", plainText],
      ["add.headers.prefix", plainText],
    ]),
  ],
  [
    "org.apache.kafka.connect.transforms.MaskField$Value",
    new Map([
      ["fields", plainText],
      ["replacement", plainText],
    ]),
  ],
  ["org.apache.kafka.connect.transforms.ReplaceField$Value", new Map([["exclude", plainText]])],
  [
    "io.debezium.transforms.partitions.PartitionRouting",
    new Map([
      ["partition.payload.fields", plainText],
      ["partition.topic.num", wholeNumber(1, 1_000)],
      ["partition.hash.function", oneOf("java", "murmur")],
    ]),
  ],
]);

const predicates: ReadonlyMap<string, ClassOptions> = new Map<string, ClassOptions>([
  ["org.apache.kafka.connect.transforms.predicates.TopicNameMatches", new Map([["pattern", patternList]])],
  ["org.apache.kafka.connect.transforms.predicates.RecordIsTombstone", new Map()],
  ["org.apache.kafka.connect.transforms.predicates.HasHeaderKey", new Map([["name", plainText]])],
]);

const ofJson: ClassOptions = new Map([
  ["schemas.enable", truth],
  ["replace.null.with.default", truth],
  ["decimal.format", oneOf("BASE64", "NUMERIC")],
]);

/** Converters that may be used, with `schema.registry` where the address of a registry is needed. */
const converters: ReadonlyMap<string, ClassOptions> = new Map<string, ClassOptions>([
  ["org.apache.kafka.connect.json.JsonConverter", ofJson],
  ["org.apache.kafka.connect.storage.StringConverter", new Map()],
  ["org.apache.kafka.connect.storage.SimpleHeaderConverter", new Map()],
  ["io.confluent.connect.avro.AvroConverter", new Map()],
  ["io.apicurio.registry.utils.converter.AvroConverter", new Map()],
]);

export type RuledFamily = "transforms" | "predicates" | "converter";

const families: { readonly [family in RuledFamily]: ReadonlyMap<string, ClassOptions> } = {
  transforms,
  predicates,
  converter: converters,
};

/** The options that a class of a family may be given; null for a class that may not be used. Pure. */
export function optionsOfClass(family: RuledFamily, className: string): ClassOptions | null {
  return families[family].get(className) ?? null;
}

/** Classes of transforms that may be used where the deployer does not narrow them. */
export const transformClasses: readonly string[] = [...transforms.keys()];
