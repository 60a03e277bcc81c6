import { connect } from "node:net";
/** What the stack itself sends to Postgres may take this long; seeding is the longest. */
const QUERY_LIMIT_MS = 60_000;
/** Protocol 3.0: major version in the high, minor in the low half. */
const PROTOCOL_VERSION = 196_608;
/** Longer answers are not expected from statements that set something up. */
const MESSAGE_MAX_BYTES = 16 * 1024 * 1024;
/**
 * Runs statements that set something up and returns no rows: the few messages of the protocol that a server with trusted
 * local connections needs. The embedded server has no psql, and the stack must not depend on a driver.
 */
export async function runStatements(address, sql) {
  const socket = connect({ host: "127.0.0.1", port: address.port, noDelay: true });
  socket.setTimeout(QUERY_LIMIT_MS, () => socket.destroy(new Error("The server did not answer in time.")));
  try {
    socket.write(startupMessage(address.database));
    await untilReady(socket);
    socket.write(queryMessage(sql));
    await untilReady(socket);
    socket.end(Buffer.from([0x58, 0, 0, 0, 4]));
  } finally {
    socket.destroy();
  }
}
/** Reads messages until the server is ready for a query; an error message before that is what went wrong. */
function untilReady(socket) {
  return new Promise((resolve, reject) => {
    let rest = Buffer.alloc(0);
    let failure;
    const settle = (error) => {
      socket.removeAllListeners("data").removeAllListeners("error").removeAllListeners("close");
      socket.on("error", () => undefined); // A late one has no reader any more.
      if (error === undefined) resolve();
      else reject(error);
    };
    socket.on("error", settle);
    socket.on("close", () => settle(failure ?? new Error("The server closed the connection.")));
    socket.on("data", (bytes) => {
      rest = Buffer.concat([rest, bytes]);
      while (rest.length >= 5) {
        const length = rest.readUInt32BE(1) + 1;
        if (length > MESSAGE_MAX_BYTES) return settle(new Error("The server's message is too long."));
        if (rest.length < length) return;
        const type = String.fromCharCode(rest[0] ?? 0);
        if (type === "E") failure = serverError(rest.subarray(5, length));
        if (type === "Z") return settle(failure);
        rest = rest.subarray(length);
      }
    });
  });
}
function startupMessage(database) {
  const body = Buffer.from(
    `user\0postgres\0database\0${database}\0application_name\0gluttony-local-stack\0\0`,
  );
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8, 0);
  head.writeUInt32BE(PROTOCOL_VERSION, 4);
  return Buffer.concat([head, body]);
}
function queryMessage(sql) {
  const body = Buffer.from(`${sql}\0`);
  const head = Buffer.alloc(5);
  head.write("Q");
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
/** Keeps the code and the message; the detail may carry row values. */
function serverError(body) {
  const fields = new Map(
    body
      .toString("utf8")
      .split("\0")
      .filter((field) => field !== "")
      .map((field) => [field.charAt(0), field.slice(1)]),
  );
  return new Error(`${fields.get("C") ?? "?????"}: ${fields.get("M") ?? "unknown"}`);
}
