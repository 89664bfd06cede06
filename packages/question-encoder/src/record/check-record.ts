import type { EncoderRecord } from '@embedllm/core';
import { checkMap, checkObject, checkString } from '@embedllm/internals';

/**
 * Checks the record of an encoder, which callers may have kept as JSON.
 *
 * @throws EmbedLLMError `invalid-argument`, naming the field.
 */
export function checkRecord<T extends EncoderRecord>(record: T): T {
  checkStored(record);
  checkString('record.id', record.id);
  return record;
}

/** As `checkRecord`, of what an encoder serialized, which need not say whose it is. */
export function checkStored<T extends Partial<EncoderRecord>>(stored: T): T {
  const { id, settings, files } = checkObject('record', stored);
  if (id !== undefined) checkString('record.id', id);
  if (settings !== undefined) checkObject('record.settings', settings);
  if (files !== undefined) checkMap('record.files', files);
  return stored;
}
