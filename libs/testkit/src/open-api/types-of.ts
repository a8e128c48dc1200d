import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';

const HEAD = [
  '// The types of /openapi.json, as openapi-typescript makes them, without its comments. Not written by hand: when the API changed, run',
  '// pnpm exec vitest run --project unit services/api-gateway/src/openapi/client-types.test.ts -u',
  '',
].join('\n');

/** The document's types, as a client outside this repository would generate them. */
export const typesOf = async (document: unknown): Promise<string> => {
  const types = await openapiTS(document as OpenAPI3, { defaultNonNullable: false });
  return HEAD + astToString(types, { formatOptions: { removeComments: true } });
};
