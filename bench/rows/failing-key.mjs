// What one key of a hundred that always fails does to the others. Pieces with and without it take turns in one run, so
// that whatever else slows the machine slows both alike.
import { judge, quantile, readJournal } from "../ledger.mjs";
import { pause, until } from "../wait.mjs";
import { nowUs } from "./drain.mjs";
import { partitions, senderOf, startPaced } from "./paced.mjs";

const perSecond = 500;
const keys = 100;
const delayMs = 5;
/** Turn and turn about, so that a drift of the machine meets both sides. */
const turns = ["quiet", "failing", "failing", "quiet"];
/** The beginning of a piece is still under the influence of the one before. */
const leadUs = 300_000;
const drainLimitMs = 30_000;

export const failingKeyRow = {
  name: "key-fails",
  title: `${perSecond} records/s over ${keys} keys, ${delayMs} ms; in every other piece one key gets 503 for ever`,
  peers: ["gluttony-cell"],
  bound: () => null,
  line: ({ p99Ms, quietP99Ms, refused }) =>
    `p99 of the others ${p99Ms?.toFixed(1)} ms, with none failing ${quietP99Ms?.toFixed(1)} ms, ${refused} refused`,
  async measure(stage, peer, { size }) {
    const topic = await stage.emptyTopic(partitions);
    const sender = senderOf(stage, { topic, keys, perSecond });
    const behaviour = { delayMinUs: delayMs * 1_000, delayMaxUs: delayMs * 1_000 };
    const { running, warmUp } = await startPaced(stage, peer, { topic, sender, perSecond, behaviour });
    try {
      const pieces = await runPieces(stage, sender, (size.pacedMs * 2) / turns.length);
      const expected = warmUp + pieces.reduce((sum, { sent }) => sum + sent, 0);
      await until(async () => (await stage.target.state()).accepted >= expected, drainLimitMs, 100);
      await pause(delayMs * 10);
      await running.stop();
      return figuresOf(readJournal(await stage.target.journal()), pieces, sender);
    } finally {
      await running.stop();
    }
  },
};

/** Another key fails in each piece: a record of an earlier one may be parked, and then its key is tried no more. */
async function runPieces(stage, sender, pieceMs) {
  const pieces = [];
  for (const [index, kind] of turns.entries()) {
    const failKey = kind === "failing" ? 17 + index : -1;
    await stage.target.failKey(failKey);
    const fromUs = nowUs();
    const sent = await sender.sendFor(pieceMs);
    pieces.push({ kind, failKey, fromUs, toUs: nowUs(), sent });
  }
  await stage.target.failKey(-1);
  return pieces;
}

function figuresOf(entries, pieces, sender) {
  const failKeys = new Set(pieces.map(({ failKey }) => failKey));
  const others = entries.filter(({ key }) => !failKeys.has(key));
  const waits = (kind) =>
    waitsOf(
      others,
      pieces.filter((piece) => piece.kind === kind),
    );
  const [failing, quiet] = [waits("failing"), waits("quiet")];
  const sentOfOthers = sender.versions.reduce((sum, sent, key) => sum + (failKeys.has(key) ? 0 : sent), 0);
  const accepted = new Set(
    others.filter(({ status }) => status === 200).map(({ partition, offset }) => `${partition}/${offset}`),
  );
  return {
    ...judge(entries, []),
    losses: sentOfOthers - accepted.size,
    count: failing.length + quiet.length,
    p50Ms: quantile(failing, 0.5),
    p99Ms: quantile(failing, 0.99),
    maxMs: quantile(failing, 1),
    quietP50Ms: quantile(quiet, 0.5),
    quietP99Ms: quantile(quiet, 0.99),
    refused: entries.filter(({ status }) => status === 503).length,
  };
}

/** From the producer's call to the handler's first line, of records that were sent well inside of these pieces. */
function waitsOf(entries, pieces) {
  return entries
    .filter(({ status, arrivedUs, noteUs }) => {
      const sentUs = arrivedUs - noteUs;
      return status === 200 && pieces.some(({ fromUs, toUs }) => sentUs > fromUs + leadUs && sentUs < toUs);
    })
    .map(({ noteUs }) => noteUs / 1_000);
}
