import { styleText } from 'node:util';
import type { CliFailure } from '../cli-failure.ts';
import type { Terminal } from './terminal.ts';

type Style = 'red' | 'green' | 'yellow' | 'dim' | 'bold';

/** What a command may say. With `--json`, one JSON document on stdout and nothing else there. */
export type Printer = {
  /** The result: `json` as it is, or the lines for people. */
  result(json: unknown, lines: readonly string[]): void;
  /** Text that is the result itself, e.g. CSV. */
  raw(text: string): void;
  note(sentence: string): void;
  progress(sentence: string): void;
  failure(failure: CliFailure): void;
  paint(style: Style, text: string): string;
};

// oxlint-disable-next-line no-control-regex -- what is not printed as it is
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Names and labels come from elsewhere: nothing in them may steer a terminal. */
export const printable = (text: string): string => text.replaceAll(CONTROLS, '�').replaceAll('\n', ' ');

export const createPrinter = (terminal: Terminal, options: { readonly json: boolean }): Printer => {
  const { json } = options;
  let moving = false;
  const endProgress = (): void => {
    if (moving) terminal.err('\r\u001b[K');
    moving = false;
  };
  return {
    result: (value, lines) => {
      endProgress();
      terminal.out(json ? `${JSON.stringify(value, null, 2)}\n` : lines.map((line) => `${line}\n`).join(''));
    },
    raw: (text) => terminal.out(text),
    note: (sentence) => {
      endProgress();
      terminal.err(`${sentence}\n`);
    },
    progress: (sentence) => {
      terminal.err(terminal.errIsTty ? `\r\u001b[K${sentence}` : `${sentence}\n`);
      moving = terminal.errIsTty;
    },
    failure: (failure) => {
      endProgress();
      const { code, exit, message } = failure;
      const told = json ? JSON.stringify({ error: { code, exit, sentence: message } }) : `keyturn: ${printable(message)} [${code}]`;
      terminal.err(`${told}\n`);
    },
    paint: (style, text) => (terminal.outIsTty && !json ? styleText(style, text, { validateStream: false }) : text),
  };
};
