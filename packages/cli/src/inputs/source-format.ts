/** How a source of evaluation records is read. */
export type SourceFormat = 'folder' | 'embedllm' | 'harness' | 'inspect' | 'table';
