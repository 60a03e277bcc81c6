// Every system that can be entered.
import { franzGo } from "./franz-go/peer.mjs";
import { gluttonyCell } from "./gluttony-cell/peer.mjs";
import { gluttonyInline } from "./gluttony-inline/peer.mjs";
import { bareLoop, plainKafkajs } from "./kafkajs/peer.mjs";
import { load } from "./load/peer.mjs";
import { parallelConsumer } from "./parallel-consumer/peer.mjs";

export const peers = [
  gluttonyCell("gluttony-cell"),
  gluttonyCell("gluttony-cell-twin"),
  gluttonyInline,
  plainKafkajs,
  bareLoop,
  parallelConsumer,
  franzGo,
  load,
];
