import { describe, expect, it } from 'vitest';
import { CircuitBreaker } from './circuit-breaker.js';

const SETTINGS = { failureShare: 0.5, window: 4, minimumCalls: 2, openMs: 100, windowMs: 1000 };

function breaker() {
  let now = 0;
  const circuit = new CircuitBreaker(SETTINGS, () => now);
  return {
    circuit,
    wait: (ms: number) => {
      now += ms;
    },
    fail: () => circuit.enter()?.fail(),
    succeed: () => circuit.enter()?.succeed(),
  };
}

describe('CircuitBreaker', () => {
  it('opens when enough of the last calls failed, and counts the last ones only', () => {
    const { circuit, fail, succeed } = breaker();
    fail();
    expect(circuit.state).toBe('closed');
    for (let call = 0; call < 4; call++) succeed();
    fail();
    expect(circuit.state).toBe('closed');
    fail();
    expect(circuit.state).toBe('open');
    expect(circuit.enter()).toBeUndefined();
    expect(circuit.retryAfterMs).toBe(100);
  });

  it('forgets calls in time', () => {
    const { circuit, fail, wait } = breaker();
    fail();
    wait(SETTINGS.windowMs);
    fail();
    expect(circuit.state).toBe('closed');
  });

  it('says when it opens and closes, and only then', () => {
    const changes: string[] = [];
    let now = 0;
    const circuit = new CircuitBreaker(
      SETTINGS,
      () => now,
      (state) => changes.push(state),
    );
    for (let call = 0; call < 3; call++) circuit.enter()?.fail();
    expect(changes).toEqual(['open']);
    now = 100;
    circuit.enter()?.succeed();
    circuit.enter()?.succeed();
    expect(changes).toEqual(['open', 'closed']);
  });

  it('lets a few calls try after a while, the first of which decides', () => {
    const { circuit, fail, wait } = breaker();
    fail();
    fail();
    wait(100);
    expect(circuit.state).toBe('half-open');
    // One that hangs must not keep the circuit shut.
    circuit.enter();
    circuit.enter();
    const trial = circuit.enter();
    expect(circuit.enter()).toBeUndefined();
    trial?.fail();
    expect(circuit.state).toBe('open');
    wait(100);
    circuit.enter()?.succeed();
    expect(circuit.state).toBe('closed');
    fail();
    expect(circuit.state).toBe('closed');
  });

  it('gives the place of a trial that told nothing to the next call', () => {
    const { circuit, fail, wait } = breaker();
    fail();
    fail();
    wait(100);
    circuit.enter()?.discard();
    expect(circuit.enter()).toBeDefined();
  });

  it('takes over what another gateway found out, without saying so', () => {
    const changes: string[] = [];
    let now = 0;
    const circuit = new CircuitBreaker(
      SETTINGS,
      () => now,
      (state) => changes.push(state),
    );
    const late = circuit.enter();
    circuit.learn('open', 50);
    expect(circuit.enter()).toBeUndefined();
    expect(circuit.retryAfterMs).toBe(50);
    late?.succeed();
    expect(circuit.state).toBe('open');
    circuit.learn('half-open', 0);
    expect(circuit.state).toBe('open');
    now = 50;
    expect(circuit.state).toBe('half-open');
    circuit.learn('closed', 0);
    expect(circuit.state).toBe('closed');
    expect(changes).toEqual([]);
    circuit.learn('half-open', 0);
    circuit.enter()?.fail();
    expect(circuit.state).toBe('open');
    expect(changes).toEqual(['open']);
  });

  it('does not listen to calls that began before it opened', () => {
    const { circuit, fail, wait } = breaker();
    const late = circuit.enter();
    fail();
    fail();
    wait(100);
    late?.succeed();
    expect(circuit.state).toBe('half-open');
    const trial = circuit.enter();
    trial?.succeed();
    trial?.fail();
    expect(circuit.state).toBe('closed');
  });
});
