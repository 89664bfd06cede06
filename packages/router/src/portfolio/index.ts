export { choosePortfolio, type Portfolio, type PortfolioOptions } from './choose-portfolio.js';
export { type NearestModelsOptions, type NearModel, nearestModels } from './nearest-models.js';
