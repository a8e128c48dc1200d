import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { commandIdOf } from './command-id.ts';

describe('commandIdOf', () => {
  it('is a UUID', () => expect(z.uuid().safeParse(commandIdOf('run/7', 'epoch.commit', { version: 2 })).success).toBe(true));
  it('is the same for the same content', () => expect(commandIdOf('run/7', { a: 1 })).toBe(commandIdOf('run/7', { a: 1 })));
  it('is another for another content', () => expect(commandIdOf('run/7', { a: 1 })).not.toBe(commandIdOf('run/7', { a: 2 })));
  it('is another for another root', () => expect(commandIdOf('run/7', { a: 1 })).not.toBe(commandIdOf('run/8', { a: 1 })));
});
