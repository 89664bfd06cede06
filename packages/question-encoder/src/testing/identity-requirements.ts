import type { EncoderRecord, QuestionEncoder } from '@embedllm/core';
import { encoderRecord } from '../record/encoder-record.js';
import { encodeChecked, requireEqualRows } from './compare-vectors.js';
import { demand, type Requirement } from './conformance-check.js';

function identityOf({ id, dimensions, fingerprint }: QuestionEncoder): string {
  return JSON.stringify({ id, dimensions, fingerprint: fingerprint ?? id });
}

/** What must hold for an encoder to be recognised by an artifact. */
export const IDENTITY_REQUIREMENTS: readonly Requirement[] = [
  {
    name: 'keeps its id, dimensions and fingerprint while it works',
    async check({ encoder, texts }) {
      const subject = await encoder();
      const { fingerprint } = subject;
      demand(
        fingerprint === undefined || (typeof fingerprint === 'string' && fingerprint !== ''),
        'fingerprint must be a non-empty string or omitted.',
      );
      const before = identityOf(subject);
      await encodeChecked(subject, texts);
      demand(
        identityOf(subject) === before,
        `Encoding changed ${before} to ${identityOf(subject)}.`,
      );
    },
  },
  {
    name: 'has the same fingerprint and vectors when it is created again',
    async check({ encoder, createEncoder, texts, tolerance }) {
      const first = await encoder();
      const second = await createEncoder();
      demand(
        identityOf(first) === identityOf(second),
        `Two encoders created alike are ${identityOf(first)} and ${identityOf(second)}: an artifact trained with one would reject the other.`,
      );
      requireEqualRows(await encodeChecked(second, texts), await encodeChecked(first, texts), {
        tolerance,
        message: 'Two encoders with the same fingerprint return different vectors.',
      });
    },
  },
  {
    name: 'serialises, if it does, to plain JSON and to files with plain names, the same each time',
    async check({ encoder }) {
      const record = encoderRecord(await encoder());
      const { settings, files = new Map<string, Uint8Array>() } = record;
      requireJson(settings ?? {}, 'settings');
      for (const [name, bytes] of files) {
        demand(
          /^[\w-][\w.-]*$/.test(name),
          `The file name ${JSON.stringify(name)} must consist of letters, digits, dots, _ and -, without folders.`,
        );
        demand(bytes instanceof Uint8Array, `The file ${name} must be a Uint8Array.`);
      }
      demand(
        describeRecord(encoderRecord(await encoder())) === describeRecord(record),
        'serialize returned something else the second time.',
      );
    },
  },
];

/** With a way to bring an encoder back, what comes back must be the same encoder. */
export function restoreRequirement(
  restore: (record: EncoderRecord) => Promise<QuestionEncoder> | QuestionEncoder,
): Requirement {
  return {
    name: 'is restored from its record with the same fingerprint and vectors',
    async check({ encoder, texts, tolerance }) {
      const original = await encoder();
      const { files, ...rest } = encoderRecord(original);
      // What an artifact does: JSON there and back, and copies of the bytes.
      const stored: EncoderRecord = {
        ...JSON.parse(JSON.stringify(rest)),
        ...(files && { files: new Map([...files].map(([name, bytes]) => [name, bytes.slice()])) }),
      };
      const restored = await restore(stored);
      demand(
        identityOf(restored) === identityOf(original),
        `${identityOf(original)} was restored as ${identityOf(restored)}.`,
      );
      requireEqualRows(await encodeChecked(restored, texts), await encodeChecked(original, texts), {
        tolerance,
        message: 'The restored encoder returns different vectors.',
      });
    },
  };
}

function requireJson(value: unknown, path: string): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number') {
    demand(Number.isFinite(value), `${path} is ${value}, which JSON cannot hold.`);
    return;
  }
  if (Array.isArray(value)) {
    value.forEach((item, i) => {
      requireJson(item, `${path}[${i}]`);
    });
    return;
  }
  const isPlain =
    typeof value === 'object' && Object.prototype.toString.call(value) === '[object Object]';
  demand(isPlain, `${path} is of type ${typeof value}, which JSON cannot hold.`);
  for (const [key, item] of Object.entries(value as object)) {
    demand(key !== '__proto__', `${path} has a key named __proto__.`);
    requireJson(item, `${path}.${key}`);
  }
}

function describeRecord({ files, ...rest }: EncoderRecord): string {
  return JSON.stringify([rest, [...(files ?? [])].map(([name, bytes]) => [name, [...bytes]])]);
}
