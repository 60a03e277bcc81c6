import { join } from "node:path";
import { makeFolder } from "./folders.js";
import { findJava } from "./java.js";
import { SpawnedProcess } from "./spawned.js";
import { writeFile } from "node:fs/promises";
/** Starts one long-lived Java program of the stack in its part's folder. */
export async function startJava(command, folder) {
  const temporary = join(folder, "tmp");
  await makeFolder(temporary);
  const logging = join(folder, "log4j2.properties");
  await writeFile(logging, loggingText(command.loggers));
  const { program } = await findJava();
  const options = [
    `-Xms${command.heapMinMb}m`,
    `-Xmx${command.heapMaxMb}m`,
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:-UsePerfData", // Else a file in /tmp outlives a kill.
    "-XX:+ExitOnOutOfMemoryError",
    `-XX:ErrorFile=${join(folder, "crash.log")}`,
    `-Djava.io.tmpdir=${temporary}`,
    "-Djava.net.preferIPv4Stack=true",
    `-Dlog4j2.configurationFile=${logging}`,
    "-cp",
    join(command.libs, "*"),
  ];
  return SpawnedProcess.start(
    {
      name: command.name,
      program,
      args: [...options, command.mainClass, ...command.args],
      env: javaEnv(),
      cwd: folder,
      stopSignal: "SIGTERM",
    },
    folder,
  );
}
/** Options meant for other Java programs of this user must not change these. */
export function javaEnv() {
  const { JAVA_TOOL_OPTIONS: _tool, JDK_JAVA_OPTIONS: _jdk, CLASSPATH: _classPath, ...env } = process.env;
  return env;
}
/** The text of a Java properties file. */
export function propertiesText(properties) {
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${String(value).replaceAll("\\", "\\\\")}\n`)
    .join("");
}
function loggingText(loggers) {
  const levels = Object.entries(loggers).map(([name, level], index) => [
    [`logger.l${index}.name`, name],
    [`logger.l${index}.level`, level],
  ]);
  return propertiesText({
    status: "ERROR",
    "appender.console.type": "Console",
    "appender.console.name": "console",
    "appender.console.layout.type": "PatternLayout",
    "appender.console.layout.pattern": "%d{yyyy-MM-dd HH:mm:ss.SSS} %p %c{1} %m%n",
    "rootLogger.level": "WARN",
    "rootLogger.appenderRef.console.ref": "console",
    ...Object.fromEntries(levels.flat()),
  });
}
