const AT_ONCE = 4;

/** Until it is stopped: then nothing further is asked, and nothing told. */
type Care = { readonly signal: AbortSignal; readonly atOnce?: number };

/** Asks of each, so many at once, and tells each answer as it comes. */
export const testEach = async <Answer>(
  ids: readonly string[],
  ask: (id: string) => Promise<Answer>,
  tell: (id: string, answer: Answer) => void,
  { signal, atOnce = AT_ONCE }: Care,
): Promise<void> => {
  const rest = [...ids];
  const next = (): string | undefined => (signal.aborted ? undefined : rest.shift());
  const work = async (): Promise<void> => {
    for (let id = next(); id !== undefined; id = next()) {
      const answer = await ask(id);
      if (!signal.aborted) tell(id, answer);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
};
