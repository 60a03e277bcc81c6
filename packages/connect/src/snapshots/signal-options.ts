/** Options with which a connector takes signals from a table and tells what became of them, and the topics it then writes. */
export interface SignalOptions {
  readonly options: { readonly [option: string]: string };
  readonly topics: readonly string[];
}

/** Nothing without a signal table. The table is captured, so its own topic must be there, too. Pure. */
export function signalOptionsOf(signalTable: string | undefined, topicPrefix: string): SignalOptions {
  if (signalTable === undefined) return { options: {}, topics: [] };
  const notifications = notificationTopicOf(topicPrefix);
  return {
    options: {
      "signal.data.collection": signalTable,
      "signal.enabled.channels": "source",
      "notification.enabled.channels": "sink",
      "notification.sink.topic.name": notifications,
    },
    topics: [notifications, `${topicPrefix}.${signalTable.replaceAll(/[^A-Za-z0-9._-]/g, "_")}`],
  };
}

/** Where a connector of ours tells of its snapshots. Pure. */
export function notificationTopicOf(topicPrefix: string): string {
  return `${topicPrefix}.notifications`;
}
