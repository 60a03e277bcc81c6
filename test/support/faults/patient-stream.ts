import type { Message, Producer } from "kafkajs";
import { pause } from "../host.ts";
import { randomOf } from "../patient-workload.ts";

/** How a stream of changes is made. */
export interface StreamWish {
  readonly topic: string;
  /** In every key and every name, so that a search for it finds whatever leaks. */
  readonly marker: string;
  readonly subjects: number;
  readonly perSecond: number;
  readonly seed: number;
  /** Makes the rows of another table than the patients'. */
  readonly rowOf?: (subject: string, version: number) => { readonly [column: string]: unknown };
}

/** One change of a patient's row, as Debezium's JSON converter writes it without schemas. */
export interface PatientChange {
  readonly subject: string;
  readonly version: number;
  readonly operation?: "c" | "u" | "d" | "r" | "t";
  readonly row?: { readonly [column: string]: unknown };
}

const tickMs = 100;
let lastPlace = 1_000;

/** Changes of patients, written straight to a topic at a steady pace. Versions count from 1 per patient. */
export class PatientStream {
  readonly wish: StreamWish;
  readonly #producer: Producer;
  readonly #versions = new Map<string, number>();
  readonly #random: () => number;
  #isOver = false;
  #running: Promise<void> = Promise.resolve();
  #sending: Promise<void> = Promise.resolve();
  #perSecond: number;
  /** Changes handed to the broker, and when; what is in the topic is the truth. */
  sent = 0;
  readonly sends: { readonly atMs: number; readonly count: number }[] = [];

  constructor(wish: StreamWish, producer: Producer) {
    this.wish = wish;
    this.#producer = producer;
    this.#random = randomOf(wish.seed);
    this.#perSecond = wish.perSecond;
  }

  start(): void {
    this.#running = this.#run();
  }

  setPace(perSecond: number): void {
    this.#perSecond = perSecond;
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#running;
  }

  /** Writes so many changes at once. */
  async burst(count: number): Promise<void> {
    const changes = Array.from({ length: count }, () => this.nextChange());
    await this.write(changes.map((change) => this.messageOf(change)));
  }

  /** Writes records after all that were written before: two requests at once may change places. */
  write(messages: readonly Message[]): Promise<void> {
    const sending = this.#sending.then(async () => {
      await this.#producer.send({ topic: this.wish.topic, messages: [...messages] });
      this.sent += messages.length;
      this.sends.push({ atMs: performance.now(), count: messages.length });
    });
    this.#sending = sending.catch(() => undefined);
    return sending;
  }

  /** The next version of a patient, drawn or named. */
  nextChange(subject = this.#drawn()): PatientChange {
    const version = (this.#versions.get(subject) ?? 0) + 1;
    this.#versions.set(subject, version);
    return { subject, version };
  }

  subject(number: number): string {
    return `${this.wish.marker}-${number}`;
  }

  messageOf(change: PatientChange): Message {
    const row = change.row ?? (this.wish.rowOf ?? this.#patientRow)(change.subject, change.version);
    return changeMessage(change, row);
  }

  readonly #patientRow = (subject: string, version: number): { readonly [column: string]: unknown } => ({
    patient_id: subject,
    name: `${this.wish.marker} Zhang`,
    mobile: `100${String(version).padStart(8, "0")}`,
  });

  #drawn(): string {
    return this.subject(Math.floor(this.#random() * this.wish.subjects));
  }

  async #run(): Promise<void> {
    let owed = 0;
    while (!this.#isOver) {
      owed += (this.#perSecond * tickMs) / 1_000;
      const due = Math.floor(owed);
      owed -= due;
      // A broker that is down refuses; what was then not written is simply not in the topic.
      if (due > 0) await this.burst(due).catch(() => undefined);
      await pause(tickMs);
    }
  }
}

/** A record with its place in the source's log, ascending over everything that this process makes. */
export function changeMessage(change: PatientChange, row: { readonly [column: string]: unknown }): Message {
  lastPlace += 8;
  const keyColumn = "dept_code" in row ? "dept_code" : "patient_id";
  const operation = change.operation ?? (change.version === 1 ? "c" : "u");
  const isGone = operation === "d" || operation === "t";
  const source = {
    version: "3.6.1.Final",
    connector: "postgresql",
    name: "his",
    ts_ms: Date.now(),
    db: "his",
    schema: "his",
    table: "patient",
    txId: lastPlace,
    lsn: lastPlace,
    sequence: JSON.stringify([String(lastPlace - 4), String(lastPlace)]),
  };
  const before = operation === "d" ? { [keyColumn]: change.subject } : null;
  return {
    key: operation === "t" ? null : JSON.stringify({ [keyColumn]: change.subject }),
    value: JSON.stringify({ op: operation, before, after: isGone ? null : row, source, ts_ms: Date.now() }),
  };
}

/** Rows of a dictionary, for the neighbour who shares the host. */
export function departmentRow(subject: string, version: number): { readonly [column: string]: unknown } {
  return { dept_code: subject, dept_name: "Ward", std_code: String(version), stop_flag: "0" };
}
