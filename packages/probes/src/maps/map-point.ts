/** A model's place on a map. */
export interface MapPoint {
  readonly name: string;
  readonly x: number;
  readonly y: number;
}
