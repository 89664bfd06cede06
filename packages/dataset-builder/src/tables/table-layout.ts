/** Where the models and scores of a table are. */
export type TableLayout =
  | { readonly kind: 'long'; readonly model: string; readonly score: string }
  | { readonly kind: 'one'; readonly name: string; readonly score: string }
  | {
      readonly kind: 'wide';
      /** Columns, in the order of their models. */
      readonly columns: readonly string[];
      readonly models: readonly string[];
    };

/** The columns of models and scores. */
export function columnsOf(layout: TableLayout): readonly string[] {
  if (layout.kind === 'wide') return layout.columns;
  return layout.kind === 'long' ? [layout.model, layout.score] : [layout.score];
}
