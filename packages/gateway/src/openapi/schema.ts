/** A JSON Schema of the dialect of OpenAPI 3.1 (2020-12). */
export type Schema = Readonly<Record<string, unknown>>;

/** A text. */
export const text: Schema = { type: 'string' };
/** A whole number from 0. */
export const count: Schema = { type: 'integer', minimum: 0 };
/** A number from 0 to 1. */
export const probability: Schema = { type: 'number', minimum: 0, maximum: 1 };
/** A name that can be asked for. */
export const model: Schema = {
  ...text,
  minLength: 1,
  maxLength: 256,
  description: 'A name that GET /v1/models lists.',
};
/** A message of a chat. */
export const message: Schema = object(
  {
    role: { ...text, minLength: 1 },
    content: { anyOf: [text, { type: 'array', items: { type: 'object' } }, { type: 'null' }] },
  },
  ['role'],
);
/** The messages of a chat. */
export const messages: Schema = { type: 'array', items: message, minItems: 1, maxItems: 10_000 };

/** An object with these members and any others. */
export function object(
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[],
): Schema {
  return { type: 'object', properties, ...(required.length === 0 ? {} : { required }) };
}
