// Routes the calls of an app that uses the Vercel AI SDK: generateText and streamText get a model
// that is chosen for each prompt, fall back when a provider fails, and cost less.
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { applySplit, singleBest } from '@embedllm/core';
import {
  encodeByLsa,
  readSample,
  startRecordedProvider,
  withAnswersOf,
} from '@embedllm/example-data';
import { cheapestAbove, Router } from '@embedllm/router';
import { type EmbedLLMMetadata, embedllm, readEmbedLLMMetadata } from '@embedllm/router/ai-sdk';
import { trainDirect } from '@embedllm/trainer';
import { generateText, type LanguageModel, streamText } from 'ai';

/** What every answer is billed for: the sample does not say how long answers were. */
const ANSWER_TOKENS = 200;

// Stands in for an artifact that was trained before. An app loads one instead:
//   const router = await Router.fromPretrained('./artifact', { encoder: restoreEncoder });
const sample = await readSample();
const { questions, split } = sample;
// Models whose weights fit one server: an app that has them pays by size.
const open = sample.models.filter(({ parametersBillion = Infinity }) => parametersBillion <= 110);
const correctness = sample.correctness.selectModels(
  open.map((model) => sample.models.indexOf(model)),
);
const { encoder, embeddings } = await encodeByLsa(sample);
const { train, validation } = applySplit({ embeddings, correctness }, split);
const { model } = await trainDirect({ train, validation });
const router = new Router({ model, models: withAnswersOf(ANSWER_TOKENS, open), encoder });
const provider = await startRecordedProvider(sample, ANSWER_TOKENS);

// With real providers, leave this out and fill `models` below with theirs:
//   { 'gpt-4o-mini': openai('gpt-4o-mini'), 'claude-haiku-4-5': anthropic('claude-haiku-4-5') }
const local = createOpenAICompatible({ name: 'local', baseURL: provider.baseURL });

const auto = embedllm({
  router,
  models: Object.fromEntries(router.models.map(({ name }) => [name, local(name)])),
  routing: { policy: cheapestAbove({ floor: 0.5 }) },
  onFallback: ({ model, next }) => console.log(`   ${model} failed, ${next} is asked instead`),
});

console.log('1. generateText: the cheapest model that is at least 50% likely to be right');
const prompt = 'A shop sells 14 boxes of 36 pencils each and gives away 57. How many are left?';
const generated = await generateText({ model: auto, prompt });
const chosen = describe(readEmbedLLMMetadata(generated.providerMetadata));

console.log(`\n2. streamText, while the provider of ${chosen.model} answers with status 503`);
provider.outages.add(chosen.model);
const streamed = streamText({ model: auto, prompt });
for await (const text of streamed.textStream) process.stdout.write(`   "${text}"\n`);
const standIn = describe(readEmbedLLMMetadata(await streamed.providerMetadata));
if (standIn.attempts.length !== 2) throw new Error('There was no fallback.');
provider.outages.clear();

console.log(`\n3. ${split.test.length} test questions, each sent over HTTP`);
const best = correctness.models[singleBest(train.correctness).model] as string;
const single = await askAll(local(best));
const routed = await askAll(auto);
report(`always ${best} (best on training questions)`, single);
report(`routed among ${router.models.length} models`, routed);
console.log(`   saved: ${(100 * (1 - routed.dollars / single.dollars)).toFixed(0)}% of the cost`);
await provider.close();

interface Bill {
  readonly right: number;
  readonly dollars: number;
}

/** Asks every test question, marks the answers and adds up what the provider bills for them. */
async function askAll(asked: Exclude<LanguageModel, string>): Promise<Bill> {
  let right = 0;
  let dollars = 0;
  for (const index of split.test) {
    const question = questions[index]?.prompt as string;
    const { text, usage, providerMetadata } = await generateText({
      model: asked,
      prompt: question,
    });
    const answeredBy = readEmbedLLMMetadata(providerMetadata)?.model ?? asked.modelId;
    const info = router.models.find(({ name }) => name === answeredBy);
    dollars += ((usage.outputTokens ?? 0) * (info?.pricePerMillionOutputTokens ?? 0)) / 1e6;
    if (provider.isRight(text)) right++;
  }
  return { right, dollars };
}

function report(name: string, { right, dollars }: Bill): void {
  const share = ((100 * right) / split.test.length).toFixed(1);
  const thousand = ((1000 * dollars) / split.test.length).toFixed(4);
  console.log(`   ${name.padEnd(46)} ${share}% right, $${thousand} per 1,000 answers`);
}

/** Prints what `providerMetadata` says about a decision. */
function describe(metadata: EmbedLLMMetadata | undefined): EmbedLLMMetadata {
  if (!metadata) throw new Error('The answer came without the metadata of a decision.');
  const { model: name, probability, candidates, attempts, reason } = metadata;
  const cost = candidates.find((candidate) => candidate.model === name)?.expectedCostUsd;
  console.log(`   model:       ${name}`);
  console.log(`   probability: ${probability.toFixed(3)}`);
  console.log(`   cost:        $${cost?.toExponential(2)} expected`);
  console.log(`   reason:      ${reason}`);
  const tried = attempts.map((attempt) =>
    attempt.error ? `${attempt.model} (${attempt.error})` : attempt.model,
  );
  console.log(`   attempts:    ${tried.join(', ')}`);
  return metadata;
}
