const MIN_REDACTED = 8;

/**
 * A value from the environment that must not reach a log, a trace or an answer. However it is
 * printed, it does not show; Node's `inspect` leaves private fields out by itself.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself, for the one place that sends or compares it. */
  reveal(): string {
    return this.#value;
  }

  /** Takes the value out of a text that somebody else wrote. */
  redactFrom(text: string): string {
    // So short a value is not a secret, and may be a part of any text.
    if (this.#value.length < MIN_REDACTED) return text;
    return text.replaceAll(this.#value, '[redacted]');
  }

  /** Never the value. */
  toString(): string {
    return '[redacted]';
  }

  /** Never the value. */
  toJSON(): string {
    return '[redacted]';
  }
}
