import { describe, expect, it } from 'vitest';
import { Counter, Gauge, Histogram } from '../../observe/metrics.js';
import { mergeMetrics } from './merge-metrics.js';

/** What one process would show. */
function shown(count: number, { circuit = 0, running = 0 } = {}): string {
  const counter = new Counter('requests_total', 'Requests.');
  counter.add({ route: 'a "quoted" path', status: '200' }, count);
  const histogram = new Histogram('seconds', 'Seconds.', [1, 10]);
  histogram.observe({}, count);
  const gauge = new Gauge('running', 'Running.', () => [[{}, running]]);
  const open = new Gauge('embedllm_gateway_upstream_circuit', 'Circuit.', () => [
    [{ model: 'm' }, circuit],
  ]);
  return `${[counter, histogram, gauge, open].map((metric) => metric.render()).join('\n')}\n`;
}

describe('mergeMetrics', () => {
  it('leaves the metrics of a single process as they are', () => {
    expect(mergeMetrics([shown(3)])).toBe(shown(3));
  });

  it('adds up counters, histograms and gauges, and takes the worst circuit', () => {
    const merged = mergeMetrics([shown(2, { running: 1 }), shown(5, { circuit: 2, running: 3 })]);
    expect(merged).toContain('requests_total{route="a \\"quoted\\" path",status="200"} 7\n');
    expect(merged).toContain('seconds_bucket{le="10"} 2\n');
    expect(merged).toContain('seconds_sum 7\n');
    expect(merged).toContain('running 4\n');
    expect(merged).toContain('embedllm_gateway_upstream_circuit{model="m"} 2\n');
    expect(merged.match(/# TYPE requests_total/g)).toHaveLength(1);
  });

  it('keeps the counters of processes that have ended, and not their gauges', () => {
    const merged = mergeMetrics([shown(2, { running: 1 })], [shown(5, { circuit: 2, running: 3 })]);
    expect(merged).toContain('requests_total{route="a \\"quoted\\" path",status="200"} 7\n');
    expect(merged).toContain('running 1\n');
    expect(merged).toContain('embedllm_gateway_upstream_circuit{model="m"} 0\n');
    // And of those that ended before them.
    const again = mergeMetrics([], [mergeMetrics([], [shown(1)]), shown(1)]);
    expect(mergeMetrics([shown(1)], [again])).toContain('status="200"} 3\n');
  });
});
