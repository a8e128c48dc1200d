import type { BrowserContext, Request } from 'playwright-core';

export type Wire = {
  /** Everything that the browser sent: method, address, headers and body of each request. */
  readonly sent: readonly string[];
  /** Everything that it was answered, once that is there; the stream of events has no end and is left out. */
  answers(): Promise<readonly string[]>;
};

const textOf = async (request: Request): Promise<string> => {
  const response = await request.response();
  if (response === null || String(response.headers()['content-type']).startsWith('text/event-stream')) return '';
  return (await response.body().catch(() => Buffer.alloc(0))).toString('latin1');
};

/** Writes down what a browser sends and is answered. */
export const tapWire = (context: BrowserContext): Wire => {
  const sent: string[] = [];
  const answers: Promise<string>[] = [];
  context.on('request', (request) => {
    const body = request.postDataBuffer()?.toString('latin1') ?? '';
    sent.push([request.method(), request.url(), JSON.stringify(request.headers()), body].join('\n'));
  });
  context.on('requestfinished', (request) => answers.push(textOf(request)));
  return { sent, answers: () => Promise.all(answers) };
};
