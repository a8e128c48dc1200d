import { describe, expect, it } from 'vitest';
import { firstVersion, isAtLeast } from './version.ts';

describe('firstVersion', () => {
  it.each([
    ['nats-server: v2.15.1', '2.15.1'],
    ['temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)', '1.9.1'],
    ['command not found', null],
  ])('reads %j as %j', (text, version) => expect(firstVersion(text)).toBe(version));
});

it.each([
  ['2.15.1', '2.11.0', true],
  ['2.9.25', '2.11.0', false],
  ['2.11.0', '2.11.0', true],
  ['3.0.0', '2.11.0', true],
])('%s is at least %s: %s', (version, oldest, expected) => expect(isAtLeast(version, oldest)).toBe(expected));
