/** One field of a message, as its file writes it. */
export interface ProtoField {
  readonly name: string;
  readonly number: number;
  /** As it is written: a scalar's name, or a message's or an enum's, which may be relative. */
  readonly type: string;
  readonly isRepeated: boolean;
  /** Whether a value that was not written can be told from a default. */
  readonly hasPresence: boolean;
  /** The keys' type where the field is a map; null for any other. */
  readonly mapKey: string | null;
  /** What `confluent.field_meta` says of it, such as `connect.type`. */
  readonly parameters: ReadonlyMap<string, string>;
}

export interface ProtoMessage {
  readonly kind: "message";
  /** With its package and the messages around it. */
  readonly name: string;
  readonly fields: ProtoField[];
  /** Messages within it in their order, which a list of message indexes refers to. */
  readonly messages: ProtoMessage[];
}

export interface ProtoEnum {
  readonly kind: "enum";
  readonly name: string;
  readonly names: Map<number, string>;
}

/** One parsed `.proto` file. */
export interface ProtoFile {
  readonly package: string;
  readonly messages: readonly ProtoMessage[];
  /** Every message and enum of the file by its full name. */
  readonly types: ReadonlyMap<string, ProtoMessage | ProtoEnum>;
}
