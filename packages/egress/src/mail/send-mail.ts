import { lookup } from "node:dns";
import { connect, type Socket } from "node:net";
import type { SMTPTransportOptions } from "nodemailer";
import { ADDRESS_REFUSED, checkedLookup, isAddressLocal, isHostRefused } from "../address-policy.ts";
import { type MailServer, parseMailServer } from "./mail-server.ts";
import { isMailAddress, isOneLine } from "./mail-words.ts";

/** A message in plain text. */
export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** The same whenever the message is sent again; a word. */
  readonly id: string;
}

/** By whom a message is taken, and how. */
export interface MailThrough {
  /** `smtp://host:port` or `smtps://host:port`. */
  readonly url: string;
  readonly login: { readonly user: string; readonly password: string } | null;
  /** Whether a server elsewhere that offers no TLS may be used in clear. */
  readonly allowsClearText: boolean;
  /** Milliseconds for everything. */
  readonly timeoutMs: number;
  /** Whom the server's certificate may be signed by, beside those that Node knows. */
  readonly ca?: string;
}

/** Why a message was not taken. `unreadable`: the address, or a part of the message, is not as it must be; nothing was sent. */
export type MailFault =
  | "address_refused"
  | "unreadable"
  | "unreachable"
  | "timeout"
  | "no_tls"
  | "login_refused"
  | "refused"
  | "lost";

/** What became of a message. `refused` recipients of a message that was taken did not get it. */
export type MailSent =
  | { readonly accepted: number; readonly refused: number }
  /** `status` is the server's number; null when it said none. What it said beside is never repeated. */
  | { readonly fault: MailFault; readonly status: number | null };

/**
 * Sends one message over a connection of its own to a checked address. TLS with a valid certificate is demanded of every server that is
 * not this machine, unless clear text is allowed. Never rejects.
 */
export async function sendMail(mail: Mail, through: MailThrough): Promise<MailSent> {
  const server = parseMailServer(through.url);
  if (server === null || !isReadable(mail)) return fault("unreadable");
  if (isHostRefused(server.host)) return fault("address_refused");
  const deadline = AbortSignal.timeout(through.timeoutMs);
  let socket: Socket | null = null;
  try {
    socket = await connected(server, deadline);
    return await sendOver(socket, { mail, server, through, deadline });
  } catch (error) {
    return deadline.aborted ? fault("timeout") : faultOf(error);
  } finally {
    socket?.destroy();
  }
}

function isReadable({ from, to, subject, id }: Mail): boolean {
  return (
    to.length > 0 && [from, ...to].every(isMailAddress) && isOneLine(subject) && /^[\w.-]{1,128}$/.test(id)
  );
}

function connected({ host, port }: MailServer, deadline: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, lookup: checkedLookup(lookup) });
    const giveUp = (): void => void socket.destroy(new Error("The deadline is over."));
    deadline.addEventListener("abort", giveUp, { once: true });
    socket.once("error", reject);
    socket.once("connect", () => {
      deadline.removeEventListener("abort", giveUp);
      socket.removeListener("error", reject);
      resolve(socket);
    });
  });
}

interface Sending {
  readonly mail: Mail;
  readonly server: MailServer;
  readonly through: MailThrough;
  readonly deadline: AbortSignal;
}

async function sendOver(socket: Socket, { mail, server, through, deadline }: Sending): Promise<MailSent> {
  // Loaded by those who send mail only.
  const { createTransport } = await import("nodemailer");
  const isLocal = isAddressLocal(socket.remoteAddress ?? "");
  const { from, subject, text, id } = mail;
  const info = await createTransport(optionsOf(socket, { server, through, isLocal })).sendMail({
    from,
    to: [...mail.to],
    subject,
    text,
    messageId: `<${id}@gluttony>`,
    headers: { "Auto-Submitted": "auto-generated" },
    disableFileAccess: true,
    disableUrlAccess: true,
    signal: deadline,
  });
  return { accepted: info.accepted.length, refused: info.rejected.length };
}

function optionsOf(
  socket: Socket,
  {
    server,
    through: { login, timeoutMs, ca, allowsClearText },
    isLocal,
  }: { readonly server: MailServer; readonly through: MailThrough; readonly isLocal: boolean },
): SMTPTransportOptions {
  return {
    host: server.host,
    port: server.port,
    secure: server.isTlsFirst,
    requireTLS: !server.isTlsFirst && !isLocal && !allowsClearText,
    // Nobody is between this machine and itself, and its certificate is seldom one to trust.
    ignoreTLS: isLocal,
    tls: { minVersion: "TLSv1.2", ...(ca === undefined ? {} : { ca }) },
    getSocket: (_options, done) => done(null, { connection: socket }),
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    socketCloseTimeout: 0,
    ...(login === null ? {} : { auth: { user: login.user, pass: login.password } }),
  };
}

/** By the library's codes; none of its texts is repeated, since they quote the server. */
function faultOf(error: unknown): MailSent {
  const told = Object(error) as { readonly [name in "code" | "originalCode" | "responseCode"]?: unknown };
  const status = typeof told.responseCode === "number" ? told.responseCode : null;
  if (isOfCertificate(told.originalCode)) return fault("no_tls", status);
  const { code } = told;
  switch (code) {
    case ADDRESS_REFUSED:
      return fault("address_refused");
    case "ETLS":
    case "EREQUIRETLS":
      return fault("no_tls", status);
    case "EAUTH":
    case "ENOAUTH":
      return fault("login_refused", status);
    case "EENVELOPE":
    case "EMESSAGE":
      return fault("refused", status);
    case "ETIMEDOUT":
      return fault("timeout", status);
    case "ECONNREFUSED":
    case "ENOTFOUND":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "EAI_AGAIN":
    case "EDNS":
      return fault("unreachable");
    default:
      return fault("lost", status);
  }
}

/** OpenSSL's words for certificates that are not to be trusted. */
function isOfCertificate(code: unknown): boolean {
  return typeof code === "string" && /CERT|SELF_SIGNED|ERR_TLS|ERR_SSL|UNABLE_TO/.test(code);
}

function fault(reason: MailFault, status: number | null = null): MailSent {
  return { fault: reason, status };
}
