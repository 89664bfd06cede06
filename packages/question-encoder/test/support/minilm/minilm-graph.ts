import { type GraphConstant, type GraphNode, writeOnnx } from '../onnx-graph.js';
import type { QuantizedTensor } from './tfjs-weights.js';

const WIDTH = 384;
const HEADS = 12;
const LAYERS = 6;

/**
 * BERT (Devlin et al., 2018) as an ONNX graph, from token numbers to the hidden states of the last
 * layer.
 *
 * @param dtype - `q8` keeps the weights in 8 bits and quantizes what they are multiplied with by
 * the whole batch, as ONNX Runtime's dynamic quantization does.
 */
export function miniLmGraph(
  weights: ReadonlyMap<string, QuantizedTensor>,
  dtype: 'fp32' | 'q8',
): Uint8Array {
  const constants: GraphConstant[] = [];
  const nodes: GraphNode[] = [];
  const find = (name: string): QuantizedTensor => {
    const tensor = weights.get(name);
    if (!tensor) throw new Error(`no tensor ${name}`);
    return tensor;
  };
  const constant = (
    name: string,
    shape: readonly number[],
    data: GraphConstant['data'],
  ): string => {
    constants.push({ name, shape, data });
    return name;
  };
  const floats = (name: string): string => constant(name, find(name).shape, find(name).values);
  const node = (
    op: string,
    inputs: readonly string[],
    output: string,
    rest: Partial<GraphNode> = {},
  ): string => {
    nodes.push({ op, inputs, output, ...rest });
    return output;
  };
  const integers = (name: string, values: readonly number[]): string =>
    constant(name, [values.length], BigInt64Array.from(values, BigInt));
  const scalar = (name: string, value: number): string =>
    constant(name, [], Float32Array.of(value));

  const product = (input: string, name: string): string => {
    const { shape, data, scale, zero } = find(`${name}/weight`);
    if (dtype === 'fp32')
      return node('MatMul', [input, floats(`${name}/weight`)], `${name}/product`);
    const quantized = node('DynamicQuantizeLinear', [input], `${name}/q`, {
      furtherOutputs: [`${name}/q_scale`, `${name}/q_zero`],
    });
    const weight = constant(`${name}/weight`, shape, data);
    const zeroPoint = constant(`${name}/zero`, [], Uint8Array.of(zero));
    const counts = node(
      'MatMulInteger',
      [quantized, weight, `${name}/q_zero`, zeroPoint],
      `${name}/counts`,
    );
    const counted = node('Cast', [counts], `${name}/counted`, { attributes: { to: 1 } });
    const unit = node('Mul', [`${name}/q_scale`, scalar(`${name}/scale`, scale)], `${name}/unit`);
    return node('Mul', [counted, unit], `${name}/product`);
  };
  const dense = (input: string, name: string): string =>
    node('Add', [product(input, name), floats(`${name}/bias`)], `${name}/output`);
  const norm = (input: string, name: string): string =>
    node(
      'LayerNormalization',
      [input, floats(`${name}/weight`), floats(`${name}/bias`)],
      `${name}/output`,
      { attributes: { axis: 2 }, floats: { epsilon: 1e-12 } },
    );
  const rows = (name: string, indices: string): string => {
    const { shape, data, scale, zero } = find(name);
    if (dtype === 'fp32') return node('Gather', [floats(name), indices], `${name}/rows`);
    const found = node('Gather', [constant(name, shape, data), indices], `${name}/found`);
    return node(
      'DequantizeLinear',
      [found, scalar(`${name}/scale`, scale), constant(`${name}/zero`, [], Uint8Array.of(zero))],
      `${name}/rows`,
    );
  };

  integers('axes_1_2', [1, 2]);
  integers('one', [1]);
  scalar('float_one', 1);
  scalar('hide', -1e4);
  scalar('half', 0.5);
  scalar('root_half', Math.SQRT1_2);
  scalar('head_scale', 1 / Math.sqrt(WIDTH / HEADS));
  integers('by_head', [0, 0, HEADS, WIDTH / HEADS]);
  integers('flat', [0, 0, WIDTH]);
  node('Shape', ['input_ids'], 'shape');
  node('Gather', ['shape', 'one'], 'length');
  constant('zero', [], BigInt64Array.of(0n));
  constant('step', [], BigInt64Array.of(1n));
  node('Squeeze', ['length'], 'length_scalar');
  node('Range', ['zero', 'length_scalar', 'step'], 'positions');
  node('Cast', ['attention_mask'], 'mask', { attributes: { to: 1 } });
  node('Sub', ['float_one', 'mask'], 'masked');
  node('Mul', ['masked', 'hide'], 'hidden');
  node('Unsqueeze', ['hidden', 'axes_1_2'], 'bias');

  const words = rows('embeddings/words', 'input_ids');
  const types = rows('embeddings/types', 'token_type_ids');
  const positions = rows('embeddings/positions', 'positions');
  const placed = node('Add', [words, positions], 'embeddings/placed');
  let states = norm(node('Add', [placed, types], 'embeddings/sum'), 'embeddings/LayerNorm');
  for (let index = 0; index < LAYERS; index++) {
    const layer = `layer_${index}`;
    const split = (part: 'query' | 'key' | 'value', perm: readonly number[]): string => {
      const name = `${layer}/attention/self/${part}`;
      const heads = node('Reshape', [dense(states, name), 'by_head'], `${name}/heads`);
      return node('Transpose', [heads], `${name}/turned`, { attributes: { perm } });
    };
    const query = split('query', [0, 2, 1, 3]);
    const key = split('key', [0, 2, 3, 1]);
    const value = split('value', [0, 2, 1, 3]);
    const scores = node('MatMul', [query, key], `${layer}/scores`);
    const scaled = node('Mul', [scores, 'head_scale'], `${layer}/scaled`);
    const biased = node('Add', [scaled, 'bias'], `${layer}/biased`);
    const shares = node('Softmax', [biased], `${layer}/shares`, { attributes: { axis: 3 } });
    const mixed = node('MatMul', [shares, value], `${layer}/mixed`);
    const back = node('Transpose', [mixed], `${layer}/back`, {
      attributes: { perm: [0, 2, 1, 3] },
    });
    const flat = node('Reshape', [back, 'flat'], `${layer}/flat`);
    const attended = node(
      'Add',
      [dense(flat, `${layer}/attention/output/dense`), states],
      `${layer}/attended`,
    );
    const middle = norm(attended, `${layer}/attention/output/LayerNorm`);
    const wide = gelu(node, dense(middle, `${layer}/intermediate/dense`), layer);
    const narrow = dense(wide, `${layer}/output/dense`);
    const summed = node('Add', [narrow, middle], `${layer}/summed`);
    states = norm(summed, `${layer}/output/LayerNorm`);
  }
  node('Identity', [states], 'last_hidden_state');
  return writeOnnx({
    nodes,
    constants,
    inputs: ['input_ids', 'attention_mask', 'token_type_ids'].map((name) => ({
      name,
      type: 'int64' as const,
      shape: ['batch', 'sequence'],
    })),
    outputs: [{ name: 'last_hidden_state', type: 'float', shape: ['batch', 'sequence', WIDTH] }],
  });
}

/** x (1 + erf(x / sqrt 2)) / 2, in the nodes that ONNX Runtime makes one of. */
function gelu(
  node: (op: string, inputs: readonly string[], output: string) => string,
  input: string,
  layer: string,
): string {
  const name = (part: string): string => `${layer}/gelu_${part}`;
  const argument = node('Mul', [input, 'root_half'], name('argument'));
  const erf = node('Erf', [argument], name('erf'));
  const sum = node('Add', [erf, 'float_one'], name('sum'));
  const product = node('Mul', [input, sum], name('product'));
  return node('Mul', [product, 'half'], name('output'));
}
