/** Frames that are kept of one error. */
export const framesMax = 3;
const linesMax = 50;

/** One place in a plugin's own files that an error came through. */
export interface PluginFrame {
  /** The function's name as the engine tells it; null for one without, or with another name than code has. */
  readonly name: string | null;
  /** `path:line:column` below the release's root. */
  readonly place: string;
}

/**
 * The innermost places in the plugin's own files, at most three. The stack begins with the message, which is not searched: it
 * may hold anything.
 */
export function pluginFrames(error: Error, rootUrl: string): readonly PluginFrame[] {
  const stack: unknown = error.stack;
  if (typeof stack !== "string") return [];
  const head = stack.indexOf(error.message);
  const lines = stack.slice(head < 0 ? 0 : head + error.message.length).split("\n", linesMax);
  const frames: PluginFrame[] = [];
  for (const line of lines) {
    const frame = frameIn(line, rootUrl);
    if (frame !== undefined) frames.push(frame);
    if (frames.length === framesMax) break;
  }
  return frames;
}

/** A frame as one text. */
export function frameText({ name, place }: PluginFrame): string {
  return name === null ? place : `${name} ${place}`;
}

/** Whether a text is one that `frameText` makes; what comes from a cell is not trusted. */
export function isFrameText(text: unknown): text is string {
  return typeof text === "string" && /^(?:[\w$.]{1,60} )?[\w./@+-]{1,200}:\d{1,9}:\d{1,9}$/.test(text);
}

function frameIn(line: string, rootUrl: string): PluginFrame | undefined {
  const from = line.indexOf(rootUrl);
  if (from < 0 || !line.trimStart().startsWith("at ")) return undefined;
  const place = /^[\w./@+-]{1,200}:\d{1,9}:\d{1,9}/.exec(line.slice(from + rootUrl.length))?.[0];
  if (place === undefined) return undefined;
  const name = /^\s*at (?:async )?(?:new )?([\w$.]{1,60}) (?:\[as [\w$]{1,60}\] )?\(/.exec(
    line.slice(0, from),
  )?.[1];
  return { name: name ?? null, place };
}
