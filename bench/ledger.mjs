// The one judge of all systems: reads the target's journal and says what was lost, repeated or out of order.

const entryBytes = 48;
/** Order violations that are shown in full. */
const examplesMax = 5;

/** The journal's entries in the order of their arrival; requests that are no record's (`key` −1) are left out. */
export function readJournal(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = [];
  for (let at = 0; at + entryBytes <= bytes.byteLength; at += entryBytes) {
    const key = view.getInt32(at, true);
    if (key < 0) continue;
    entries.push({
      key,
      partition: view.getInt32(at + 4, true),
      version: view.getInt32(at + 8, true),
      noteUs: view.getInt32(at + 12, true),
      offset: Number(view.getBigInt64(at + 16, true)),
      arrivedUs: Number(view.getBigInt64(at + 24, true)) / 1_000,
      answeredUs: Number(view.getBigInt64(at + 32, true)) / 1_000,
      status: Number(view.getBigInt64(at + 40, true)),
    });
  }
  return entries;
}

/**
 * Judges a run. `expected` is, per partition, one past the last offset that must have been delivered: all there is when
 * the run came to its end, else what the system itself committed. An order violation is a record that is accepted for
 * the first time after a later one of its key; an overlap is a record that arrives while one of its key is being
 * answered; a stale replay is a record that is accepted again after a later one of its key.
 */
export function judge(entries, expected) {
  const delivered = expected.map((end) => new Uint8Array(end));
  const latest = new Map();
  const busyUntilUs = new Map();
  const found = { duplicates: 0, orderViolations: 0, overlaps: 0, staleReplays: 0, losses: 0 };
  const examples = [];
  const beyond = new Set();
  for (const entry of entries) {
    const { key, version, partition, offset } = entry;
    if (entry.arrivedUs < (busyUntilUs.get(key) ?? 0)) found.overlaps += 1;
    // An answer that is not given yet, at the end of the journal, keeps its key busy.
    busyUntilUs.set(key, entry.status === 0 ? Number.POSITIVE_INFINITY : entry.answeredUs);
    if (entry.status !== 200) continue;
    const isRepeated = markDelivered({ delivered, beyond }, partition, offset);
    const isOlder = version < (latest.get(key) ?? -1);
    if (isRepeated) found.duplicates += 1;
    if (isOlder && isRepeated) found.staleReplays += 1;
    if (isOlder && !isRepeated) {
      found.orderViolations += 1;
      if (examples.length < examplesMax) examples.push({ ...entry, after: latest.get(key) });
    }
    if (!isOlder) latest.set(key, version);
  }
  for (const offsets of delivered) for (const count of offsets) if (count === 0) found.losses += 1;
  return examples.length === 0 ? found : { ...found, examples };
}

/** Whether the record had been delivered before. */
function markDelivered({ delivered, beyond }, partition, offset) {
  const offsets = delivered[partition];
  if (offsets !== undefined && offset < offsets.length) {
    const isRepeated = offsets[offset] === 1;
    offsets[offset] = 1;
    return isRepeated;
  }
  const place = partition * 2 ** 40 + offset;
  const isRepeated = beyond.has(place);
  beyond.add(place);
  return isRepeated;
}

/** Rates and times of the accepted records: of the whole run, and of its second half, which has no warm-up. */
export function paceOf(entries) {
  const accepted = entries
    .filter(({ status }) => status === 200)
    .toSorted((a, b) => a.answeredUs - b.answeredUs);
  const [first, last] = [accepted[0], accepted.at(-1)];
  if (first === undefined || last === undefined || first === last) return null;
  const middle = accepted[Math.floor(accepted.length / 2)];
  const firstArrivedUs = entries[0].arrivedUs;
  const serviceUs = accepted.reduce((sum, entry) => sum + entry.answeredUs - entry.arrivedUs, 0);
  return {
    count: accepted.length,
    seconds: (last.answeredUs - firstArrivedUs) / 1e6,
    perSecond: accepted.length / ((last.answeredUs - firstArrivedUs) / 1e6),
    secondHalfPerSecond: accepted.length / 2 / ((last.answeredUs - middle.answeredUs) / 1e6),
    meanServiceUs: serviceUs / accepted.length,
    serialSeconds: serviceUs / 1e6,
  };
}

/** The value below which this share lies. */
export function quantile(values, share) {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
