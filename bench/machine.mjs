// What the bench asks of the machine: which core a process runs on, and what a process tree used.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/** The core of the system under test, and the one of everything around it. */
export const testedCore = "0";
export const aroundCore = "1";
/** `/proc` counts CPU in ticks of a hundredth of a second on every Linux that Node runs on. */
const tickUs = 10_000;

const taskset = ["/usr/bin/taskset", "/bin/taskset"].find((path) => existsSync(path));

/** Whether systems and their surroundings are kept apart; without it the figures of two systems disturb each other. */
export const isPinned = taskset !== undefined;

/** Puts this process, and with it every broker, database and target that it starts, on the second core. */
export function pinSelf() {
  if (taskset !== undefined) {
    execFileSync(taskset, ["-a", "-p", "-c", aroundCore, String(process.pid)], { stdio: "ignore" });
  }
}

/** Starts a program on one core. */
export function spawnOn(core, command, args, options) {
  if (taskset === undefined) return spawn(command, args, options);
  return spawn(taskset, ["-c", core, command, ...args], options);
}

/** Starts a system under test. */
export function spawnTested(command, args, options) {
  return spawnOn(testedCore, command, args, options);
}

/** A process and everything below it. */
export function treeOf(pid) {
  const pids = [];
  const visit = (one) => {
    pids.push(one);
    for (const child of textOf(`/proc/${one}/task/${one}/children`).split(" ")) {
      if (child !== "") visit(Number(child));
    }
  };
  visit(pid);
  return pids;
}

/** CPU that these processes used so far, in microseconds: user and system, all threads. */
export function cpuUsOf(pids) {
  let ticks = 0;
  for (const pid of pids) {
    const stat = textOf(`/proc/${pid}/stat`);
    // The name in brackets may hold blanks; what follows it does not.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    ticks += Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  }
  return ticks * tickUs;
}

/** Resident memory of these processes in bytes: `peak` is the highest each ever had, `now` the present. */
export function residentOf(pids) {
  let [peak, now] = [0, 0];
  for (const pid of pids) {
    const status = textOf(`/proc/${pid}/status`);
    peak += Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1_024;
    now += Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1_024;
  }
  return { peak, now };
}

/** The file's text, or nothing when the process has ended meanwhile. */
function textOf(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
