import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
/** Field 22 of `/proc/<pid>/stat`, counted from the state, which follows the command's closing parenthesis. */
const START_TIME_AFTER_COMMAND = 19;
/** Says who has this process id now; undefined if nobody has, or if it has ended and only waits to be reaped. */
export function identityOf(pid) {
  const startedAt = existsSync("/proc/self/stat") ? startFromProc(pid) : startFromPs(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}
/** True while the very same process lives. */
export function isAlive(identity) {
  return identityOf(identity.pid)?.startedAt === identity.startedAt;
}
function startFromProc(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[START_TIME_AFTER_COMMAND];
  } catch {
    return undefined; // No such process.
  }
}
function startFromPs(pid) {
  try {
    const line = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return line.trim() || undefined;
  } catch {
    return undefined; // No such process.
  }
}
