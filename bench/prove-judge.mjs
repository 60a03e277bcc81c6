// Faults planted on purpose, over the real target: a judge that does not see each of them may not judge anybody.
import { Agent, request } from "node:http";
import { judge, readJournal } from "./ledger.mjs";
import { pause } from "./wait.mjs";

const count = 200;
const keys = 20;
/** Long enough that a second request arrives while the first one is being answered. */
const answerMs = 50;
const betweenMs = 10;

/** What each plan of sending must be found guilty of, and of nothing else. */
const plans = {
  "nothing wrong": { sent: (records) => records, found: {} },
  "a record dropped": {
    sent: (records) => records.filter((_, index) => index !== 57),
    found: { losses: 1 },
  },
  "a record sent twice": {
    sent: (records) => records.flatMap((record, index) => (index === 180 ? [record, record] : [record])),
    found: { duplicates: 1 },
  },
  "two records of a key swapped": {
    sent: (records) => swapped(records, [100, 100 + keys]),
    found: { orderViolations: 1 },
  },
  "an old record sent again": {
    sent: (records) => [...records, records[3]],
    found: { duplicates: 1, staleReplays: 1 },
  },
  "all records of a key refused": {
    sent: (records) => records,
    found: { losses: count / keys },
    failKey: 5,
  },
  "two records of a key at once": {
    sent: (records) => [...records.slice(0, 40), [records[40], records[40 + keys]]],
    found: { overlaps: 1, losses: count - 42 },
    delayMs: answerMs,
  },
};

/** Sends each plan and throws at the first that is not seen as what it is. */
export async function proveJudge(target) {
  const agent = new Agent({ keepAlive: true });
  const records = Array.from({ length: count }, (_, offset) => ({
    key: offset % keys,
    partition: 0,
    offset,
    version: 1 + Math.floor(offset / keys),
  }));
  try {
    for (const [name, plan] of Object.entries(plans)) await provePlan({ target, agent, records }, name, plan);
  } finally {
    agent.destroy();
  }
  return Object.keys(plans).length;
}

async function provePlan({ target, agent, records }, name, { sent, found, delayMs = 0, failKey = -1 }) {
  await target.set({ delayMinUs: delayMs * 1_000, delayMaxUs: delayMs * 1_000, failKey });
  for (const step of sent(records)) {
    await Promise.all([step].flat().map((record, index) => postLater(index, { target, agent, record })));
  }
  const wanted = { ...innocent, ...found };
  const { examples: _, ...seen } = judge(readJournal(await target.journal()), [count]);
  for (const [fault, times] of Object.entries(wanted)) {
    if (seen[fault] !== times)
      throw new Error(`The judge does not see "${name}": ${fault} is ${seen[fault]} instead of ${times}.`);
  }
}

const innocent = { duplicates: 0, orderViolations: 0, overlaps: 0, staleReplays: 0, losses: 0 };

function swapped(records, [one, other]) {
  return records.with(one, records[other]).with(other, records[one]);
}

/** Records of one step leave one after the other, so that they arrive in that order. */
async function postLater(index, { target, agent, record }) {
  if (index > 0) await pause(index * betweenMs);
  await post(target, agent, record);
}

function post(target, agent, { key, partition, offset, version }) {
  return new Promise((resolve, reject) => {
    const headers = { "x-record": `${key} ${partition} ${offset} ${version} 0` };
    const sending = request(
      `${target.url}/patient`,
      { method: "POST", agent, headers },
      (answer) => void answer.resume().once("end", resolve),
    );
    sending.once("error", reject);
    sending.end("{}");
  });
}
