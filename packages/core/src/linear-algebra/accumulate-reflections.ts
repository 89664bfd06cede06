/**
 * Q = H_{n-3} ... H_1 H_0, built from the last reflection so that each touches a growing block. Four
 * reflections at once, so that each row is read and written once for all of them.
 *
 * @param a - Row-major [n, n]; row k holds the v of H_k = I - s_k v vᵀ beyond the diagonal.
 */
export function accumulateReflections(
  a: Float64Array,
  n: number,
  scales: Float64Array,
): Float64Array {
  const q = new Float64Array(n * n);
  for (let i = 0; i < n; i++) q[i * n + i] = 1;
  let k = n - 3;
  for (; k >= 3; k -= 4) applyFour(q, a, n, k, scales);
  for (; k >= 0; k--) applyOne(q, a, n, k, scales[k]!);
  return q;
}

/** Q <- Q (I - s v vᵀ): rows of Q are the future eigenvectors. */
function applyOne(q: Float64Array, a: Float64Array, n: number, k: number, scale: number): void {
  if (scale === 0) return;
  const start = k * n;
  for (let i = k + 1; i < n; i++) {
    const row = i * n;
    const factor = scale * dot(q, row + k + 1, a, start + k + 1, n - k - 1);
    for (let j = k + 1; j < n; j++) {
      q[row + j] = q[row + j]! - factor * a[start + j]!;
    }
  }
}

/** The same for the reflections k, k - 1, k - 2 and k - 3, in this order. */
function applyFour(
  q: Float64Array,
  a: Float64Array,
  n: number,
  k: number,
  scales: Float64Array,
): void {
  const v = [0, 1, 2, 3].map((back) => {
    const row = new Float64Array(n);
    const first = k - back + 1;
    if (scales[k - back] !== 0)
      row.set(a.subarray((k - back) * n + first, (k - back + 1) * n), first);
    return row;
  });
  const [v0, v1, v2, v3] = v as [Float64Array, Float64Array, Float64Array, Float64Array];
  const [s0, s1, s2, s3] = [scales[k]!, scales[k - 1]!, scales[k - 2]!, scales[k - 3]!];
  const inner = (x: Float64Array, y: Float64Array): number => dot(x, 0, y, 0, n);
  const [v01, v02, v03] = [inner(v0, v1), inner(v0, v2), inner(v0, v3)];
  const [v12, v13, v23] = [inner(v1, v2), inner(v1, v3), inner(v2, v3)];
  const first = k - 2;
  for (let i = first; i < n; i++) {
    const row = i * n;
    let d0 = 0;
    let d1 = 0;
    let d2 = 0;
    let d3 = 0;
    for (let j = first; j < n; j++) {
      const value = q[row + j]!;
      d0 += value * v0[j]!;
      d1 += value * v1[j]!;
      d2 += value * v2[j]!;
      d3 += value * v3[j]!;
    }
    const f0 = s0 * d0;
    const f1 = s1 * (d1 - f0 * v01);
    const f2 = s2 * (d2 - f0 * v02 - f1 * v12);
    const f3 = s3 * (d3 - f0 * v03 - f1 * v13 - f2 * v23);
    for (let j = first; j < n; j++) {
      q[row + j] = q[row + j]! - f0 * v0[j]! - f1 * v1[j]! - f2 * v2[j]! - f3 * v3[j]!;
    }
  }
}

/** Four sums at once, since an addition that waits for the one before takes several cycles. */
function dot(
  a: Float64Array,
  aStart: number,
  b: Float64Array,
  bStart: number,
  length: number,
): number {
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  let i = aStart;
  let j = bStart;
  for (const end = aStart + length - 3; i < end; i += 4, j += 4) {
    sum0 += a[i]! * b[j]!;
    sum1 += a[i + 1]! * b[j + 1]!;
    sum2 += a[i + 2]! * b[j + 2]!;
    sum3 += a[i + 3]! * b[j + 3]!;
  }
  for (const end = aStart + length; i < end; i++, j++) {
    sum0 += a[i]! * b[j]!;
  }
  return sum0 + sum1 + (sum2 + sum3);
}
