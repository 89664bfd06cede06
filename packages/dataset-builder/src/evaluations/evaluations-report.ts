import type { HarnessRunReport } from '../harness/harness-report.js';
import type { InspectRunReport } from '../inspect/inspect-report.js';
import type { LogsReport } from '../runs/logs-report.js';
import { type UnmatchedName, unmatchedInAll } from '../runs/unmatched-names.js';
import type { StoreImport } from '../store/import-source.js';
import type { TableReport } from '../tables/collect-tables.js';
import type { EvaluationFormat } from './evaluation-options.js';

/** Records at a path, and how they are read. */
export interface SourceOfRecords {
  readonly path: string;
  readonly format: EvaluationFormat;
}

/** What one file or folder brought, of sources that were brought together. */
export interface ImportedSource extends StoreImport {
  readonly format: EvaluationFormat;
}

/** What was read, and how. */
export interface EvaluationsReport {
  /** What was found at the paths. */
  readonly sources: readonly SourceOfRecords[];
  /** Reports on the runs in logs, one for each source of logs; files of one tool are one source. */
  readonly logs: readonly LogsReport<HarnessRunReport | InspectRunReport>[];
  /** Names in options that match nothing in any of the logs. */
  readonly unmatched: readonly UnmatchedName[];
  /** How each table was read. */
  readonly tables: readonly TableReport[];
  /** What each source brought, where several were brought together in a store. */
  readonly imports: readonly ImportedSource[];
}

/** Describes all sources together. */
export function describeSources(
  sources: readonly SourceOfRecords[],
  logs: EvaluationsReport['logs'],
): Pick<EvaluationsReport, 'sources' | 'unmatched'> {
  return {
    sources: sources.map(({ path, format }) => ({ path, format })),
    unmatched: unmatchedInAll(logs),
  };
}
