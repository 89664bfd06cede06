import { isJsonObject, ownValue } from '../jsonl/parse-object.js';

/** What was sent to the model for one question: a request, or one for each choice. */
export interface SentRequest {
  /** The prompt: text, or a chat. */
  readonly context: unknown;
  /** The text whose likelihood was asked for; `undefined` where text was generated. */
  readonly continuation: string | undefined;
}

/**
 * The requests of a sample: `{"gen_args_0": {"arg_0": context, "arg_1": continuation}, ...}`, or
 * a list of such pairs, as earlier versions wrote them.
 */
export function sentRequests(value: unknown): SentRequest[] {
  const requests = isJsonObject(value)
    ? Object.keys(value)
        .filter((key) => /^gen_args_\d+$/.test(key))
        .map((key) => value[key])
    : Array.isArray(value)
      ? value
      : [];
  return requests.flatMap((request: unknown): SentRequest[] => {
    const [context, second] = isJsonObject(request)
      ? [ownValue(request, 'arg_0'), ownValue(request, 'arg_1')]
      : Array.isArray(request)
        ? request
        : [];
    if (context === undefined) return [];
    return [{ context, continuation: typeof second === 'string' ? second : undefined }];
  });
}
