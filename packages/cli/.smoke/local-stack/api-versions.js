import { connect } from "node:net";
/** Request 18, version 0, correlation id 1, no client id: the smallest question that a Kafka broker answers. */
const REQUEST = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff]);
/** Size, correlation id, error code. */
const ANSWER_MIN_BYTES = 10;
/** True once the broker processes requests; its port accepts connections long before that. */
export function apiVersionsAnswered(port, signal) {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    const settle = (isAnswered) => {
      socket.destroy();
      resolve(isAnswered);
    };
    let received = Buffer.alloc(0);
    signal.addEventListener("abort", () => settle(false), { once: true });
    socket.on("error", () => settle(false));
    socket.on("close", () => settle(false));
    socket.on("connect", () => socket.write(REQUEST));
    socket.on("data", (bytes) => {
      received = Buffer.concat([received, bytes]);
      if (received.length >= ANSWER_MIN_BYTES) settle(received.readInt16BE(8) === 0);
    });
  });
}
