import { strings } from '../../strings.ts';
import { ApiProblem } from './api-problem.ts';

export type ProblemKind = 'signed-out' | 'forbidden' | 'missing' | 'unavailable' | 'refused' | 'fault';
export type ProblemMessage = {
  readonly kind: ProblemKind;
  readonly title: string;
  /** What happened and what to do, in one or two sentences. */
  readonly detail: string;
  /** For a person who asks the operators: the stable code and the request's id. */
  readonly reference: string | null;
  readonly fields: ReadonlyArray<{ readonly path: string; readonly message: string }>;
};

const kindOf = (status: number): ProblemKind => {
  if (status === 401) return 'signed-out';
  if (status === 403) return 'forbidden';
  if (status === 404 || status === 410) return 'missing';
  if (status === 0 || status === 502 || status === 503 || status === 504) return 'unavailable';
  return status < 500 ? 'refused' : 'fault';
};

/** What a person reads when a request did not succeed. An error that is no problem document shows nothing of itself. */
export const problemMessage = (error: unknown): ProblemMessage => {
  if (!(error instanceof ApiProblem)) return { kind: 'fault', ...strings.problems.fault, reference: null, fields: [] };
  const { status, code, title, detail, instance, errors } = error.problem;
  const kind = kindOf(status);
  const ours = strings.problems.byCode[code] ?? (kind === 'refused' ? { title, detail: '' } : strings.problems[kind]);
  return {
    kind,
    title: ours.title,
    detail: [detail, ours.detail].find((text) => text !== undefined && text !== '') ?? '',
    reference: instance === '' ? code : `${code} · ${instance}`,
    fields: errors ?? [],
  };
};

/** Nobody was there to answer, or who was there could ask nobody. */
export const isUnanswered = (error: unknown): boolean => problemMessage(error).kind === 'unavailable';

/** Asking again helps where nobody answered; a "no" stays one. */
export const isWorthRetrying = (error: unknown): boolean => {
  const { kind } = problemMessage(error);
  return error instanceof ApiProblem && (kind === 'unavailable' || kind === 'fault');
};
