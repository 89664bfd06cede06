import { encodeChecked, repeatTexts, requireEqualRows, rowDifference } from './compare-vectors.js';
import { demand, type Requirement } from './conformance-check.js';

/** What must hold for the vectors of ordinary texts. */
export const RESULT_REQUIREMENTS: readonly Requirement[] = [
  {
    name: 'has an id and a positive number of dimensions',
    async check({ encoder }) {
      const { id, dimensions, encode } = await encoder();
      demand(typeof id === 'string' && id !== '', 'id must be a non-empty string.');
      demand(
        Number.isSafeInteger(dimensions) && dimensions > 0,
        `dimensions must be a positive integer, but is ${String(dimensions)}.`,
      );
      demand(typeof encode === 'function', 'encode must be a function.');
    },
  },
  {
    name: 'returns one row per text and one column per dimension',
    async check({ encoder, texts }) {
      await encodeChecked(await encoder(), texts);
      await encodeChecked(await encoder(), texts.slice(0, 1), 'a single text');
    },
  },
  {
    name: 'returns no rows but all columns for no texts',
    async check({ encoder }) {
      await encodeChecked(await encoder(), [], 'an empty list');
    },
  },
  {
    name: 'distinguishes different texts',
    async check({ encoder, texts }) {
      const vectors = await encodeChecked(await encoder(), texts);
      const differs = texts.some(
        (_, row) => rowDifference(vectors.row(row), vectors.row(0)) > 1e-3,
      );
      demand(differs, 'All texts have the same vector.');
    },
  },
  {
    name: 'returns rows in the order of the texts',
    async check({ encoder, texts, tolerance }) {
      const forward = await encodeChecked(await encoder(), texts);
      const backward = await encodeChecked(await encoder(), [...texts].reverse());
      const order = texts.map((_, row) => texts.length - 1 - row);
      requireEqualRows(backward.selectRows(order), forward, {
        tolerance,
        message: 'Reversing the texts did not reverse the rows.',
      });
    },
  },
  {
    name: 'returns the same vectors each time',
    async check({ encoder, texts }) {
      const first = await encodeChecked(await encoder(), texts);
      const second = await encodeChecked(await encoder(), texts);
      requireEqualRows(second, first, {
        tolerance: 0,
        message: 'Encoding the same texts twice returned different vectors.',
      });
    },
  },
  {
    name: 'returns the same vector for a text whatever else is in the list',
    async check({ encoder, texts, tolerance, manyTexts }) {
      const together = await encodeChecked(await encoder(), texts);
      const message = 'A vector depends on the other texts in the call.';
      for (const [row, text] of texts.entries()) {
        const alone = await encodeChecked(await encoder(), [text], 'a single text');
        requireEqualRows(alone, together.selectRows([row]), { tolerance, message });
      }
      const rows = texts.map((_, row) => row);
      const many = [...texts, ...repeatTexts(texts, manyTexts)];
      const amongMany = await encodeChecked(await encoder(), many, `${many.length} texts`);
      requireEqualRows(amongMany.selectRows(rows), together, { tolerance, message });
    },
  },
  {
    name: 'returns the same vector for a text next to a much longer one',
    async check({ encoder, texts, tolerance }) {
      const subject = await encoder();
      const long = `${texts.join(' ')} `.repeat(10);
      const alone = await encodeChecked(subject, texts);
      const together = await encodeChecked(
        subject,
        [long, ...texts],
        'a longer text and the others',
      );
      const rows = texts.map((_, row) => row + 1);
      requireEqualRows(together.selectRows(rows), alone, {
        tolerance,
        message:
          'A vector depends on the length of the other texts in the call: padding counts, or numbers are rounded across the batch.',
      });
    },
  },
  {
    name: 'returns the same vector for repeated texts',
    async check({ encoder, texts, tolerance }) {
      const text = texts[0] as string;
      const vectors = await encodeChecked(await encoder(), [text, ...texts.slice(1), text]);
      requireEqualRows(vectors.selectRows([texts.length]), vectors.selectRows([0]), {
        tolerance,
        message: 'The first and the last text are equal, but their vectors are not.',
      });
    },
  },
  {
    name: 'does not change the list of texts',
    async check({ encoder, texts }) {
      const given = [...texts];
      const subject = await encoder();
      await subject.encode(given);
      demand(
        given.length === texts.length && given.every((text, i) => text === texts[i]),
        'encode changed the list of texts it was called with.',
      );
    },
  },
  {
    name: 'returns a separate result for each call',
    async check({ encoder, texts }) {
      const first = await encodeChecked(await encoder(), texts);
      const copy = first.selectRows(texts.map((_, row) => row));
      await encodeChecked(await encoder(), [...texts].reverse());
      requireEqualRows(first, copy, {
        tolerance: 0,
        message: 'A later call changed the result of an earlier one.',
      });
      first.data.fill(7);
      requireEqualRows(await encodeChecked(await encoder(), texts), copy, {
        tolerance: 0,
        message: 'Writing to a result changed what later calls return.',
      });
    },
  },
  {
    name: 'keeps concurrent calls separate',
    async check({ encoder, texts, tolerance }) {
      const subject = await encoder();
      const lists = [texts, [...texts].reverse(), texts.slice(1), texts.slice(0, 2)];
      const together = await Promise.all(lists.map((list) => encodeChecked(subject, list)));
      for (const [index, vectors] of together.entries()) {
        const expected = await encodeChecked(subject, lists[index] ?? []);
        requireEqualRows(vectors, expected, {
          tolerance,
          message: 'Concurrent calls returned different vectors than sequential ones.',
        });
      }
    },
  },
];
