// What telling costs: numbers for each record, a span for each attempt where a collector is told, and taking secrets out of lines.
import { KnownSecrets } from "@gluttony/model";
import { Metrics } from "@gluttony/runtime";
import { BoundedSpans } from "../../packages/telemetry/dist/bounded-spans.js";
import { samplerOf } from "../../packages/telemetry/dist/samplers.js";
import { Spans } from "../../packages/telemetry/dist/spans.js";
import { producerOf, traceparentOf } from "../../packages/telemetry/dist/trace-context.js";
import { attemptWords } from "../../packages/telemetry/dist/span-words.js";
import { SeriesTally } from "../../packages/runtime/dist/metrics/series-tally.js";
import { compare } from "./compare.mjs";
import { rawRecord } from "./raw-record.mjs";

const meters = new Metrics("bench").metersOf({ id: "1", name: "bench" });
const tally = new SeriesTally("1");
const done = { kind: "done" };
let plain = 0;

compare(
  "numbers of one record",
  {
    "a plain variable": () => (plain += 1),
    "received, attempted and ended": () => {
      meters.received();
      meters.attempted(4);
      meters.ended(done);
    },
    "of these, attempted": () => meters.attempted(4),
    "of this, the series' own": () => tally.attempted(4),
  },
  { perRound: 200_000 },
);

const resource = { attributes: {}, merge: () => resource, getRawAttributes: () => [] };
const taken = { export: (_spans, done) => done({ code: 0 }), shutdown: async () => undefined };
const bounds = { queueMax: 2_048, batchMax: 512, delayMs: 5_000, exportTimeoutMs: 1_000 };
const spansBy = (name) =>
  new Spans({
    sampler: samplerOf({ name, ratio: 1 }),
    resource,
    processor: new BoundedSpans(taken, bounds),
    version: "bench",
  });
const record = rawRecord(1_234);
const traced = {
  ...record,
  headers: [
    { name: "traceparent", value: Buffer.from("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00") },
  ],
};
const request = { record, consumer: { id: "1", name: "bench" }, attempt: 1 };
const end = { isError: false, words: {} };

function attempt(spans, of) {
  const producer = producerOf(of.headers);
  const words = () => attemptWords(request, { release: "bench@1.0.0", group: "bench" });
  const span = spans.begin("process bench", { kind: 4, parent: producer, words });
  traceparentOf(span.context);
  span.end(end);
}

const [few, all] = [spansBy("default"), spansBy("always_on")];
compare(
  "the span of one attempt",
  {
    "one of a hundred is told": () => attempt(few, record),
    "with an unsampled producer": () => attempt(few, traced),
    "every one is told": () => attempt(all, record),
  },
  { perRound: 5_000 },
);

const secrets = new KnownSecrets();
for (let at = 0; at < 20; at += 1)
  secrets.learn(`place ${at}`, [`a-secret-of-the-bench-${at}-${"x".repeat(at)}`]);
const line = JSON.stringify({
  level: "info",
  time: "2026-01-01T00:00:00.000Z",
  service: "gluttony",
  msg: "x",
  consumer: "persons",
});
const answer = JSON.stringify({
  items: Array.from({ length: 100 }, (_, id) => ({ id, name: `consumer-${id}`, state: "running" })),
});

compare(
  `secrets, of a line of ${line.length} and an answer of ${answer.length} characters`,
  {
    "JSON.parse of the line": () => JSON.parse(line),
    "taken out of the line": () => secrets.scrubText(line),
    "taken out of the answer": () => secrets.scrubAnswer(answer),
    "JSON.parse of the answer": () => JSON.parse(answer),
  },
  { perRound: 2_000 },
);
