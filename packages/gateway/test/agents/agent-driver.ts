/** What a client is asked to do; whatever it calls tools for, it continues until the model is done. */
export interface Task {
  readonly prompt: string;
  /** @default auto */
  readonly model?: string;
  readonly stream: boolean;
  /** Offers the tool `weather`, which takes a city. */
  readonly withTool?: boolean;
  /** A PNG, as base64. */
  readonly image?: string;
  readonly thinks?: boolean;
}

/** What came of it. */
export interface Done {
  /** Of the last answer. */
  readonly text: string;
  /** Of all answers. */
  readonly thought: string;
  /** The cities that the tool was called with, in order. */
  readonly cities: readonly string[];
  /** Of the last answer, where the client does not count those of its events together. */
  readonly outputTokens?: number | undefined;
}

/** A client that is made to run a task as its users do. */
export type AgentDriver = (options: {
  /** Without `/v1`. */
  readonly url: string;
  readonly apiKey: string;
}) => { run(task: Task): Promise<Done> };

/** What the tool takes. */
export const CITY_SCHEMA: {
  type: 'object';
  properties: { city: { type: 'string' } };
  required: string[];
  additionalProperties: false;
} = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};

/** The city of a call's arguments. */
export function cityOf(input: unknown): string {
  return typeof input === 'object' && input !== null && 'city' in input ? String(input.city) : '?';
}
