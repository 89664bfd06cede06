import type { Matrix } from '@embedllm/core';

/** Mean squared distance of the rows from their mean; 1 where they are all the same. */
export function meanSquare({ rows, cols, data }: Matrix): number {
  const mean = new Float64Array(cols);
  for (let index = 0; index < data.length; index++) {
    mean[index % cols] = mean[index % cols]! + data[index]! / rows;
  }
  let sum = 0;
  for (let index = 0; index < data.length; index++) {
    sum += (data[index]! - mean[index % cols]!) ** 2;
  }
  return sum / rows || 1;
}
