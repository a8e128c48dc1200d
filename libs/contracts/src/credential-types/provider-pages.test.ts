import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LLM_PROVIDERS } from './llm-providers.ts';
import { CREDENTIAL_TYPES } from './registry.ts';

const docs = new URL('../../../../docs/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, docs), 'utf8');
const index = read('providers.md');
const pages = readdirSync(new URL('providers/', docs));

describe('the pages of the providers', () => {
  it.each(pages)('say in %s what Keyturn does, what you do, what can go wrong and how to undo it', (page) => {
    const parts = [...read(`providers/${page}`).matchAll(/^## (.+)$/gmu)].map(([, title]) => title);
    expect(parts).toEqual(['What Keyturn does', 'What you do', 'What can go wrong', 'How to undo']);
    expect(index).toContain(`(providers/${page})`);
  });

  it.each(Object.keys(CREDENTIAL_TYPES))('tell of the type %s', (type) => expect(index).toContain(`\`${type}\``));

  it.each(Object.keys(LLM_PROVIDERS))('tell of keys of %s', (id) =>
    expect(pages).toContain(id === 'custom' ? 'custom-endpoint.md' : `${id}.md`),
  );
});
