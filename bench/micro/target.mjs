// A target that answers at once, on a raw socket: it must cost less than what is measured. Prints its port.
import { createServer } from "node:net";

const answer = Buffer.from(
  'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 10\r\nconnection: keep-alive\r\n\r\n{"code":0}',
);
const headEnd = Buffer.from("\r\n\r\n");

const server = createServer((socket) => {
  let rest = Buffer.alloc(0);
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let size = requestSize(rest); size > 0; size = requestSize(rest)) {
      socket.write(answer);
      rest = rest.subarray(size);
    }
  });
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`));
process.stdin.on("end", () => process.exit(0)).resume();

/** Bytes of the first whole request; 0 while it is not whole. */
function requestSize(bytes) {
  const end = bytes.indexOf(headEnd);
  if (end < 0) return 0;
  const length = /content-length: (\d+)/i.exec(bytes.latin1Slice(0, end))?.[1] ?? "0";
  const size = end + headEnd.length + Number(length);
  return bytes.length >= size ? size : 0;
}
