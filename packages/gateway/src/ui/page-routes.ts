import type { Exchange } from '../exchange.js';
import type { Activity } from '../observe/activity.js';
import { DESCRIPTIONS, type RouteDescription } from '../openapi/descriptions.js';
import { PAGE, PAGE_HEADERS } from './page.js';
import { pageState } from './page-state.js';
import { SCRIPT } from './script.js';
import { STYLE } from './style.js';

/** A path of the page and its answer. */
export interface PageRoute {
  readonly path: string;
  readonly description: RouteDescription;
  readonly answer: (exchange: Exchange) => Response;
}

/** All that the page of the operator consists of. */
export function pageRoutes(activity: Activity, isDraining: () => boolean): PageRoute[] {
  const text = (body: string, type: string) => (): Response =>
    new Response(body, { headers: { ...PAGE_HEADERS, 'content-type': `${type}; charset=utf-8` } });
  const { page, style, script, state } = DESCRIPTIONS;
  return [
    { path: '/ui', description: page, answer: text(PAGE, 'text/html') },
    { path: '/ui/style.css', description: style, answer: text(STYLE, 'text/css') },
    { path: '/ui/script.js', description: script, answer: text(SCRIPT, 'text/javascript') },
    {
      path: '/ui/state',
      description: state,
      answer: (exchange) =>
        Response.json(pageState(exchange.state, activity, isDraining()), { headers: PAGE_HEADERS }),
    },
  ];
}
