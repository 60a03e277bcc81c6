/** Kafka. */
export const kafkaCodes = {
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
} as const;
