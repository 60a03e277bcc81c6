// Not a system but a control: how fast the target answers whoever asks without reading Kafka.
import { join } from "node:path";
import { TestedProcess } from "../../tested-process.mjs";

export const load = {
  name: "load-generator",
  unavailable: async () => "",
  start(stage, job) {
    const env = { PATH: process.env.PATH ?? "", PORT: String(stage.target.port), SLOTS: String(job.slots) };
    const running = new TestedProcess(process.execPath, [join(import.meta.dirname, "main.mjs")], { env });
    return { process: running, stop: () => running.stop() };
  },
};
