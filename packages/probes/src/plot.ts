export {
  loadPlot,
  type PlotLibrary,
  type PlotSymbol,
  type PlotTheme,
  plotStyle,
} from './plot/load-plot.js';
export {
  type LabelledPoint,
  type LabelPlace,
  type PlaceLabelsOptions,
  placeLabels,
} from './plot/place-labels.js';
export { type PlotCurveOptions, plotCurve } from './plot/plot-curve.js';
export { type PlotMapOptions, plotMap } from './plot/plot-map.js';
export { type PlotMatrixOptions, plotMatrix } from './plot/plot-matrix.js';
