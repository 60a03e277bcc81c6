/** One file of a bundle that is an answer of this API. */
export interface WantedAnswer {
  readonly path: string;
  readonly url: string;
}

/** What a bundle is about. */
export interface BundleSubjects {
  /** By id and name, those that need somebody first. */
  readonly consumers: readonly { readonly id: string; readonly name: string }[];
  /** By their names. */
  readonly connectors: readonly string[];
  /** Whether also what belongs to no consumer may be told. */
  readonly isUnlimited: boolean;
}

const api = "/api/v1";
const page = "limit=200";

/** Of everything together; each route leaves out by itself what its asker may not see. */
const ofAll: readonly (readonly [path: string, url: string])[] = [
  ["overview.json", `${api}/overview?${page}`],
  ["operations.json", `${api}/operations?${page}`],
  ["alerts.json", `${api}/alerts?${page}`],
  ["silences.json", `${api}/silences`],
  ["dead-letters.json", `${api}/dead-letters/stats`],
  ["replay-orders.json", `${api}/replay-orders`],
  ["releases.json", `${api}/releases?${page}`],
  ["plugins.json", `${api}/plugins?${page}`],
  ["connectors.json", `${api}/connectors?${page}`],
  ["clusters.json", `${api}/connect-clusters`],
];

/** Of the installation as a whole. */
const ofInstallation: readonly (readonly [path: string, url: string])[] = [
  ["host/meta.json", `${api}/meta`],
  ["host/readiness.json", "/readyz?verbose"],
  ["host/metrics.txt", "/metrics"],
  ["alert-rules.json", `${api}/alert-rules`],
  ["alert-channels.json", `${api}/alert-channels`],
  ["masking-rules.json", `${api}/masking-rules?${page}`],
  ["secrets.json", `${api}/secrets?${page}`],
];

const ofConsumer: readonly (readonly [file: string, path: string])[] = [
  ["row", ""],
  ["status", "/status"],
  ["errors", "/errors"],
  ["history", "/history?limit=50"],
  ["positions", "/positions"],
  ["plugins", "/plugins"],
  ["revisions", "/revisions?limit=20"],
];

const ofConnector: readonly (readonly [file: string, path: string])[] = [
  ["connector", ""],
  ["tasks", "/tasks"],
  ["health", "/health"],
  ["events", "/events?limit=50"],
];

/** Every answer that a bundle holds, the most telling first: what comes last is left out where there is no room. Pure. */
export function wantedAnswers({
  consumers,
  connectors,
  isUnlimited,
}: BundleSubjects): readonly WantedAnswer[] {
  const named = [...(isUnlimited ? ofInstallation : []), ...ofAll].map(([path, url]) => ({ path, url }));
  return [
    ...named,
    ...consumers.flatMap(({ id, name }, at) =>
      ofConsumer.map(([file, path]) => ({
        path: `consumers/${folderOf(name, at)}/${file}.json`,
        url: `${api}/consumers/${encodeURIComponent(id)}${path}`,
      })),
    ),
    ...connectors.flatMap((name, at) =>
      ofConnector.map(([file, path]) => ({
        path: `connectors/${folderOf(name, at)}/${file}.json`,
        url: `${api}/connectors/${encodeURIComponent(name)}${path}`,
      })),
    ),
  ];
}

/** A name of a file system from any name; the number tells apart what looks alike then. */
function folderOf(name: string, at: number): string {
  return `${String(at + 1).padStart(3, "0")}-${name.replaceAll(/[^A-Za-z0-9_-]+/g, "_").slice(0, 60)}`;
}
