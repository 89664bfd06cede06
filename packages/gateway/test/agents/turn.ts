/** What a model is asked, in whichever protocol. */
export interface AskedTurn {
  /** The last text that the user wrote. */
  readonly text: string;
  /** Results of tools since then, by the id of their call. */
  readonly results: readonly { readonly id: string; readonly text: string }[];
  /** Images of the last message, as base64. */
  readonly images: readonly string[];
  readonly hasTools: boolean;
  readonly thinks: boolean;
  /** What came back of the thoughts that were given out: signatures, or encrypted contents. */
  readonly thoughts: readonly string[];
}

/** A tool that a model wants called. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly input: object;
}

/** What a model answers. */
export interface AnsweredTurn {
  /** Its text and what proves that it is the model's own. */
  readonly thought?: { readonly text: string; readonly proof: string };
  readonly text?: string;
  readonly calls: readonly ToolCall[];
}

/** The proof that a model's thought is its own. */
export const PROOF = 'c2lnbmVk';

/**
 * A model of few words: calls the tool `weather` for each city of "weather in A, B", says what its results
 * were, says how long the data of images is, and repeats everything else.
 */
export function answerTurn({ text, results, images, hasTools, thinks }: AskedTurn): AnsweredTurn {
  const thought = thinks ? { thought: { text: `Hm, ${text}.`, proof: PROOF } } : {};
  const [image] = images;
  if (image !== undefined) return { ...thought, text: `${text}: ${image.length}`, calls: [] };
  if (results.length > 0) {
    return { text: results.map((result) => result.text).join(', '), calls: [] };
  }
  const cities = /^weather in (.+)$/.exec(text)?.[1]?.split(', ');
  if (!cities || !hasTools) return { ...thought, text, calls: [] };
  const calls = cities.map((city, index) => ({
    ...{ id: `call_${index + 1}`, name: 'weather', input: { city } },
  }));
  return { ...thought, text: 'Let me look.', calls };
}

/** What the tool says of a city. */
export const weatherOf = (city: string): string => `sun in ${city}`;

/** Texts come in pieces of six characters. */
export const piecesOf = (text: string): string[] => text.match(/.{1,6}/gs) ?? [];
