export { cholesky, choleskySolve } from './cholesky.js';
export { type SymmetricEigen, symmetricEigen } from './symmetric-eigen.js';
export { type Tridiagonal, tridiagonalize } from './tridiagonalize.js';
