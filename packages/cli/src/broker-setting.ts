import type { Fault } from "@gluttony/model";

/** Reads brokers as `host:port`, comma separated; `path` is the name of the setting. */
export function brokersOf(path: string, written: string | null, faults: Fault[]): readonly string[] {
  return listOf(written).map((broker) => {
    const [, bare] = /^[a-z+]+:\/\/(.*)$/i.exec(broker) ?? [];
    if (bare !== undefined) {
      faults.push({
        path,
        message: "Has a scheme; brokers have none.",
        suggestion: bare.replace(/\/.*$/, ""),
      });
    } else if (!isHostAndPort(broker)) {
      faults.push({
        path,
        message: "Must be host:port, comma separated.",
        suggestion: "127.0.0.1:9092",
      });
    }
    return broker;
  });
}

/** Whether it is a host and a port, without a scheme. Pure. */
export function isHostAndPort(text: string): boolean {
  const port = /^(?:\[[0-9a-fA-F:.]+\]|[^\s:/[\]@]+):(\d{1,5})$/.exec(text)?.[1];
  return port !== undefined && Number(port) >= 1 && Number(port) <= 65_535;
}

/** The parts of a comma separated list; none when it is not set. Pure. */
export function listOf(written: string | null): readonly string[] {
  return (written ?? "")
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}
