import { describe, expect, it } from 'vitest';
import { MEANINGS, sentenceOf } from './error-numbers.ts';

const about = { apiUser: 'shop', clientIp: '203.0.113.10', where: 'live system' };
const verdictOf = (number: string) => sentenceOf(number, about).verdict;

describe('an error number of NameCheap', () => {
  // By https://www.namecheap.com/support/api/global-parameters/, and what the pages of its commands add.
  it.each([
    ['1010101', 'Parameter APIUser is missing', 'invalid'],
    ['1011101', 'Parameter APIUser is invalid', 'invalid'],
    ['1010102', 'Parameter APIKey is missing', 'invalid'],
    ['1011102', 'Parameter APIKey is invalid', 'invalid'],
    ['1010105', 'Parameter ClientIP is missing', 'forbidden'],
    ['1011105', 'Parameter ClientIP is missing', 'forbidden'],
    ['1011150', 'Parameter RequestIP is invalid', 'forbidden'],
    ['1017105', 'Parameter ClientIP is disabled or locked', 'forbidden'],
    ['1017150', 'Parameter RequestIP is disabled or locked', 'forbidden'],
    ['1017101', 'Parameter ApiUser is disabled or locked', 'forbidden'],
    ['1017103', 'Parameter UserName is disabled or locked', 'forbidden'],
    ['1017410', 'Too many declined payments', 'forbidden'],
    ['1010103', 'Parameter UserName is missing', 'forbidden'],
    ['1016103', 'Parameter UserName is unauthorized', 'forbidden'],
    ['1019103', 'Parameter UserName is not available', 'forbidden'],
    ['1017411', 'Too many login attempts', 'rate-limited'],
    ['500000', 'Too many requests', 'rate-limited'],
    ['1050900', 'Unknown error when validating APIUser', 'unreachable'],
    ['3031510', 'Error response from the provider', 'unreachable'],
    ['3050900', 'Unknown response from the provider', 'unreachable'],
    ['4022312', 'Balance information is not available', 'unreachable'],
    ['5050900', 'Unhandled exceptions', 'unreachable'],
    ['1030408', 'Unsupported authentication type', 'unreachable'],
    ['1010104', 'Parameter Command is missing', 'unreachable'],
  ])('%s (%s) is %s', (number, _said, verdict) => expect(verdictOf(number)).toBe(verdict));

  it('ends a key only where it is about the key or its user: everything else may come to one that lives', () =>
    expect(Object.keys(MEANINGS).filter((number) => verdictOf(number) === 'invalid')).toEqual([
      '1010101',
      '1010102',
      '1011101',
      '1011102',
    ]));

  it('says nothing about the key where it isn’t known', () =>
    expect(['', '0', 'toString', '10111020'].map(verdictOf)).toEqual(Array<string>(4).fill('unreachable')));
});
