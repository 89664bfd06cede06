import { bytes, type Field, float, integer, message } from './protobuf.js';

// Field numbers and enumerations of onnx.proto (https://github.com/onnx/onnx).
const FLOAT = 1;
const UINT8 = 2;
const INT64 = 7;

export interface GraphNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  /** Outputs behind the first. */
  readonly furtherOutputs?: readonly string[];
  /** Integers, and lists of integers. */
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
  /** Attributes that are floating-point numbers. */
  readonly floats?: Readonly<Record<string, number>>;
}

export interface GraphConstant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array | Uint8Array;
}

export interface GraphValue {
  readonly name: string;
  readonly type: 'float' | 'int64';
  /** A name stands for an axis of any length. */
  readonly shape: readonly (number | string)[];
}

/** Writes a small ONNX model, opset 17. */
export function writeOnnx(graph: {
  readonly nodes: readonly GraphNode[];
  readonly constants: readonly GraphConstant[];
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
}): Uint8Array {
  return message([
    integer(1, 8),
    bytes(7, [
      ...graph.nodes.map((node) => bytes(1, nodeProto(node))),
      bytes(2, 'graph'),
      ...graph.constants.map((constant) => bytes(5, tensorProto(constant))),
      ...graph.inputs.map((value) => bytes(11, valueInfo(value))),
      ...graph.outputs.map((value) => bytes(12, valueInfo(value))),
    ]),
    bytes(8, [bytes(1, ''), integer(2, 17)]),
  ]);
}

function nodeProto(node: GraphNode): Field[] {
  const { op, inputs, output, furtherOutputs = [], attributes = {}, floats = {} } = node;
  return [
    ...inputs.map((name) => bytes(1, name)),
    ...[output, ...furtherOutputs].map((name) => bytes(2, name)),
    bytes(3, output),
    bytes(4, op),
    ...Object.entries(attributes).map(([name, value]) =>
      typeof value === 'number'
        ? bytes(5, [bytes(1, name), integer(3, value), integer(20, 2)])
        : bytes(5, [bytes(1, name), ...value.map((item) => integer(8, item)), integer(20, 7)]),
    ),
    ...Object.entries(floats).map(([name, value]) =>
      bytes(5, [bytes(1, name), float(2, value), integer(20, 1)]),
    ),
  ];
}

function tensorProto({ name, shape, data }: GraphConstant): Field[] {
  return [
    ...shape.map((length) => integer(1, length)),
    integer(2, data instanceof Float32Array ? FLOAT : data instanceof Uint8Array ? UINT8 : INT64),
    bytes(8, name),
    bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ];
}

function valueInfo({ name, type, shape }: GraphValue): Field[] {
  const axes = shape.map((axis) =>
    bytes(1, [typeof axis === 'string' ? bytes(2, axis) : integer(1, axis)]),
  );
  const tensorType = [integer(1, type === 'float' ? FLOAT : INT64), bytes(2, axes)];
  return [bytes(1, name), bytes(2, [bytes(1, tensorType)])];
}
