// Faults that a run must find, so that a run which finds nothing says something.
const kept = [];
let keptAtMs = 0;

const faults = {
  crash: (record) => {
    if (record.value?.includes('"op":"m"')) throw new RangeError("planted");
  },
  hang: (record) => {
    if (record.value?.includes('"op":"t"')) waitMs(80);
  },
  endless: (record) => {
    while (record.value?.includes('"op":"d"')) waitMs(1);
  },
  // At most once a millisecond, so that it is as fast on any machine.
  leak: () => {
    if (performance.now() - keptAtMs < 1) return;
    keptAtMs = performance.now();
    kept.push(Array.from({ length: 8_000 }, () => kept.length));
  },
};

/** What runs before each decoding; nothing without a name. */
export function planted(name) {
  if (name === null) return () => {};
  if (!Object.hasOwn(faults, name))
    throw new Error(`No such fault to plant: ${name}. One of: ${Object.keys(faults).join(", ")}`);
  return faults[name];
}

function waitMs(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
