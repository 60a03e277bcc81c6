// The figures as a person reads them: the noise first, then each row as ratios beside the raw figures.

const twins = ["gluttony-cell", "gluttony-cell-twin"];
/** What ratios are told against, where a row has it. */
const references = ["kafkajs", "kafkajs-loop", "parallel-consumer", "franz-go"];
const mebibyte = 2 ** 20;

/** The whole text. `rows` are the bench's rows, in their order. */
export function report(whole, rows) {
  const found = rows.map((row) => ({ row, systems: systemsOf(whole.results, row.name) }));
  const told = found.filter(({ systems }) => systems.length > 0);
  return [
    `\nseed ${whole.seed}, ${whole.seconds} s${whole.isPinned ? "" : ", NOT PINNED (no taskset)"}`,
    ...noiseLines(told),
    ...Object.entries(whole.skipped).map(([name, reason]) => `skipped: ${name}: ${reason}`),
    ...told.flatMap(({ row, systems }) => ["", row.title, ...kinds[kindOf(systems)](row, systems)]),
    ...faultLines(whole.results),
    "",
  ].join("\n");
}

/** Per system of a row: the figures of its runs on a quiet machine; of all its runs when none of them was. */
function systemsOf(results, rowName) {
  const systems = new Map();
  for (const result of results) {
    if (result.row !== rowName || result.figures === undefined) continue;
    systems.set(result.peer, [...(systems.get(result.peer) ?? []), result]);
  }
  return [...systems].map(([name, found]) => {
    const quiet = found.filter(({ machine }) => !machine.isNoisy);
    const chosen = quiet.length > 0 ? quiet : found;
    const runs = chosen.map(({ figures }) => figures);
    return { name, runs, noisy: found.length - quiet.length, median: medianFigures(runs) };
  });
}

function medianFigures(runs) {
  const names = Object.keys(runs[0]).filter((name) => typeof runs[0][name] === "number");
  return Object.fromEntries(names.map((name) => [name, medianOf(runs.map((run) => run[name]))]));
}

