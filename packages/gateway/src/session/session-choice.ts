/** What became of a session: it begins, is routed again, stays, leaves its model, or gets a stronger one. */
export type SessionChoice = 'begin' | 'route' | 'stay' | 'switch' | 'escalate';
