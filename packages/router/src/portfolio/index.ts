export { choosePortfolio, type Portfolio, type PortfolioOptions } from './choose-portfolio.js';
