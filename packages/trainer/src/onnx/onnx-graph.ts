import { bytesField, concatenate, floatField, integerField } from './protobuf.js';

/** ONNX element types (TensorProto.DataType), those that the graphs here use. */
export const ElementType = { float32: 1, uint8: 2, int64: 7 } as const;
export type ElementType = (typeof ElementType)[keyof typeof ElementType];

/** One operator of a graph. */
export interface OnnxNode {
  /** Operator name, such as `Gemm`. */
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Integer attributes by name. */
  readonly attributes?: Readonly<Record<string, number>>;
}

/** A named input or output; a dimension is a number or the name of a free one. */
export interface OnnxValue {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly (number | string)[];
}

/** A constant: a scalar when the shape is empty. */
export interface OnnxConstant {
  readonly name: string;
  readonly type: typeof ElementType.float32 | typeof ElementType.int64;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** A graph of operators from the default ONNX domain. */
export interface OnnxGraph {
  readonly name: string;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly constants?: readonly OnnxConstant[];
  readonly nodes: readonly OnnxNode[];
}

/** Operator set 17, of ONNX 1.12 (2022): old enough for every runtime still in use. */
const OPERATOR_SET = 17;
/** File format version 8, of the same release. */
const IR_VERSION = 8;
/** AttributeProto.AttributeType.INT. */
const INTEGER_ATTRIBUTE = 2;

/** Serializes a graph as an ONNX model file (field numbers from onnx.proto of ONNX 1.12). */
export function encodeOnnxModel(graph: OnnxGraph): Uint8Array {
  const operatorSet = concatenate([bytesField(1, ''), integerField(2, OPERATOR_SET)]);
  return concatenate([
    integerField(1, IR_VERSION),
    bytesField(2, 'embedllm'),
    bytesField(7, encodeGraph(graph)),
    bytesField(8, operatorSet),
  ]);
}

function encodeGraph(graph: OnnxGraph): Uint8Array {
  return concatenate([
    ...graph.nodes.map((node) => bytesField(1, encodeNode(node))),
    bytesField(2, graph.name),
    ...(graph.constants ?? []).map((constant) => bytesField(5, encodeConstant(constant))),
    ...graph.inputs.map((value) => bytesField(11, encodeValue(value))),
    ...graph.outputs.map((value) => bytesField(12, encodeValue(value))),
  ]);
}

function encodeNode(node: OnnxNode): Uint8Array {
  return concatenate([
    ...node.inputs.map((name) => bytesField(1, name)),
    ...node.outputs.map((name) => bytesField(2, name)),
    bytesField(4, node.op),
    ...Object.entries(node.attributes ?? {}).map(([name, value]) =>
      bytesField(
        5,
        concatenate([
          bytesField(1, name),
          integerField(3, value),
          integerField(20, INTEGER_ATTRIBUTE),
        ]),
      ),
    ),
  ]);
}

function encodeConstant(constant: OnnxConstant): Uint8Array {
  const isFloat = constant.type === ElementType.float32;
  // TensorProto keeps floats in field 4 and 64-bit integers in field 7.
  const values = constant.values.map((value) =>
    isFloat ? floatField(4, value) : integerField(7, value),
  );
  return concatenate([
    ...constant.shape.map((size) => integerField(1, size)),
    integerField(2, constant.type),
    ...values,
    bytesField(8, constant.name),
  ]);
}

function encodeValue(value: OnnxValue): Uint8Array {
  const dimensions = value.shape.map((size) =>
    bytesField(1, typeof size === 'number' ? integerField(1, size) : bytesField(2, size)),
  );
  const tensorType = concatenate([
    integerField(1, value.type),
    bytesField(2, concatenate(dimensions)),
  ]);
  return concatenate([bytesField(1, value.name), bytesField(2, bytesField(1, tensorType))]);
}
