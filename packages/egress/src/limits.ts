/** Bounds of every call that leaves the host. Each has a test. */
export interface EgressLimits {
  /** Bytes of an answer's body; larger answers are cut off. */
  readonly answerBytesMax: number;
  /** Bytes of a request's body. */
  readonly requestBytesMax: number;
  /** Milliseconds that one exchange may be given; longer wishes are shortened. */
  readonly timeoutMaxMs: number;
  /** Milliseconds to open a connection, TLS included. */
  readonly connectTimeoutMs: number;
  /** Calls to one origin at once, and its connections. */
  readonly concurrencyPerOrigin: number;
  /** Calls of one consumer to one origin that may wait for their turn. */
  readonly waitingPerConsumerMax: number;
  /** Origins with open connections at once. */
  readonly originsMax: number;
  /** Milliseconds after which an unused origin's connections are closed. */
  readonly idleOriginMs: number;
  /** Milliseconds that `close` waits for calls in flight. */
  readonly closeWithinMs: number;
}

export const defaultEgressLimits: EgressLimits = {
  answerBytesMax: 8 * 1024 * 1024,
  requestBytesMax: 8 * 1024 * 1024,
  timeoutMaxMs: 600_000,
  connectTimeoutMs: 10_000,
  concurrencyPerOrigin: 64,
  waitingPerConsumerMax: 1_024,
  originsMax: 64,
  idleOriginMs: 60_000,
  closeWithinMs: 5_000,
};
