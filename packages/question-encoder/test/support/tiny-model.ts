import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeOnnx } from './onnx-graph.js';

const SPECIAL_TOKENS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'];
const WORDS = ['what', 'is', 'two', 'plus', 'three', 'one', 'the', 'sum', 'of', 'and', '?'];
export const VOCABULARY: readonly string[] = [...SPECIAL_TOKENS, ...WORDS];
export const DIMENSIONS = 4;

/** The embedding of a token: small fractions, so that sums are exact; padding would stand out. */
export function tokenVector(token: string, dimensions: number = DIMENSIONS): number[] {
  const id = VOCABULARY.indexOf(token);
  if (id === 0) return new Array(dimensions).fill(64);
  return Array.from({ length: dimensions }, (_, j) => ((id * 7 + j * 5) % 16) / 16 - 0.5);
}

/**
 * What the model gives for each of these tokens, special ones included: its embedding plus half
 * the sum of all the text's embeddings, as a stand-in for attention.
 */
export function hiddenStates(
  tokens: readonly string[],
  dimensions: number = DIMENSIONS,
): number[][] {
  const vectors = tokens.map((token) => tokenVector(token, dimensions));
  return vectors.map((vector) =>
    vector.map((value, j) => value + vectors.reduce((sum, other) => sum + other[j]!, 0) / 2),
  );
}

export interface TinyModelOptions {
  /** Files to leave out. */
  readonly without?: readonly string[];
  /** Files to write instead of, or besides, the usual ones; objects as JSON. */
  readonly files?: Readonly<Record<string, unknown>>;
  /** Name of the graph's output. */
  readonly output?: string;
  /** Name of a second output, for the vectors of whole texts: the sum of their tokens' embeddings. */
  readonly textOutput?: string;
  /** Width of the hidden states. */
  readonly dimensions?: number;
  /** Rows of the table of embeddings, fewer than the vocabulary to have it fail. */
  readonly rows?: number;
  /** Whether the tokenizer lower-cases. */
  readonly lowercase?: boolean;
  /** Further inputs that the graph asks for and leaves alone. */
  readonly inputs?: readonly string[];
}

/** Writes a model folder, laid out as on the hub, into a new temporary folder; returns its path. */
export async function writeTinyModel(options: TinyModelOptions = {}): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'question-encoder-'));
  const folder = join(root, 'tiny');
  const { dimensions = DIMENSIONS, lowercase = true } = options;
  const files: Record<string, unknown> = {
    'config.json': {
      architectures: ['BertModel'],
      model_type: 'bert',
      hidden_size: dimensions,
      num_attention_heads: 1,
      num_hidden_layers: 1,
      vocab_size: VOCABULARY.length,
      max_position_embeddings: 64,
    },
    'tokenizer.json': tokenizer(lowercase),
    'tokenizer_config.json': {
      tokenizer_class: 'BertTokenizer',
      model_max_length: 32,
      do_lower_case: lowercase,
      pad_token: '[PAD]',
      unk_token: '[UNK]',
      cls_token: '[CLS]',
      sep_token: '[SEP]',
    },
    'modules.json': [
      { idx: 0, name: '0', path: '', type: 'sentence_transformers.models.Transformer' },
      { idx: 1, name: '1', path: '1_Pooling', type: 'sentence_transformers.models.Pooling' },
      { idx: 2, name: '2', path: '2_Normalize', type: 'sentence_transformers.models.Normalize' },
    ],
    '1_Pooling/config.json': {
      word_embedding_dimension: dimensions,
      pooling_mode_cls_token: false,
      pooling_mode_mean_tokens: true,
      pooling_mode_max_tokens: false,
      pooling_mode_mean_sqrt_len_tokens: false,
    },
    'sentence_bert_config.json': { max_seq_length: 12, do_lower_case: false },
    'onnx/model.onnx': graph(options),
    ...options.files,
  };
  for (const [name, content] of Object.entries(files)) {
    if (options.without?.includes(name)) continue;
    await mkdir(join(folder, name, '..'), { recursive: true });
    const isRaw = typeof content === 'string' || content instanceof Uint8Array;
    await writeFile(join(folder, name), isRaw ? content : JSON.stringify(content));
  }
  return folder;
}

/** BERT's tokenizer of the vocabulary, as `tokenizer.json` describes it. */
export function tokenizer(lowercase: boolean = true): Record<string, unknown> {
  const special = (content: string) => ({
    id: VOCABULARY.indexOf(content),
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  });
  const reference = (id: string) => ({ id, ids: [VOCABULARY.indexOf(id)], tokens: [id] });
  const piece = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
  const text = (id: string) => ({ Sequence: { id, type_id: 0 } });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: SPECIAL_TOKENS.map(special),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [piece('[CLS]'), text('A'), piece('[SEP]')],
      pair: [piece('[CLS]'), text('A'), piece('[SEP]'), text('B'), piece('[SEP]')],
      special_tokens: { '[CLS]': reference('[CLS]'), '[SEP]': reference('[SEP]') },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(VOCABULARY.map((token, id) => [token, id])),
    },
  };
}

/** output = E[ids] + sum over unmasked positions of E[ids] / 2; the text output is the whole sum. */
function graph({
  output = 'last_hidden_state',
  textOutput,
  dimensions = DIMENSIONS,
  rows = VOCABULARY.length,
  inputs = [],
}: TinyModelOptions): Uint8Array {
  const embeddings = VOCABULARY.slice(0, rows).flatMap((token) => tokenVector(token, dimensions));
  return writeOnnx({
    inputs: [
      { name: 'input_ids', type: 'int64', shape: ['batch', 'sequence'] },
      { name: 'attention_mask', type: 'int64', shape: ['batch', 'sequence'] },
      { name: 'token_type_ids', type: 'int64', shape: ['batch', 'sequence'] },
      ...inputs.map((name) => ({ name, type: 'int64' as const, shape: [] })),
    ],
    outputs: [
      { name: output, type: 'float', shape: ['batch', 'sequence', dimensions] },
      ...(textOutput
        ? [{ name: textOutput, type: 'float' as const, shape: ['batch', dimensions] }]
        : []),
    ],
    constants: [
      { name: 'embeddings', shape: [rows, dimensions], data: Float32Array.from(embeddings) },
      { name: 'half', shape: [], data: Float32Array.of(0.5) },
      { name: 'axis_1', shape: [1], data: BigInt64Array.of(1n) },
      { name: 'axis_2', shape: [1], data: BigInt64Array.of(2n) },
    ],
    nodes: [
      { op: 'Gather', inputs: ['embeddings', 'input_ids'], output: 'embedded' },
      { op: 'Cast', inputs: ['attention_mask'], output: 'mask', attributes: { to: 1 } },
      { op: 'Unsqueeze', inputs: ['mask', 'axis_2'], output: 'mask_column' },
      { op: 'Mul', inputs: ['embedded', 'mask_column'], output: 'masked' },
      { op: 'ReduceSum', inputs: ['masked', 'axis_1'], output: 'sum', attributes: { keepdims: 1 } },
      { op: 'Mul', inputs: ['sum', 'half'], output: 'context' },
      { op: 'Add', inputs: ['embedded', 'context'], output },
      ...(textOutput ? [{ op: 'Squeeze', inputs: ['sum', 'axis_1'], output: textOutput }] : []),
    ],
  });
}
