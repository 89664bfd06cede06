import type { Exchange } from '../exchange.js';
import { DESCRIPTIONS, type RouteDescription } from '../openapi/descriptions.js';
import { PAGE, PAGE_HEADERS } from './page.js';
import type { PageState } from './page-state.js';
import { SCRIPT } from './script.js';
import { STYLE } from './style.js';

/** A path of the page and its answer. */
export interface PageRoute {
  readonly path: string;
  readonly description: RouteDescription;
  readonly answer: (exchange: Exchange) => Response | Promise<Response>;
}

/** All that the page of the operator consists of. */
export function pageRoutes(state: () => Promise<PageState>): PageRoute[] {
  const text = (body: string, type: string) => (): Response =>
    new Response(body, { headers: { ...PAGE_HEADERS, 'content-type': `${type}; charset=utf-8` } });
  const { page, style, script } = DESCRIPTIONS;
  return [
    { path: '/ui', description: page, answer: text(PAGE, 'text/html') },
    { path: '/ui/style.css', description: style, answer: text(STYLE, 'text/css') },
    { path: '/ui/script.js', description: script, answer: text(SCRIPT, 'text/javascript') },
    {
      path: '/ui/state',
      description: DESCRIPTIONS.state,
      answer: async () => Response.json(await state(), { headers: PAGE_HEADERS }),
    },
  ];
}
