import { resolve4 } from "node:dns/promises";
import { connect, createServer } from "node:net";
import { defineHandler } from "@gluttony/sdk";

const codeOf = (emitter) => new Promise((resolve) => emitter.once("error", ({ code }) => resolve(code)));

const ways = {
  connect: (port) => {
    const socket = connect({ host: "127.0.0.1", port });
    return Promise.race([
      codeOf(socket),
      new Promise((resolve) => socket.once("connect", () => resolve("reached"))),
    ]);
  },
  dns: () =>
    resolve4("localhost").then(
      () => "reached",
      ({ code }) => code,
    ),
  listen: () => {
    const server = createServer();
    return Promise.race([
      codeOf(server),
      new Promise((resolve) => server.listen(0, () => resolve("listens"))),
    ]);
  },
};

/** Opens sockets of its own; the row says which. Answers with the code of the error, in lower case. */
export const onChange = defineHandler({
  name: "onChange",
  async handle(change) {
    const way = ways[change.after.do];
    if (way === undefined) return undefined;
    return { filtered: String(await way(change.after.port)).toLowerCase() };
  },
});
