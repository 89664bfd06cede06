import type { RoutingNote } from '../lib/routing-note';

/** Which model answered, why, and what was saved. */
export function Note({ note }: { note: RoutingNote }) {
  const { model, reason, failed, baseline, costUsd, baselineUsd } = note;
  const saved = baselineUsd - costUsd;
  return (
    <dl>
      <dt>Answered by</dt>
      <dd data-note="model">{model}</dd>
      <dt>Why</dt>
      <dd data-note="reason">
        {reason}
        {failed.length > 0 && ` ${failed.join(', ')} failed, so ${model} answered instead.`}
      </dd>
      <dt>Saved</dt>
      <dd data-note="saved">
        {saved > 0
          ? `${dollars(saved)} of ${dollars(baselineUsd)} (${Math.round((100 * saved) / baselineUsd)}%), compared with ${baseline} at the same number of tokens`
          : `nothing compared with ${baseline}; the answer cost ${dollars(costUsd)}`}
      </dd>
    </dl>
  );
}

/** Two digits that count. */
function dollars(usd: number): string {
  const digits = usd > 0 ? Math.max(2, 1 - Math.floor(Math.log10(usd))) : 2;
  return `$${usd.toFixed(digits)}`;
}
