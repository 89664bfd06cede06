import type { LanguageModelV3FilePart } from '@ai-sdk/provider';
import { isObject } from '../http/json-object.js';
import { UntranslatableError } from './untranslatable.js';

const DATA_URL = /^data:([\w.+-]+\/[\w.+-]+)?(?:;[\w=-]+)*;base64,(.*)$/s;
const AUDIO: Readonly<Record<string, string>> = { wav: 'audio/wav', mp3: 'audio/mpeg' };

/**
 * An image, audio or file of a message as a file of the AI SDK.
 *
 * @param dropped - Takes the names of what is left out.
 * @throws UntranslatableError on anything else.
 */
export function toFile(
  part: Readonly<Record<string, unknown>>,
  at: string,
  dropped: Set<string>,
): LanguageModelV3FilePart {
  const { image_url: image, input_audio: audio, file } = part;
  if (part.type === 'image_url' && isObject(image) && typeof image.url === 'string') {
    if (image.detail !== undefined && image.detail !== 'auto') {
      dropped.add('messages[].content[].image_url.detail');
    }
    return fromUrl(image.url, `${at}.image_url.url`, 'image/*');
  }
  if (part.type === 'input_audio' && isObject(audio) && typeof audio.data === 'string') {
    const mediaType = AUDIO[String(audio.format)];
    if (mediaType) return { type: 'file', data: audio.data, mediaType };
    throw new UntranslatableError(`${at}.input_audio.format`, 'must be wav or mp3.');
  }
  if (part.type === 'file' && isObject(file) && typeof file.file_data === 'string') {
    const { filename } = file;
    const translated = fromUrl(file.file_data, `${at}.file.file_data`, 'application/pdf');
    return { ...translated, ...(typeof filename === 'string' ? { filename } : {}) };
  }
  throw new UntranslatableError(at, 'has no equivalent for this model.');
}

/** A file by its `data:` URL, or by an address that the vendor fetches. */
export function fromUrl(url: string, at: string, mediaType: string): LanguageModelV3FilePart {
  const [, named, data] = DATA_URL.exec(url) ?? [];
  if (data !== undefined) return { type: 'file', data, mediaType: named ?? mediaType };
  if (/^https?:/.test(url) && URL.canParse(url)) {
    return { type: 'file', data: new URL(url), mediaType };
  }
  throw new UntranslatableError(at, 'must be a URL with http:, https: or data: and base64.');
}
