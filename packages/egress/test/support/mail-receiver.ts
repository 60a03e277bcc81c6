import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

/** A message as a server took it. */
export interface TakenMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly source: string;
  readonly user: string | null;
  readonly isSecure: boolean;
}

/** A mail server on a real socket of this machine. */
export interface MailReceiver extends AsyncDisposable {
  readonly port: number;
  readonly taken: readonly TakenMail[];
}

/** Takes mail for everybody but `nobody@…`; whoever logs in needs `duty` and `letmein-canary-3391`. */
export async function startMailReceiver(
  options: SMTPServerOptions = {},
  host = "127.0.0.1",
): Promise<MailReceiver> {
  const taken: TakenMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ["STARTTLS"],
    logger: false,
    onAuth({ username, password }, _session, done) {
      if (username === "duty" && password === "letmein-canary-3391") done(null, { user: username });
      else done(Object.assign(new Error("535 no such login"), { responseCode: 535 }));
    },
    onRcptTo({ address }, _session, done) {
      if (address.startsWith("nobody@"))
        done(Object.assign(new Error("no such person"), { responseCode: 550 }));
      else done();
    },
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        taken.push({
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          source: Buffer.concat(parts).toString("utf8"),
          user: typeof session.user === "string" ? session.user : null,
          isSecure: session.secure,
        });
        done();
      });
    },
    ...options,
  });
  // A client that ends the talk is what some tests are about.
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => void server.listen(0, host, resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    taken,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** The text of a message, whatever way it was encoded. */
export function textIn(source: string): string {
  const [head = "", ...rest] = source.split("\r\n\r\n");
  const body = rest.join("\r\n\r\n");
  if (/base64/i.test(head)) return Buffer.from(body, "base64").toString("utf8");
  const bytes = body
    .replaceAll("=\r\n", "")
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, /quoted-printable/i.test(head) ? "latin1" : "utf8").toString("utf8");
}
