import type { Context, Hono } from 'hono';
import type { Exchange } from './exchange.js';
import { ApiError } from './http/api-error.js';
import { type Route, shownPath } from './route.js';

/** Makes a handler that keeps an account of what it answers. */
export type Handle = (
  route: Pick<Route, 'path' | 'answer' | 'access' | 'protocol'>,
) => (context: Context) => Promise<Response>;

/** Ways in which clients come to ask for what is not here. */
const HINTS: readonly { readonly path: RegExp; readonly hint: string }[] = [
  {
    path: /\/v1\/responses\/./,
    hint: 'Responses are not stored here: send `store: false` and the whole conversation each time.',
  },
  {
    path: /^(?!\/v1\/).*\/(?:chat\/completions|completions|embeddings|messages|models|responses)$/,
    hint: 'The base URL of clients must end with /v1.',
  },
];

/** Adds routes to an app; other methods of their paths are status 405, and other paths 404. */
export function addRoutes(app: Hono, routes: readonly Route[], handle: Handle): void {
  for (const { method, path, answer, access, protocol } of routes) {
    app.on(method, path, handle({ path, answer, access, protocol }));
    const allow = method === 'GET' ? 'GET, HEAD' : method;
    const refuse = (): never => {
      throw new ApiError(405, `Use ${method} here.`, {
        code: 'method_not_allowed',
        headers: { allow },
        isFinal: true,
      });
    };
    app.all(path, handle({ path, answer: refuse, access, protocol }));
  }
  // Of the page, its address alone.
  const shown = routes.filter(({ path }) => !path.startsWith('/ui/'));
  const available = shown.map(({ method, path }) => `${method} ${shownPath(path)}`).join(', ');
  const refuseUnknown = ({ raw }: Exchange): never => {
    const { pathname } = new URL(raw.url);
    const hints = HINTS.filter(({ path }) => path.test(pathname)).map(({ hint }) => ` ${hint}`);
    throw new ApiError(
      404,
      `This gateway does not serve ${raw.method} ${pathname.slice(0, 200)}. Available: ${available}.${hints.join('')}`,
      { code: 'unknown_url', isFinal: true },
    );
  };
  app.notFound(handle({ path: 'unknown', answer: refuseUnknown, access: () => 'everyone' }));
}
