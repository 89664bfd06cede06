export { choosePortfolio, type Portfolio, type PortfolioOptions } from './choose-portfolio.js';
export { type FindStandInsOptions, findStandIns, type StandIn } from './find-stand-ins.js';
