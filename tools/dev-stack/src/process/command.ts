export type Command = { readonly command: string; readonly args: readonly string[] };
