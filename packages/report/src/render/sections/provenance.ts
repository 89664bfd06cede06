import type { ProvenanceContent } from '../../content/provenance-content.js';
import { formatCount, formatNumber, formatQuantity } from '../format.js';
import { type Html, html } from '../html.js';

/** What the figures were measured on, and with what. */
export function renderProvenance(content: ProvenanceContent): Html {
  const { data, split, seed, artifact, versions, generatedAt } = content;
  return html`<dl class="facts">${fact('Data', html`<bdi>${data.name}</bdi>`)}${fact(
    'Data fingerprint',
    html`<code>${data.fingerprint}</code>`,
  )}${data.files.map(({ file, rows }) =>
    fact('Read from', html`<bdi>${file}</bdi> (${formatQuantity(rows, 'record')})`),
  )}${fact(
    'Split',
    split
      ? html`<bdi>${split.name}</bdi>: ${formatCount(split.train)} train, ${formatCount(split.validation)} validation, ${formatCount(split.test)} test questions`
      : 'none',
  )}${fact('Seed of this report', String(seed))}${
    artifact ? artifactFacts(artifact) : fact('Artifact', 'none')
  }${fact(
    'Versions',
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
  )}${fact(
    'Made on',
    html`<time datetime="${generatedAt}">${generatedAt.slice(0, 16).replace('T', ' ')} UTC</time>`,
  )}</dl>
`;
}

function artifactFacts(artifact: NonNullable<ProvenanceContent['artifact']>): Html {
  const metrics = Object.entries(artifact.metrics);
  return html`${fact('Solver', html`<bdi>${artifact.solver}</bdi>`)}${fact(
    'Settings chosen on validation',
    html`<code>${Object.entries(artifact.settings)
      .map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
      .join(', ')}</code>`,
  )}${fact(
    'Trained on',
    `${formatQuantity(artifact.questions, 'question')}, ${formatQuantity(artifact.models, 'model')}, ${formatQuantity(artifact.labels, 'label')}; ${formatQuantity(artifact.dimensions, 'dimension')}`,
  )}${fact('Training data fingerprint', html`<code>${artifact.dataFingerprint}</code>`)}${fact(
    'Encoder',
    html`<bdi>${artifact.encoder}</bdi>, ${formatQuantity(artifact.encoderDimensions, 'dimension')}`,
  )}${fact('Encoder fingerprint', html`<code>${artifact.encoderFingerprint}</code>`)}${
    metrics.length === 0
      ? ''
      : fact(
          'Metrics recorded in the artifact',
          metrics.map(([name, value]) => `${name} ${formatNumber(value, 4)}`).join(', '),
        )
  }`;
}

function fact(name: string, value: Html | string): Html {
  return html`<dt>${name}</dt><dd>${value}</dd>
`;
}
