import { type DocumentedResponse, type Media, OpenApiDocument, type Operation } from './open-api-document.ts';
import { type CheckSchema, faultsOfDocument, schemaChecker } from './schema-checker.ts';

/** One request and its answer. */
export type Exchange = {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  /** Null where it was not read: a stream. */
  readonly body: string | null;
};

/** What an OpenAPI document promises, and whether answers keep it. */
export interface OpenApiContract {
  /** What is wrong with the document itself: by OpenAPI's schema, and in its examples by their own. */
  faults(): Promise<readonly string[]>;
  /** What in an answer isn't as documented: its status, a header, its type, its body. Nothing for what is no operation. */
  violations(exchange: Exchange): Promise<readonly string[]>;
  /** The operations that answered well (below 400) in no exchange so far. */
  unexercised(): readonly string[];
}

type Known = { readonly method: string; readonly words: string; readonly path: RegExp; readonly operation: Operation };

/** Reads the document as a client would find it. */
export const openApiContract = (given: unknown): OpenApiContract => {
  const document = OpenApiDocument.parse(given);
  const check = schemaChecker(document.components.schemas);
  const operations = operationsOf(document);
  const exercised = new Set<string>();
  return {
    faults: async () => [...(await faultsOfDocument(given)), ...(await faultsOfExamples(operations, check))],
    violations: async (exchange) => {
      const operation = find(operations, exchange);
      if (operation === null) return [];
      if (exchange.status < 400) exercised.add(operation.operationId);
      const faults = await faultsOfAnswer(operation, exchange, { document, check });
      return faults.map((fault) => `${operation.operationId} ${exchange.status}: ${fault}`);
    },
    unexercised: () => operations.map(({ operation }) => operation.operationId).filter((id) => !exercised.has(id)),
  };
};

const operationsOf = ({ paths }: OpenApiDocument): readonly Known[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      words: path,
      path: new RegExp(`^${path.replaceAll(/[.]/g, '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
      operation,
    })),
  );

const find = (operations: readonly Known[], { method, url }: Exchange): Operation | null => {
  const { pathname } = new URL(url, 'http://any.test');
  const asked = method === 'HEAD' ? 'GET' : method;
  // A path of words alone is meant before one that any word fits, whatever the method.
  const meant = operations.some(({ words }) => words === pathname)
    ? operations.filter(({ words }) => words === pathname)
    : operations.filter(({ path }) => path.test(pathname));
  return meant.find((known) => known.method === asked)?.operation ?? null;
};

type Means = { readonly document: OpenApiDocument; readonly check: CheckSchema };

const faultsOfAnswer = async (operation: Operation, exchange: Exchange, means: Means): Promise<readonly string[]> => {
  const documented = operation.responses[String(exchange.status)];
  if (documented === undefined) return [`the status is not documented: ${exchange.body ?? ''}`];
  return [...(await faultsOfHeaders(documented, exchange, means)), ...(await faultsOfBody(documented, exchange, means))];
};

const faultsOfHeaders = async (
  { headers }: DocumentedResponse,
  exchange: Exchange,
  { document, check }: Means,
): Promise<readonly string[]> => {
  const faults: string[] = [];
  for (const [name, { $ref }] of Object.entries(headers)) {
    const definition = document.components.headers[$ref.split('/').at(-1) ?? ''];
    const value = exchange.headers.get(name);
    if (definition === undefined) faults.push(`${name} is documented nowhere`);
    else if (value === null) faults.push(...(definition.required ? [`${name} is missing`] : []));
    else faults.push(...(await check(definition.schema, value)).map((fault) => `${name}${fault}`));
  }
  return faults;
};

const faultsOfBody = async ({ content }: DocumentedResponse, exchange: Exchange, { check }: Means): Promise<readonly string[]> => {
  const { method, body, headers } = exchange;
  if (method === 'HEAD' || (Object.keys(content).length === 0 && body === '')) return [];
  const type = headers.get('content-type')?.split(';')[0] ?? '';
  const media = content[type];
  if (media === undefined) return [`the content type ${type} is not documented`];
  if (body === null) return [];
  if (type === 'text/event-stream') return await faultsOfEvents(media, body, check);
  return await check(media.schema ?? {}, type === 'text/csv' ? body : JSON.parse(body));
};

/** Every event with a position carries one documented object. */
const faultsOfEvents = async (media: Media, text: string, check: CheckSchema): Promise<readonly string[]> => {
  const events = text.split('\n\n').filter((event) => /^id: \d+$/m.test(event));
  const schema = OpenApiDocument.shape.components.shape.schemas.parse({ data: media['x-event-data'] })['data'] ?? {};
  const faults = await Promise.all(events.map((event) => check(schema, JSON.parse(/^data: (.*)$/m.exec(event)?.[1] ?? 'null'))));
  return faults.flat();
};

const faultsOfExamples = async (operations: readonly Known[], check: CheckSchema): Promise<readonly string[]> => {
  const faults: string[] = [];
  for (const { operation } of operations) {
    const media = [operation.requestBody, ...Object.values(operation.responses)].flatMap((part) => Object.values(part?.content ?? {}));
    const examples = media.flatMap((each) => examplesOf(each).map((value) => ({ schema: each.schema ?? {}, value })));
    const parameters = operation.parameters
      .filter((each) => each.example !== undefined)
      .map(({ schema = {}, example: value }) => ({ schema, value }));
    if (media.some((each) => examplesOf(each).length === 0)) faults.push(`${operation.operationId}: a body has no example`);
    for (const { schema, value } of [...examples, ...parameters]) {
      faults.push(...(await check(schema, value)).map((fault) => `${operation.operationId}, an example: ${fault}`));
    }
  }
  return faults;
};

const examplesOf = ({ example, examples = {} }: Media): readonly unknown[] => [
  ...(example === undefined ? [] : [example]),
  ...Object.values(examples).map(({ value }) => value),
];
