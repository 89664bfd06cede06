import type {
  LanguageModelV3,
  LanguageModelV3CallOptions,
  LanguageModelV3Content,
  LanguageModelV3File,
  LanguageModelV3FilePart,
  LanguageModelV3FinishReason,
  LanguageModelV3Message,
  LanguageModelV3StreamPart,
  LanguageModelV3ToolResultPart,
  LanguageModelV3Usage,
  SharedV3Warning,
} from '@ai-sdk/provider';
import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4Content,
  LanguageModelV4File,
  LanguageModelV4FilePart,
  LanguageModelV4FinishReason,
  LanguageModelV4Message,
  LanguageModelV4StreamPart,
  LanguageModelV4ToolResultOutput,
  LanguageModelV4Usage,
  SharedV4FileDataData,
  SharedV4Warning,
} from '@ai-sdk/provider-4';

/** What a tool gave, in parts. */
type ResultContentV4 = Extract<
  LanguageModelV4ToolResultOutput,
  { type: 'content' }
>['value'][number];

/** Of answers, what the fourth version added or wrote again. */
type NewContent = Extract<LanguageModelV4Content, { type: 'custom' | 'reasoning-file' | 'file' }>;
type NewPart = Extract<
  LanguageModelV4StreamPart,
  { type: 'custom' | 'reasoning-file' | 'file' | 'ping' | 'finish' | 'stream-start' }
>;
const NEW: ReadonlySet<string> = new Set<NewPart['type']>([
  'custom',
  'reasoning-file',
  'file',
  'ping',
  'finish',
  'stream-start',
]);

/**
 * A model of the fourth version of the AI SDK's interface as one of the third. What is new in its answers,
 * files of the reasoning and parts that only one vendor knows, has no place in what clients are sent.
 */
export function fromV4(model: LanguageModelV4): LanguageModelV3 {
  return {
    specificationVersion: 'v3',
    provider: model.provider,
    modelId: model.modelId,
    supportedUrls: model.supportedUrls,
    async doGenerate(options) {
      const { content, finishReason, usage, response, warnings } = await model.doGenerate(
        optionsForV4(options),
      );
      return {
        content: content.flatMap(contentFromV4),
        finishReason: reasonFromV4(finishReason),
        usage: usageFromV4(usage),
        warnings: warnings.filter(isOldWarning),
        ...(response && { response }),
      };
    },
    async doStream(options) {
      const { stream } = await model.doStream(optionsForV4(options));
      const known = new TransformStream<LanguageModelV4StreamPart, LanguageModelV3StreamPart>({
        transform(part, controller) {
          for (const translated of partFromV4(part)) controller.enqueue(translated);
        },
      });
      return { stream: stream.pipeThrough(known) };
    },
  };
}

/** The fourth version says of the data of a file what they are, also in results of tools. */
function optionsForV4({
  prompt,
  ...options
}: LanguageModelV3CallOptions): LanguageModelV4CallOptions {
  return { ...options, prompt: prompt.map(messageForV4) };
}

function messageForV4(message: LanguageModelV3Message): LanguageModelV4Message {
  switch (message.role) {
    case 'system':
      return message;
    case 'user':
      return {
        ...message,
        content: message.content.map((part) => (part.type === 'file' ? fileForV4(part) : part)),
      };
    case 'assistant':
      return {
        ...message,
        content: message.content.map((part) => {
          if (part.type === 'file') return fileForV4(part);
          return part.type === 'tool-result' ? resultForV4(part) : part;
        }),
      };
    case 'tool':
      return {
        ...message,
        content: message.content.map((part) =>
          part.type === 'tool-result' ? resultForV4(part) : part,
        ),
      };
  }
}

function fileForV4({ data, ...part }: LanguageModelV3FilePart): LanguageModelV4FilePart {
  return { ...part, data: data instanceof URL ? { type: 'url', url: data } : dataForV4(data) };
}

function dataForV4(data: Uint8Array | string): SharedV4FileDataData {
  return { type: 'data', data };
}

function resultForV4({ output, ...part }: LanguageModelV3ToolResultPart) {
  if (output.type !== 'content') return { ...part, output };
  const value = output.value.flatMap((one): ResultContentV4[] => {
    if (one.type === 'text') return [one];
    if (one.type === 'file-data' || one.type === 'image-data') {
      return [{ type: 'file', mediaType: one.mediaType, data: dataForV4(one.data) }];
    }
    if (one.type !== 'file-url' && one.type !== 'image-url') return [];
    const mediaType = one.type === 'image-url' ? 'image/*' : (one.mediaType ?? '*/*');
    return [{ type: 'file', mediaType, data: { type: 'url', url: new URL(one.url) } }];
  });
  return { ...part, output: { type: 'content' as const, value } };
}

function contentFromV4(part: LanguageModelV4Content): LanguageModelV3Content[] {
  if (isOldContent(part)) return [part];
  return part.type === 'file' ? [fileFromV4(part)] : [];
}

function partFromV4(part: LanguageModelV4StreamPart): LanguageModelV3StreamPart[] {
  if (isOldPart(part)) return [part];
  switch (part.type) {
    case 'file':
      return [fileFromV4(part)];
    case 'stream-start':
      return [{ type: 'stream-start', warnings: part.warnings.filter(isOldWarning) }];
    case 'finish': {
      const { usage, finishReason } = part;
      return [
        { type: 'finish', usage: usageFromV4(usage), finishReason: reasonFromV4(finishReason) },
      ];
    }
    default:
      return [];
  }
}

function isOldContent(
  part: LanguageModelV4Content,
): part is Exclude<LanguageModelV4Content, NewContent> & LanguageModelV3Content {
  return !NEW.has(part.type);
}

function isOldPart(
  part: LanguageModelV4StreamPart,
): part is Exclude<LanguageModelV4StreamPart, NewPart> & LanguageModelV3StreamPart {
  return !NEW.has(part.type);
}

function isOldWarning(warning: SharedV4Warning): warning is SharedV4Warning & SharedV3Warning {
  return warning.type !== 'deprecated';
}

/** The address of a file stands for its data, which as base64 has no colon. */
function fileFromV4({ mediaType, data }: LanguageModelV4File): LanguageModelV3File {
  return { type: 'file', mediaType, data: data.type === 'url' ? data.url.href : data.data };
}

function reasonFromV4({ unified, raw }: LanguageModelV4FinishReason): LanguageModelV3FinishReason {
  return { unified: unified === 'interrupted' ? 'other' : unified, raw };
}

function usageFromV4({
  inputTokens,
  outputTokens,
  raw,
}: LanguageModelV4Usage): LanguageModelV3Usage {
  return { inputTokens, outputTokens, ...(isOldJson(raw) ? { raw } : {}) };
}

/** The versions differ only in what may be changed of it. */
function isOldJson(
  raw: LanguageModelV4Usage['raw'],
): raw is NonNullable<LanguageModelV3Usage['raw']> {
  return raw !== undefined;
}
