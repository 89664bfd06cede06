// Tables with other columns than the usual: scores as Parquet, and one column a model as CSV.
import { writeFile } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { questions } from './pool.js';

const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
const id = questions[0]?.id.replaceAll("'", "''") ?? '';
await connection.run(
  `COPY (SELECT '${id}' AS id, 'judge-7b' AS llm, 0.8 AS grade) TO 'judged.parquet' (FORMAT parquet)`,
);
connection.closeSync();
instance.closeSync();
await writeFile('wide.csv', 'id,topic,gpt-4o-mini,qwen-7b\nwide/1,trivia,1,0\nwide/2,trivia,,1\n');
