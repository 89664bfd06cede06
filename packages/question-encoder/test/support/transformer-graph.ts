import { Random } from '@embedllm/core';
import { type GraphConstant, type GraphNode, writeOnnx } from './onnx-graph.js';

/** Size of a generated transformer. */
export interface TransformerSize {
  readonly vocabulary: number;
  /** Width of the hidden states. */
  readonly hidden: number;
  /** Width of the layers between them. */
  readonly intermediate: number;
  readonly layers: number;
}

/** FLOPs of one position, without those of attention, which grow with the length of the text. */
export function flopsPerPosition({ hidden, intermediate, layers }: TransformerSize): number {
  return 2 * layers * (4 * hidden * hidden + 2 * hidden * intermediate);
}

/**
 * A transformer with random weights as an ONNX graph: embeddings, then layers of one-headed masked
 * attention and of two products with a ReLU between, each with a residual connection. It means
 * nothing, but computes as much per position, padding included, as a trained one of its size.
 */
export function transformerGraph(size: TransformerSize): Uint8Array {
  const { vocabulary, hidden, intermediate, layers } = size;
  const random = new Random(1);
  const weights = (name: string, rows: number, cols: number): GraphConstant => ({
    name,
    shape: [rows, cols],
    data: Float32Array.from({ length: rows * cols }, () => random.normal() / Math.sqrt(rows) / 2),
  });
  const constants: GraphConstant[] = [
    weights('embeddings', vocabulary, hidden),
    { name: 'scale', shape: [], data: Float32Array.of(1 / Math.sqrt(hidden)) },
    { name: 'one', shape: [], data: Float32Array.of(1) },
    { name: 'hide', shape: [], data: Float32Array.of(-1e9) },
    { name: 'axis_1', shape: [1], data: BigInt64Array.of(1n) },
  ];
  const nodes: GraphNode[] = [
    { op: 'Gather', inputs: ['embeddings', 'input_ids'], output: 'states_0' },
    { op: 'Cast', inputs: ['attention_mask'], output: 'mask', attributes: { to: 1 } },
    { op: 'Sub', inputs: ['one', 'mask'], output: 'padding' },
    { op: 'Mul', inputs: ['padding', 'hide'], output: 'hidden_row' },
    { op: 'Unsqueeze', inputs: ['hidden_row', 'axis_1'], output: 'bias' },
  ];
  for (let layer = 0; layer < layers; layer++) {
    const named = (name: string): string => `${name}_${layer}`;
    const multiply = (input: string, name: string, rows: number, cols: number): string => {
      constants.push(weights(named(`${name}_weights`), rows, cols));
      nodes.push({ op: 'MatMul', inputs: [input, named(`${name}_weights`)], output: named(name) });
      return named(name);
    };
    const apply = (op: string, inputs: string[], name: string): string => {
      nodes.push({ op, inputs, output: named(name) });
      return named(name);
    };
    const states = `states_${layer}`;
    const query = multiply(states, 'query', hidden, hidden);
    const key = multiply(states, 'key', hidden, hidden);
    const value = multiply(states, 'value', hidden, hidden);
    nodes.push({
      op: 'Transpose',
      inputs: [key],
      output: named('turned'),
      attributes: { perm: [0, 2, 1] },
    });
    const products = apply('MatMul', [query, named('turned')], 'products');
    const scaled = apply('Mul', [products, 'scale'], 'scaled');
    const masked = apply('Add', [scaled, 'bias'], 'masked');
    const attention = apply('Softmax', [masked], 'attention');
    const mixed = apply('MatMul', [attention, value], 'mixed');
    const projected = multiply(mixed, 'projected', hidden, hidden);
    const attended = apply('Add', [states, projected], 'attended');
    const wide = multiply(attended, 'wide', hidden, intermediate);
    const active = apply('Relu', [wide], 'active');
    const narrow = multiply(active, 'narrow', intermediate, hidden);
    const output = layer === layers - 1 ? 'last_hidden_state' : `states_${layer + 1}`;
    nodes.push({ op: 'Add', inputs: [attended, narrow], output });
  }
  return writeOnnx({
    nodes,
    constants,
    inputs: [
      { name: 'input_ids', type: 'int64', shape: ['batch', 'sequence'] },
      { name: 'attention_mask', type: 'int64', shape: ['batch', 'sequence'] },
    ],
    outputs: [{ name: 'last_hidden_state', type: 'float', shape: ['batch', 'sequence', hidden] }],
  });
}
