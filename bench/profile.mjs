// Node's own profiler, for whoever looks for the cause of a figure: `BENCH_PROFILE=folder npm run bench -- --rows …`.

/** Flags for a Node process under test; none unless a folder for profiles is named. */
export function profileFlags(name) {
  const folder = process.env.BENCH_PROFILE;
  if (folder === undefined || folder === "") return [];
  return ["--cpu-prof", `--cpu-prof-dir=${folder}`, `--cpu-prof-name=${name}-${Date.now()}.cpuprofile`];
}
