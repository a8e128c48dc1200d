import { useRef, useState } from 'react';
import { isWorthRetrying } from '../../shared/api/problem-message.ts';
import { newId } from '../../shared/time/clock.ts';
import { sortProblem } from './form-problem.ts';
import type { FieldErrors, Typed } from './typed.ts';
import { hasErrors, typedIn } from './typed.ts';

/** What the form is busy with. `testing`: the new version is being tried at its provider. */
export type Phase = 'ready' | 'sealing' | 'sending' | 'testing';

/** One request, however often it is sent: its idempotency key, and the id of what it creates. */
export type Attempt = { readonly key: string; readonly newCredentialId: string };

type Options<Done> = {
  readonly check: (typed: Typed) => FieldErrors;
  readonly send: (typed: Typed, attempt: Attempt, onPhase: (phase: Phase) => void) => Promise<Done>;
  readonly onDone: (done: Done) => void;
};

export type Form = {
  readonly errors: FieldErrors;
  readonly problem: unknown;
  readonly phase: Phase;
  /** Puts away what went wrong. */
  readonly forget: () => void;
  /** One input, once it was left; an empty one is told of only when the form is sent. */
  readonly checkInput: (name: string, form: HTMLFormElement | null) => void;
  readonly submit: (form: HTMLFormElement) => Promise<void>;
  /** Something was typed: what is sent next is another request. */
  readonly changed: (form: HTMLFormElement, name: string) => void;
};

const hasInput = (form: HTMLFormElement) => (name: string) => form.elements.namedItem(name) !== null;

const focusFirst = (form: HTMLFormElement, errors: FieldErrors): void => {
  const first = [...form.elements].find((input) => input instanceof HTMLElement && errors[input.getAttribute('name') ?? '']);
  if (!(first instanceof HTMLElement)) return;
  first.closest('details')?.setAttribute('open', '');
  first.focus();
};

/**
 * A form whose values stay in the browser's own inputs: they are read when it is sent, so a secret is in no state of ours, in no query and
 * in no mutation. A repeat of the same content is the same request.
 */
export const useForm = <Done>({ check, send, onDone }: Options<Done>): Form => {
  const attempt = useRef<Attempt | null>(null);
  const [errors, setErrors] = useState<FieldErrors>({});
  const [problem, setProblem] = useState<unknown>(null);
  const [phase, setPhase] = useState<Phase>('ready');

  const refuse = (form: HTMLFormElement, error: unknown): void => {
    if (!isWorthRetrying(error)) attempt.current = null; // a no is remembered under its key: asking again is a new request
    const refused = sortProblem(error, hasInput(form));
    setErrors(refused.errors);
    setProblem(refused.problem);
    setTimeout(() => focusFirst(form, refused.errors)); // once the inputs take the focus again
  };
  return {
    errors,
    problem,
    phase,
    forget: () => {
      setErrors({});
      setProblem(null);
    },
    checkInput: (name, form) => {
      if (form === null) return;
      const typed = new FormData(form);
      const error = typedIn(typed, name) === '' ? null : (check(typed)[name] ?? null);
      setErrors((known) => ((known[name] ?? null) === error ? known : { ...known, [name]: error }));
    },
    changed: (form, name) => {
      attempt.current = null;
      // What was wrong goes as soon as it is right; nothing is called wrong while it is being typed.
      if (errors[name]) setErrors((known) => ({ ...known, [name]: check(new FormData(form))[name] ?? null }));
    },
    submit: async (form) => {
      const typed = new FormData(form);
      const found = check(typed);
      setErrors(found);
      setProblem(null);
      if (hasErrors(found)) return focusFirst(form, found);
      attempt.current ??= { key: newId(), newCredentialId: newId() };
      try {
        const done = await send(typed, attempt.current, setPhase);
        form.reset();
        onDone(done);
      } catch (error) {
        refuse(form, error);
      } finally {
        setPhase('ready');
      }
    },
  };
};
