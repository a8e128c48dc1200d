/** A message of the stream as it came; `sequence` is its place there. */
export type Arrived = { readonly sequence: number; readonly subject: string; readonly text: string };

/** Where to begin: where reading last stopped, or at a place of the stream. */
export type ReadFrom = 'where-it-was' | { readonly sequence: number };

/** The published log. */
export interface EventSource {
  /**
   * Hands over batches in the stream's order until `take` answers `stop`, the signal is aborted, or the source breaks, which is thrown. A
   * batch counts as read once `take` answered `go-on`; anything else comes again. An empty batch says: I am reading.
   */
  read(from: ReadFrom, take: (batch: readonly Arrived[]) => Promise<'go-on' | 'stop'>, signal: AbortSignal): Promise<void>;
}
