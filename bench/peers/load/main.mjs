// As many connections as slots, one request at a time on each, written as prepared bytes: cheaper than any HTTP client.
import { connect } from "node:net";

const { PORT, SLOTS } = process.env;
const body = "x".repeat(480);
const answerEnd = "\r\n\r\n{}";
const sockets = [];

for (let slot = 0; slot < Number(SLOTS); slot += 1) {
  const socket = connect({ port: Number(PORT), host: "127.0.0.1", noDelay: true });
  // Each connection is a key of its own, and a partition of its own, so that the judge sees sense in what it sends.
  let offset = 0;
  let text = "";
  const send = () => {
    const head = `POST /patient HTTP/1.1\r\nhost: target\r\ncontent-type: application/json\r\nx-record: ${slot} ${slot} ${offset} ${offset} 0\r\n`;
    socket.write(`${head}content-length: ${body.length}\r\n\r\n${body}`);
    offset += 1;
  };
  socket.on("connect", send);
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
    if (!text.endsWith(answerEnd)) return;
    text = "";
    send();
  });
  socket.on("error", () => {});
  sockets.push(socket);
}
process.once("SIGTERM", () => {
  for (const socket of sockets) socket.destroy();
});
