import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadSettings } from './load-settings.ts';

const Settings = z
  .object({ PORT: z.coerce.number().int().default(80), URL: z.url(), FILE: z.string().startsWith('/', 'must be an absolute path') })
  .transform(({ PORT, URL }) => ({ port: PORT, url: URL }));

describe('settings', () => {
  it('are what the schema makes of the environment', () => {
    expect(loadSettings(Settings, { URL: 'https://a.test', FILE: '/f', OTHER: 'x' })).toEqual({ port: 80, url: 'https://a.test' });
  });

  it('that are wrong are all named, and none is printed', () => {
    const load = (): unknown => loadSettings(Settings, { PORT: 'canary-1', URL: 'canary-2', FILE: 'canary-3' });
    expect(load).toThrow(/^the settings are wrong: PORT: .*; URL: .*; FILE: must be an absolute path$/);
    expect(load).not.toThrow(/canary/);
  });
});
