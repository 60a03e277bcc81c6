// Records sent at a steady rate: how long each takes from its producer to the first line of its handler.
import { judge, quantile, readJournal } from "../ledger.mjs";
import { pause, until } from "../wait.mjs";
import { randomOf, recordOf } from "../workload.mjs";

export const partitions = 12;
const beatMs = 10;
const startLimitMs = 60_000;
const drainLimitMs = 15_000;
/** Records sent before the ones that count, until everything is warm. */
const warmUpMs = 3_000;

/** Starts a system and sends at a steady rate until everything is warm. */
export async function startPaced(stage, peer, { topic, sender, perSecond, behaviour, slots = 64 }) {
  await stage.target.set(behaviour);
  const group = stage.freshName(peer.name);
  const running = await peer.start(stage, { topic, group, slots, handler: "post" });
  try {
    await sender.send(perSecond / 10);
    const isThere = await until(async () => (await stage.target.state()).accepted > 0, startLimitMs);
    if (!isThere) throw new Error(`No record came through:\n${running.process.output.slice(-3_000)}`);
    const warmUp = perSecond / 10 + (await sender.sendFor(warmUpMs));
    // What the start left over would be laid to the steady flow's charge.
    const isThrough = async () => (await stage.target.state()).accepted >= warmUp;
    if (!(await until(isThrough, startLimitMs, 100)))
      throw new Error("The records of the warm-up did not come through.");
    return { running, warmUp };
  } catch (error) {
    await running.stop();
    throw error;
  }
}

/** Sends records of a fresh topic through a system at a steady rate. */
export async function paced(stage, peer, { perSecond, keys, delayMs, durationMs }) {
  const topic = await stage.emptyTopic(partitions);
  const behaviour = { delayMinUs: delayMs * 1_000, delayMaxUs: delayMs * 1_000 };
  const sender = senderOf(stage, { topic, keys, perSecond });
  const { running } = await startPaced(stage, peer, { topic, sender, perSecond, behaviour });
  try {
    await stage.target.set(behaviour);
    const before = running.process.cpuUs();
    const sent = await sender.sendFor(durationMs);
    await until(async () => (await stage.target.state()).accepted >= sent, drainLimitMs, 100);
    const cpuUs = running.process.cpuUs() - before;
    await running.stop();
    const entries = readJournal(await stage.target.journal());
    const losses = sent - acceptedOf(entries);
    return { ...figuresOf(entries), ...judge(entries, []), losses, cpuUsPerRecord: cpuUs / sent };
  } finally {
    await running.stop();
  }
}

function acceptedOf(entries) {
  return new Set(
    entries.filter(({ status }) => status === 200).map(({ partition, offset }) => `${partition}/${offset}`),
  ).size;
}

/** Of the accepted records: from the producer's call to the handler's first line. */
function figuresOf(entries) {
  const waits = entries.filter(({ status }) => status === 200).map(({ noteUs }) => noteUs / 1_000);
  return {
    count: waits.length,
    p50Ms: quantile(waits, 0.5),
    p99Ms: quantile(waits, 0.99),
    maxMs: quantile(waits, 1),
  };
}

/** Sends drawn keys; `versions` says how many of each were sent. */
export function senderOf(stage, { topic, keys, perSecond }) {
  const random = randomOf(11);
  const versions = new Int32Array(keys);
  const send = async (count) => {
    const messages = [];
    for (let index = 0; index < count; index += 1) {
      const key = Math.floor(random() * keys);
      versions[key] += 1;
      messages.push(recordOf({ key, version: versions[key], partitions }));
    }
    if (messages.length > 0) await stage.send(topic, messages);
  };
  /** Catches up after a late beat, so that the rate holds. */
  const sendFor = async (durationMs) => {
    const startedMs = performance.now();
    let sent = 0;
    for (let passedMs = 0; passedMs < durationMs; passedMs = performance.now() - startedMs) {
      const due = Math.floor((passedMs / 1_000) * perSecond) - sent;
      await send(due);
      sent += due;
      await pause(beatMs);
    }
    return sent;
  };
  return { versions, send, sendFor };
}
