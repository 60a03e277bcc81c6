// One run of one system over a set of records: started, watched at the target until it is through, stopped, judged.
import { hrtime } from "node:process";
import { judge, paceOf, readJournal } from "../ledger.mjs";
import { pause, until } from "../wait.mjs";

const sampleMs = 100;
const firstRecordLimitMs = 60_000;
/** After the last record, time for repeated ones to show. */
const settleMs = 300;
/** The longest wait, after a disturbed run, for records that others which came twice hid from the count. */
const hiddenLimitMs = 30_000;

/** Figures of one run. `delay` is the target's behaviour; `during` may disturb the run. */
export async function drain(stage, peer, job) {
  const { set, delay, slots, handler = "post", windowMs, during, keepsEntries = false } = job;
  const records = await stage.records(set);
  await stage.target.set(delay);
  const group = stage.freshName(peer.name);
  const running = await peer.start(stage, { topic: records.topic, group, slots, handler });
  try {
    const progress = handler === "post" ? targetProgress(stage) : () => running.progress();
    const samples = await watch({ running, progress, total: records.count, windowMs, during });
    if (samples.isThrough && during !== undefined) await untilWhole(stage, records.ends);
    if (samples.isThrough) await pause(settleMs);
    const resident = running.process.resident();
    await running.stop();
    const usage = { ...usageOf(samples), peakRssBytes: resident.peak };
    if (handler !== "post") return { ...usage, ...paceOfSamples(samples) };
    const committed = await stage.committed(group, records.topic, set.partitions);
    const entries = readJournal(await stage.target.journal());
    const expected = samples.isThrough ? records.ends : committed;
    const figures = {
      ...usage,
      ...paceOf(entries),
      ...judge(entries, expected),
      isThrough: samples.isThrough,
    };
    return keepsEntries ? { ...figures, entries } : figures;
  } finally {
    await running.stop();
  }
}

/** A record that came twice counts twice, so that a count alone would end the run before its last records. */
async function untilWhole(stage, ends) {
  const isWhole = async () => judge(readJournal(await stage.target.journal()), ends).losses === 0;
  await until(isWhole, hiddenLimitMs, 500);
}

function targetProgress(stage) {
  return async () => {
    const { accepted, atNanos } = await stage.target.state();
    return { atNs: BigInt(atNanos), count: accepted };
  };
}

/** Samples count and CPU until all records are through or the window after the first one is over. */
async function watch({ running, progress, total, windowMs, during }) {
  const samples = [];
  const startedMs = performance.now();
  let firstMs;
  while (true) {
    const { atNs, count } = await progress();
    if (count > 0) {
      firstMs ??= performance.now();
      samples.push({ atNs, count, cpuUs: running.process.cpuUs(), ownCpuUs: running.process.ownCpuUs() });
    }
    await during?.({ running, count });
    if (count >= total) return Object.assign(samples, { isThrough: true });
    const nowMs = performance.now();
    if (firstMs !== undefined && nowMs - firstMs > windowMs)
      return Object.assign(samples, { isThrough: false });
    if (firstMs === undefined && nowMs - startedMs > firstRecordLimitMs)
      throw new Error(`No record came through:\n${running.process.output.slice(-3_000)}`);
    if (!running.process.isRunning)
      throw new Error(`The system ended by itself:\n${running.process.output.slice(-3_000)}`);
    await pause(sampleMs);
  }
}

/** CPU per record between the first sample and the last, and of the second half alone. */
function usageOf(samples) {
  const last = samples.findLast((sample) => sample.count < Number.POSITIVE_INFINITY && sample.cpuUs > 0);
  const first = samples[0];
  const middle = samples.find(({ count }) => count >= (last?.count ?? 0) / 2);
  return {
    cpuUsPerRecord: perRecord(first, last, "cpuUs"),
    hostCpuUsPerRecord: perRecord(first, last, "ownCpuUs"),
    secondHalfCpuUsPerRecord: perRecord(middle, last, "cpuUs"),
    coreShare: shareOf(first, last),
  };
}

/** How much of its core a system had: less than 1 in a row that nothing else limits is the machine's doing. */
function shareOf(from, to) {
  if (from === undefined || to === undefined || to.atNs === from.atNs) return null;
  return (to.cpuUs - from.cpuUs) / (Number(to.atNs - from.atNs) / 1e3);
}

function perRecord(from, to, name) {
  if (from === undefined || to === undefined || to.count === from.count) return null;
  return (to[name] - from[name]) / (to.count - from.count);
}

/** Rates from samples alone, between a tenth and nine tenths of the records: ends are seen late by a beat. */
function paceOfSamples(samples) {
  const total = samples.at(-1)?.count ?? 0;
  const inside = samples.filter(({ count }) => count >= total * 0.1 && count <= total * 0.9);
  const [from, to] = inside.length >= 2 ? [inside[0], inside.at(-1)] : [samples[0], samples.at(-1)];
  if (from === undefined || to === undefined || to.count === from.count)
    return { count: total, perSecond: null };
  return { count: total, perSecond: (to.count - from.count) / (Number(to.atNs - from.atNs) / 1e9) };
}

/** Now, on the clock that target, handlers and harness share. */
export function nowUs() {
  return Number(hrtime.bigint() / 1_000n);
}
