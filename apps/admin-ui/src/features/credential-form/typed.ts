/** What was typed into a form. */
export type Typed = Pick<FormData, 'get' | 'keys'>;
/** What is wrong, by the name of the input; null or absent is nothing. */
export type FieldErrors = Readonly<Record<string, string | null>>;

/** The text of an input; empty where there is none. */
export const typedIn = (form: Pick<FormData, 'get'>, name: string): string => {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
};

export const hasErrors = (errors: FieldErrors): boolean => Object.values(errors).some((error) => error !== null);
