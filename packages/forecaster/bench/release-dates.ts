/**
 * When models were released, by month: from a date in the name (2024-08-06, 20240229, 24-09-07,
 * 2407), which is that of the snapshot, else the month in which the maker announced the weights or the
 * API, by the model's card or the announcement. The first pattern that fits decides. Nothing is
 * guessed: a name without a date that no pattern fits has no month, and `shift.ts` says how many
 * models have one.
 */
const ANNOUNCED: readonly (readonly [RegExp, string])[] = [
  [/athene-70b/i, '2024-07'],
  [/claude-2[.-]1/i, '2023-11'],
  [/claude-2/i, '2023-07'],
  [/claude-3-5/i, '2024-06'],
  [/claude-3/i, '2024-03'],
  [/command-r-plus/i, '2024-04'],
  [/command-r/i, '2024-03'],
  [/deepseek-v3/i, '2024-12'],
  [/deepseek-v2\.5/i, '2024-09'],
  [/deepseek-v2-coder-0724/i, '2024-07'],
  [/deepseek-(v2-coder|coder-v2)/i, '2024-06'],
  [/deepseek-v2-chat-0628/i, '2024-06'],
  [/deepseek-v2/i, '2024-05'],
  [/gemini-1\.5.*-00[2-9]/i, '2024-09'],
  [/gemini-1\.5.*exp-08/i, '2024-08'],
  [/gemini-2\.0/i, '2024-12'],
  [/gemini-1\.5/i, '2024-05'],
  [/gemma-2-2b/i, '2024-07'],
  [/gemma-2-/i, '2024-06'],
  [/gemma-/i, '2024-02'],
  [/gpt-4o-mini/i, '2024-07'],
  [/gpt-4o/i, '2024-05'],
  [/gpt-4-turbo/i, '2024-04'],
  [/gpt-4-0613/i, '2023-06'],
  [/gpt-4/i, '2023-03'],
  [/gpt-3\.5-turbo-0125/i, '2024-01'],
  [/gpt-3\.5/i, '2023-03'],
  [/grok-2-1212/i, '2024-12'],
  [/grok-2/i, '2024-08'],
  [/jamba-1\.5/i, '2024-08'],
  [/llama-?2/i, '2023-07'],
  [/llama-?3\.3/i, '2024-12'],
  [/llama-?3\.2/i, '2024-09'],
  [/llama-?3\.1/i, '2024-07'],
  [/llama-?3/i, '2024-04'],
  [/mathstral/i, '2024-07'],
  [/mistral-large-2/i, '2024-07'],
  [/mistral-7b-v0\.2/i, '2024-03'],
  [/mistral-7b-instruct-v0\.3/i, '2024-05'],
  [/mistral-7b-instruct-v0\.2/i, '2023-12'],
  [/mistral-7b/i, '2023-09'],
  [/mixtral-8x22b/i, '2024-04'],
  [/mixtral-8x7b/i, '2023-12'],
  [/phi-3\.5/i, '2024-08'],
  [/phi-3/i, '2024-04'],
  [/phi-2/i, '2023-12'],
  [/qwen2\.5/i, '2024-09'],
  [/qwen2/i, '2024-06'],
  [/qwen1\.5-110b/i, '2024-04'],
  [/qwen1\.5/i, '2024-02'],
  [/yi-lightning/i, '2024-10'],
  [/yi-(1\.5|large)/i, '2024-05'],
  [/yi-/i, '2023-11'],
];

/** The month of release, `YYYY-MM`; `undefined` where neither the name nor the list says. */
export function releaseMonth(name: string): string | undefined {
  const date = /(?:^|\D)(?:20)?(2[2-9])-?(0[1-9]|1[0-2])(?:-?([0-2]\d|3[01]))?(?!\d)/.exec(name);
  if (date) return `20${date[1]}-${date[2]}`;
  return ANNOUNCED.find(([pattern]) => pattern.test(name))?.[1];
}
