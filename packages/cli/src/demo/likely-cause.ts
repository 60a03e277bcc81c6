import type { Code } from "@gluttony/model";

const BY_STEP: Readonly<Record<string, string>> = {
  postgres: "the data folder was damaged or made by another version; --fresh wipes it.",
  broker:
    "too little free memory (Kafka and Connect need about 600 MB), or kept data of another version; try --fresh.",
  connect: "too little free memory, or a very busy machine.",
  database: "kept data of another version; --fresh wipes it.",
  host: "the build is not complete (npm run build), or kept data of another version; try --fresh.",
  consumers: "the connector or a handler could not be started; the log above says which.",
  "main job": "a record waits or is parked; see the consumers with the status key, or the log above.",
};

/** A first guess for a part that failed; nothing where the error itself says all. */
export function likelyCause(step: string, code: Code): string | undefined {
  const isTold = /^environment\.(?!process_failed|timed_out)/.test(code);
  return isTold ? undefined : BY_STEP[step];
}
