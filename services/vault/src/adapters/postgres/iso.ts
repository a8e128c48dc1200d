const ISO = `'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'`;

/** SQL that writes a timestamp as the log does: ISO 8601, UTC, microseconds. */
export const iso = (column: string): string => `to_char(${column} AT TIME ZONE 'UTC', ${ISO})`;
