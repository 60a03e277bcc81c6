import { type Facts, GluttonyError } from "@gluttony/model";

/** kafkajs errors wrap each other by `cause`; more than this is a circle. */
const CAUSES_MAX = 8;

const SESSION_LOST: ReadonlySet<string> = new Set([
  "UNKNOWN_MEMBER_ID",
  "ILLEGAL_GENERATION",
  "REBALANCE_IN_PROGRESS",
  "FENCED_INSTANCE_ID",
]);

const UNREACHABLE: ReadonlySet<string> = new Set([
  "KafkaJSConnectionError",
  "KafkaJSConnectionClosedError",
  "KafkaJSRequestTimeoutError",
  "KafkaJSLockTimeout",
  "KafkaJSBrokerNotFound",
  "KafkaJSNoBrokerAvailableError",
  "KafkaJSGroupCoordinatorNotFound",
]);

/** Turns an error of kafkajs into ours. Its messages may name hosts but never records; only its name and type are kept as facts. */
export function translateError(thrown: unknown, facts: Facts = {}): GluttonyError {
  if (thrown instanceof GluttonyError) return thrown;
  const { name, type, isPassing } = rootOf(thrown);
  const cause = { cause: thrown };
  if (type === "UNKNOWN_TOPIC_OR_PARTITION") return new GluttonyError("kafka.topic_missing", facts, cause);
  if (SESSION_LOST.has(type)) return new GluttonyError("kafka.session_lost", { ...facts, type }, cause);
  if (UNREACHABLE.has(name)) return new GluttonyError("kafka.unreachable", { ...facts, error: name }, cause);
  // A leader or coordinator that is being moved: to whoever asks it is a broker that cannot be reached yet.
  if (isPassing) return new GluttonyError("kafka.unreachable", { ...facts, type }, cause);
  if (type !== "") return new GluttonyError("kafka.refused", { ...facts, type }, cause);
  return new GluttonyError("internal.unexpected", { ...facts, error: name }, cause);
}

/** The coordinator is there but not ready: the same question is answered a little later. */
export function isCoordinatorBusy(thrown: unknown): boolean {
  const { type } = rootOf(thrown);
  return type === "GROUP_LOAD_IN_PROGRESS" || type === "GROUP_COORDINATOR_NOT_AVAILABLE";
}

interface NamedError {
  readonly name: string;
  /** The protocol's name of the error; empty where the broker said nothing. */
  readonly type: string;
  /** The protocol calls it a matter of time. */
  readonly isPassing: boolean;
}

function rootOf(thrown: unknown): NamedError {
  let error = thrown;
  for (let depth = 0; depth < CAUSES_MAX; depth++) {
    if (!(error instanceof Error)) break;
    const type = "type" in error && typeof error.type === "string" ? error.type : "";
    if (type !== "" || UNREACHABLE.has(error.name) || !(error.cause instanceof Error)) {
      return { name: error.name, type, isPassing: type !== "" && Reflect.get(error, "retriable") === true };
    }
    error = error.cause;
  }
  return { name: error instanceof Error ? error.name : typeof error, type: "", isPassing: false };
}
