type Row = Record<string, string | number | boolean | null>;

const valueOf = (text: string): string | number | boolean | null => {
  if (text === 'NULL') return null;
  if (text === 'TRUE' || text === 'FALSE') return text === 'TRUE';
  return text.startsWith("'") ? text.slice(1, -1).replaceAll("''", "'") : Number(text);
};

/** The rows that the INSERTs of the fixture make, without a database; serials are counted. */
export const rowsOfSql = (sql: string): Record<'encrypted_credentials' | 'service_credentials', Row[]> => {
  const rows = { encrypted_credentials: [] as Row[], service_credentials: [] as Row[] };
  for (const [, table, columns = '', values = ''] of sql.matchAll(/INSERT INTO (\w+) \(([^)]*)\) VALUES \((.*)\);/g)) {
    const into = rows[table === 'service_credentials' ? 'service_credentials' : 'encrypted_credentials'];
    const parts = values.match(/'(?:[^']|'')*'|[^,]+/g) ?? [];
    const named = columns.split(',').map((column, index) => [column.trim(), valueOf(parts[index] ?? 'NULL')] as const);
    into.push({ id: into.length + 1, ...Object.fromEntries(named) });
  }
  return rows;
};
