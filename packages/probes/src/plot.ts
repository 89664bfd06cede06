export { type PlotCurveOptions, plotCurve } from './plot/plot-curve.js';
export { type PlotMapOptions, plotMap } from './plot/plot-map.js';
export { type PlotMatrixOptions, plotMatrix } from './plot/plot-matrix.js';
