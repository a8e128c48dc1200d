/** Fails where the compiler proves that no case is left; reaching it at run time is a bug. */
export const assertNever = (value: never): never => {
  throw new Error(`a case is missing: ${JSON.stringify(value)}`);
};
