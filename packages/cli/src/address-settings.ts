import type { Fault } from "@gluttony/model";
import { isHostAndPort, listOf } from "./host-and-port.ts";

/** Brokers as `host:port`, comma separated. */
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

/** An address of HTTP without a login, as it is called: without slashes at its end. */
export function urlOf(name: string, written: string, faults: Fault[]): string {
  const parsed = URL.canParse(written) ? new URL(written) : null;
  if (parsed === null || (parsed.protocol !== "http:" && parsed.protocol !== "https:")) {
    const suggestion = isHostAndPort(written) ? `http://${written}` : "http://host:port";
    faults.push({ path: name, message: "Must be an http or https URL.", suggestion });
  } else if (parsed.username !== "" || parsed.search !== "" || parsed.hash !== "") {
    faults.push({
      path: name,
      message: "Must hold no login, query or fragment.",
      suggestion: parsed.origin + parsed.pathname,
    });
  }
  return written.replace(/\/+$/, "");
}

/** Where the admin API listens; beyond loopback only with a token. */
export function listenOf(
  written: string | null,
  token: string | null,
  faults: Fault[],
): { host: string; port: number } {
  const path = "GLUTTONY_ADMIN_LISTEN";
  const listen = written ?? "127.0.0.1:8180";
  const found = /^(?<host>\[[0-9a-fA-F:.]+\]|[^\s:/[\]]+):(?<port>\d{1,5})$/.exec(listen)?.groups;
  const host = found?.["host"]?.replace(/^\[|\]$/g, "") ?? "127.0.0.1";
  const port = Number(found?.["port"] ?? 8180);
  if (found === undefined || port > 65_535) {
    faults.push({ path, message: "Must be host:port.", suggestion: "127.0.0.1:8180" });
  } else if (!isLoopback(host) && token === null) {
    faults.push({
      path,
      message: "Listening beyond loopback needs a token.",
      suggestion: "Set GLUTTONY_ADMIN_TOKEN or GLUTTONY_ADMIN_TOKEN_FILE, or listen on 127.0.0.1.",
    });
  }
  return { host, port };
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);
}
