const MASK = '[sensitive]';

/**
 * Holds a plaintext that must not be printed. Logging, JSON, template strings and the inspector show `[sensitive]`;
 * only `reveal()` hands the value out, on the line that uses it.
 */
export class Sensitive<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [Symbol.toPrimitive](): string {
    return MASK;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return MASK;
  }
}
