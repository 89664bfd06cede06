export { WindowBudget, type WindowBudgetOptions } from './window-budget.js';
