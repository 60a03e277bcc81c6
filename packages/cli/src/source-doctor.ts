import {
  createConnectClient,
  createSourceDoctor,
  openSource,
  type SourceDestinations,
  type SourceDoctor,
} from "@gluttony/connect";
import type { HttpClient } from "@gluttony/egress";
import type { KafkaTopics } from "@gluttony/kafka";
import { readSourceFacts } from "@gluttony/postgres";
import { systemClock } from "@gluttony/runtime";
import type { Settings } from "./parse-environment.ts";
import type { Stores } from "./stores.ts";

/** Milliseconds that a busy Connect is waited for: a person waits, too. */
const busyWaitMs = 5_000;

/** The checks of a consumer's source and topics, on real parts. */
export function sourceDoctorOf(
  settings: Settings,
  {
    stores,
    topics,
    http,
    destinations,
  }: {
    readonly stores: Stores;
    readonly topics: KafkaTopics;
    readonly http: HttpClient;
    /** Where sources may be; anywhere when left out. */
    readonly destinations?: SourceDestinations;
  },
): SourceDoctor {
  const connect = { workers: settings.connectUrls, busyWaitMs, requestTimeoutMs: busyWaitMs };
  const client = createConnectClient({ http, clock: systemClock, random: Math.random }, connect);
  return createSourceDoctor({
    resolveSecret: (value, consumerId) => stores.secrets.resolveConnString(value, consumerId),
    client: settings.connectUrls.length === 0 ? null : client,
    ...(destinations === undefined ? {} : { admit: (place) => destinations.admit(place) }),
    readPostgres: (connString, wish) =>
      readSourceFacts(
        connString,
        wish,
        destinations === undefined ? {} : { socket: () => destinations.socket() },
      ),
    openSource,
    async describeTopic(topic) {
      const [description, kept] = await Promise.all([topics.describe(topic), topics.settings(topic)]);
      return description === null || kept === null ? null : { partitions: description.partitions, ...kept };
    },
  });
}
