import { DataError, type ModelInfo } from '@embedllm/core';
import {
  describePlace,
  type Place,
  quoteBriefly,
  requireColumn,
  requiredText,
} from '../csv/columns.js';
import { type ReadRecordsOptions, readRecords } from '../csv/read-records.js';
import { findModelColumns } from '../models/model-columns.js';

/** The models met so far; ids and names are one to one. */
export class ModelTable {
  readonly #byId = new Map<string, number>();
  readonly #idOfName = new Map<string, string>();
  readonly #ids: string[] = [];
  readonly #models: ModelInfo[] = [];
  readonly #places: Place[] = [];
  readonly #outputChars: number[] = [];
  readonly #outputCounts: number[] = [];
  #closedBy: string | undefined;
  /** Columns of the models file that nothing was read from, because their names are not known. */
  unknownColumns: readonly string[] = [];

  /** Whether a models file has listed all there are. */
  get closed(): boolean {
    return this.#closedBy !== undefined;
  }

  /** Ids as the files write them, in order of first appearance. */
  get ids(): readonly string[] {
    return this.#ids;
  }

  /** In the order of `ids`, with the mean output length where lengths were noted. */
  models(): ModelInfo[] {
    return this.#models.map((model, index) => {
      const count = this.#outputCounts[index]!;
      if (count === 0) return model;
      const meanOutputChars = this.#outputChars[index]! / count;
      return { ...model, metadata: { ...model.metadata, meanOutputChars } };
    });
  }

  /** From now on only the models of the given file may occur. */
  close(file: string): void {
    this.#closedBy = file;
  }

  /** Adds a model that must not be there yet. */
  define(id: string, model: ModelInfo, place: Place): void {
    const known = this.#byId.get(id);
    if (known !== undefined) {
      throw new DataError(
        `the model id ${quoteBriefly(id)} is listed twice, first at ${this.#place(known)}.`,
        { ...place, field: 'model_id' },
      );
    }
    this.#append(id, model, place);
  }

  /**
   * Notes the model of a response.
   *
   * @param name - `undefined` where the file has no such column.
   * @returns the model's position in `ids`.
   * @throws DataError when it contradicts what is known, or the model is not a listed one.
   */
  mention(id: string, name: string | undefined, place: Place): number {
    const known = this.#byId.get(id);
    if (known === undefined) {
      if (this.#closedBy !== undefined) {
        throw new DataError(`the model id ${quoteBriefly(id)} is not in ${this.#closedBy}.`, {
          ...place,
          field: 'model_id',
        });
      }
      return this.#append(id, { name: name ?? id }, place);
    }
    const model = this.#models[known] as ModelInfo;
    if (name !== undefined && name !== model.name) {
      throw new DataError(
        `the model id ${quoteBriefly(id)} has the name ${quoteBriefly(name)} here, but ${quoteBriefly(model.name)} at ${this.#place(known)}.`,
        { ...place, field: 'model_name' },
      );
    }
    return known;
  }

  /** The name of the model at a position in `ids`. */
  nameAt(index: number): string {
    return (this.#models[index] as ModelInfo).name;
  }

  /** Notes the length of one answer of the model at a position in `ids`. */
  noteOutputChars(index: number, chars: number): void {
    this.#outputChars[index] = this.#outputChars[index]! + chars;
    this.#outputCounts[index] = this.#outputCounts[index]! + 1;
  }

  #append(id: string, model: ModelInfo, place: Place): number {
    const other = this.#idOfName.get(model.name);
    if (other !== undefined) {
      const first = this.#place(this.#byId.get(other) as number);
      throw new DataError(
        `the name ${quoteBriefly(model.name)} belongs to model id ${quoteBriefly(id)} here, but to ${quoteBriefly(other)} at ${first}. Names must be unique.`,
        { ...place, field: 'model_name' },
      );
    }
    const index = this.#models.length;
    this.#byId.set(id, index);
    this.#idOfName.set(model.name, id);
    this.#ids.push(id);
    this.#models.push(model);
    this.#places.push(place);
    this.#outputChars.push(0);
    this.#outputCounts.push(0);
    return index;
  }

  #place(known: number): string {
    return describePlace(this.#places[known] as Place);
  }
}

/**
 * Reads a models file: columns model_id and model_name, and those of `readModelInfos`. Columns of
 * other names are noted in the table.
 *
 * @throws DataError when it is malformed, or an id or a name is empty or listed twice.
 */
export async function readModels(
  file: string,
  table: ModelTable,
  options: ReadRecordsOptions,
): Promise<void> {
  await readRecords(
    file,
    (header) => {
      const id = requireColumn(header, 'model_id');
      const name = requireColumn(header, 'model_name');
      const facts = findModelColumns(header, ['model_id', 'model_name']);
      table.unknownColumns = facts.unknown;
      return (fields, row) => {
        const place = { file, row };
        const model: ModelInfo = {
          name: requiredText(fields, name, 'model_name', place),
          ...facts.read(fields, place),
        };
        table.define(requiredText(fields, id, 'model_id', place), model, place);
      };
    },
    options,
  );
  table.close(file);
}
