import { z } from 'zod';

/** How a form shows one field. Plain data: the API serves it. */
export type FieldDisplay = {
  readonly name: string;
  readonly label: string;
  readonly help?: string;
  readonly placeholder?: string;
  /** It has several lines. */
  readonly lines?: true;
};

/** A field that doesn't fit, in a sentence that a form can show. Never what was in it. */
export type FieldIssue = { readonly path: string; readonly message: string };

export type Fields = Readonly<Record<string, string>>;

/** What a person does at the provider's site where Keyturn can't, step by step. */
export type ByHand = { readonly url: string | null; readonly make: readonly string[]; readonly remove: readonly string[] };

/** How a provider issues values of a type: `by`, a credential of that type; `of`, only where its public fields are such; `needs`, given these. */
export type Issuing = {
  readonly by: string;
  readonly of?: Fields;
  readonly needs?: readonly string[];
  /** What is issued can't be disabled at the provider, only deleted. */
  readonly endsAtOnce?: true;
  /** What is issued may do more than the value of today, where that one is limited: the provider neither tells of limits nor makes any. */
  readonly losesLimits?: true;
};

/** What a type of credential consists of. Public fields may be shown; secret ones leave the vault only sealed. */
export type TypeDefinition = {
  readonly title: string;
  /** One sentence: what it is for. */
  readonly lead: string;
  /** Where it is accepted, for people; null where that differs from one to the next. */
  readonly provider: string | null;
  /** `database`, `key`, `llm`, `oauth`, `plug`: a sign of that; else the name of what it is for, shown as a letter. */
  readonly icon: string;
  readonly docsUrl: string | null;
  /** `ends`: API keys, long and random, are told apart by their first and last four characters. `whole`: nothing of it is shown. */
  readonly mask: 'ends' | 'whole';
  /** Of `ends`: with what the provider's keys begin, public and the same in all of a kind, so that it is shown beside the four. */
  readonly vendorPrefixes?: readonly string[];
  /** The secret field that is meant where somebody gives only "the secret": imports, and the short form of the API. */
  readonly mainSecret: string;
  readonly publicFields: z.ZodObject;
  readonly secretFields: z.ZodObject;
  /** Public fields without which Keyturn can keep it and hand it out, but not rotate it. */
  readonly neededToRotate: readonly string[];
  /**
   * Public fields without which a value can't be tested, one of several where a list stands; absent where there is no test. A type that has this has a `ProviderAdapter` in
   * `libs/providers/src/adapters.ts`, or that doesn't compile.
   */
  readonly neededToTest?: readonly (string | readonly string[])[];
  /**
   * Public fields that say where the secret is sent: whoever may change them could have it sent to themselves. `any`: it depends on the
   * fields, which are anything, so each may be one.
   */
  readonly destinations?: readonly string[] | 'any';
  /** Public fields that say how well the secret is guarded on its way. */
  readonly guards?: readonly string[];
  /** Public fields that say what is done with the secret at its test; they are no business of an issuer’s secret, which is not tested so. */
  readonly testedBy?: readonly string[];
  /** What it means where a public field is absent. */
  readonly defaults?: Fields;
  /** All fields in the order of the form. */
  readonly display: readonly FieldDisplay[];
  /** Keyturn chooses its values, and has the provider take them with an issuer of the same type; not where its public fields are such. */
  readonly chosen?: { readonly unless: Fields };
  /** The provider makes its values where an issuer asks for them. */
  readonly issued?: Issuing;
  /** Its provider takes one value at a time, where its public fields are such: the next one ends it. */
  readonly oneAtATime?: Fields;
  /** How a person makes and removes them; absent where there is nothing to say besides that. */
  readonly byHand?: ByHand;
  /** Rules that need several fields. */
  readonly check?: (publicFields: Fields, secretFields: Fields) => readonly FieldIssue[];
};

/** A text that may not be empty. */
export const text = (label: string, max = 200): z.ZodString =>
  z.string().min(1, `${label} is needed.`).max(max, `${label} has at most ${max} characters.`);

const isPlainUrl = (value: string): boolean => {
  const url = URL.canParse(value) ? new URL(value) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
};

/** An http(s) URL without a user or a password in it. */
export const webUrl = (label: string): z.ZodString =>
  text(label, 2000).refine(isPlainUrl, `${label} is a URL that begins with https:// or http://, without a user name in it.`);

/** An API key: no blanks, and nothing that a header could not carry. */
export const apiKey = (label: string): z.ZodString =>
  text(label, 4096).regex(/^[!-~]+$/, `${label} has no spaces, no line breaks and only ASCII characters; was something copied along?`);
