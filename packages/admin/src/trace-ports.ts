/** A request as it begins. */
export interface TracedRequest {
  readonly id: string;
  readonly method: string;
  /** The pattern that was matched; `none` when there was none. */
  readonly route: string;
  /** As the caller sent it; null when it sent none. */
  readonly traceparent: string | null;
}

/** Follows requests, for whoever looks at traces. */
export interface RequestTrace {
  begin(request: TracedRequest): {
    /** What `work` calls, also later, belongs to the request. */
    run(work: () => void): void;
    end(status: number): void;
  };
}