function medianOf(values) {
  const sorted = values.filter((value) => value !== null).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

/** The figure by which systems of a row are compared, and whether more of it is better. */
function comparedOf(median) {
  if (median.warmSeconds !== undefined) return { value: median.warmSeconds, isMoreBetter: false };
  if (median.p99Ms !== undefined) return { value: median.p99Ms, isMoreBetter: false };
  return { value: median.perSecond, isMoreBetter: true };
}

/** One system entered twice: the ratio of the twins is the noise, and nothing within it is a difference. */
function noiseLines(told) {
  const lines = told.flatMap(({ row, systems }) => {
    const [one, other] = twins.map((name) => systems.find((system) => system.name === name));
    if (one === undefined || other === undefined) return [];
    const rate = ratio(comparedOf(one.median).value, comparedOf(other.median).value);
    const cpu = ratio(one.median.cpuUsPerRecord, other.median.cpuUsPerRecord);
    return [`  ${row.name.padEnd(14)} CPU ${cpu} ×, ${row.name === "latency" ? "p99" : "rate"} ${rate} ×`];
  });
  return lines.length === 0
    ? []
    : ["noise: gluttony-cell against itself; no difference within it is claimed", ...lines];
}

function kindOf(systems) {
  const { median } = systems[0];
  if (median.corePercent !== undefined) return "idle";
  if (median.quietP99Ms !== undefined) return "failing";
  if (median.warmSeconds !== undefined) return "race";
  return median.p99Ms === undefined ? "rate" : "wait";
}

const kinds = {
  rate: (row, systems) => [
    columns([
      "",
      "CPU µs",
      ...headings(systems),
      "of it host",
      "2nd half",
      "records/s",
      "range",
      ...headings(systems),
      "of bound",
      "of a core",
      "peak MiB",
      "order",
      "twice",
      "lost",
      "noisy",
    ]),
    ...systems.map(({ name, runs, median, noisy }) =>
      columns([
        name,
        number(median.cpuUsPerRecord, 1),
        ...cpuRatios(systems, median),
        number(median.hostCpuUsPerRecord, 1),
        number(median.secondHalfCpuUsPerRecord, 1),
        number(median.perSecond),
        rangeOf(runs.map((run) => run.perSecond)),
        ...ratios(systems, median),
        ratio(median.perSecond, row.bound(median)),
        ratio(median.coreShare, 1),
        number(median.peakRssBytes / mebibyte),
        ...faultsOf(runs),
        String(noisy),
      ]),
    ),
  ],
  race: (_row, systems) => [
    columns([
      "",
      "last s",
      "range",
      ...headings(systems),
      "first s",
      "in turn s",
      "last ÷ it",
      "CPU µs",
      "2nd half",
      "of a core",
      "order",
      "twice",
      "lost",
      "noisy",
    ]),
    ...systems.map(({ name, runs, median, noisy }) =>
      columns([
        name,
        number(median.warmSeconds, 2),
        rangeOf(
          runs.map((run) => run.warmSeconds),
          2,
        ),
        ...ratios(systems, median),
        number(median.coldSeconds, 2),
        number(median.serialSeconds, 2),
        ratio(median.warmSeconds, median.serialSeconds),
        number(median.cpuUsPerRecord, 1),
        number(median.secondHalfCpuUsPerRecord, 1),
        ratio(median.coreShare, 1),
        ...faultsOf(runs),
        String(noisy),
      ]),
    ),
  ],
  wait: (_row, systems) => [
    columns([
      "",
      "CPU µs",
      ...headings(systems),
      "p50 ms",
      "p99 ms",
      "range",
      "max ms",
      ...headings(systems),
      "order",
      "twice",
      "lost",
      "noisy",
    ]),
    ...systems.map(({ name, runs, median, noisy }) =>
      columns([
        name,
        number(median.cpuUsPerRecord, 1),
        ...cpuRatios(systems, median),
        number(median.p50Ms, 1),
        number(median.p99Ms, 1),
        rangeOf(runs.map((run) => run.p99Ms)),
        number(median.maxMs, 1),
        ...ratios(systems, median),
        ...faultsOf(runs),
        String(noisy),
      ]),
    ),
  ],
  failing: (_row, systems) => [
    columns([
      "",
      "p99 ms",
      "none fails",
      "ratio",
      "p50 ms",
      "none fails",
      "refused",
      "order",
      "twice",
      "lost",
      "noisy",
    ]),
    ...systems.map(({ name, runs, median, noisy }) =>
      columns([
        name,
        number(median.p99Ms, 1),
        number(median.quietP99Ms, 1),
        ratio(median.p99Ms, median.quietP99Ms),
        number(median.p50Ms, 1),
        number(median.quietP50Ms, 1),
        number(median.refused),
        ...faultsOf(runs),
        String(noisy),
      ]),
    ),
  ],
  idle: (_row, systems) => [
    columns(["", "% of a core", "MiB now", "MiB peak", "processes", "running after s"]),
    ...systems.map(({ name, median }) =>
      columns([
        name,
        number(median.corePercent, 2),
        number(median.rssBytes / mebibyte),
        number(median.peakRssBytes / mebibyte),
        number(median.processes),
        number(median.startMs / 1_000, 1),
      ]),
    ),
  ],
};

/** Order violations, repeated and lost records; one in three runs is one. */
function faultsOf(runs) {
  return [
    worstOf(runs, (run) => run.orderViolations + run.overlaps),
    rangeOf(runs.map((run) => run.duplicates)),
    worstOf(runs, (run) => run.losses),
  ];
}

/** Less than 1 costs less than the reference. */
function cpuRatios(systems, median) {
  return presentReferences(systems).map((reference) =>
    ratio(median.cpuUsPerRecord, reference.median.cpuUsPerRecord),
  );
}

function headings(systems) {
  return presentReferences(systems).map(({ name }) => `× ${name}`);
}

/** More than 1 is better than the reference, in rates as in waits. */
function ratios(systems, median) {
  const { value, isMoreBetter } = comparedOf(median);
  return presentReferences(systems).map((reference) => {
    const other = comparedOf(reference.median).value;
    return isMoreBetter ? ratio(value, other) : ratio(other, value);
  });
}

function presentReferences(systems) {
  return systems.filter(({ name }) => references.includes(name));
}

function faultLines(results) {
  const failed = results.filter(({ error }) => error !== undefined);
  return failed.map(({ row, peer, error }) => `FAILED ${row} ${peer}: ${error}`);
}

function columns(cells) {
  const [name, ...figures] = cells;
  return `  ${name.padEnd(20)}${figures.map((figure) => figure.padStart(Math.max(10, figure.length + 2))).join(" ")}`;
}

function ratio(value, other) {
  const isKnown = Number.isFinite(value) && Number.isFinite(other) && other !== null && other > 0;
  return isKnown ? (value / other).toFixed(2) : "–";
}

function number(value, digits = 0) {
  return value === null || value === undefined || Number.isNaN(value) ? "–" : value.toFixed(digits);
}

function rangeOf(values, digits = 0) {
  const known = values.filter((value) => typeof value === "number");
  if (known.length < 2) return known.length === 0 ? "–" : number(known[0], digits);
  return `${number(Math.min(...known), digits)}–${number(Math.max(...known), digits)}`;
}

/** The most of any run: one loss in three runs is a loss. */
function worstOf(runs, countOf) {
  const counts = runs.map(countOf).filter((count) => Number.isFinite(count));
  return counts.length === 0 ? "–" : String(Math.max(...counts));
}
