import { Problem } from '@keyturn/contracts/api';
import { Refusal } from '@keyturn/contracts/refusals';
import { describe, expect, it } from 'vitest';
import { PROBLEMS, type ProblemCode, problemOfRefusal, problemResponse } from './problems.ts';

const codes = Object.keys(PROBLEMS) as ProblemCode[];
const refusalCodes = Refusal.options.map((option) => option.shape.code.value);

describe('problems', () => {
  it.each(codes)('%s is a problem document', async (code) => {
    const response = problemResponse(code, 'request-1');
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(Problem.parse(await response.json())).toMatchObject({
      code,
      type: `/problems/${code}`,
      status: response.status,
      instance: 'request-1',
    });
  });
  it('has every refusal of the domain', () => {
    expect(codes).toEqual(expect.arrayContaining(refusalCodes));
  });
  it.each(codes.filter((code) => PROBLEMS[code].status === 401))('%s says how to authenticate', (code) => {
    expect(problemResponse(code, 'x').headers.get('www-authenticate')).toMatch(/^Bearer /);
  });
  it("tells a refusal's facts", async () => {
    const response = problemOfRefusal({ code: 'epoch-stale', epoch: 1, latest: 2 }, 'x');
    expect(await response.json()).toMatchObject({ status: 409, detail: 'epoch: 1, latest: 2' });
  });
  it('says when a provider that was asked too often takes another test, where it said so', () => {
    const sentence = 'OpenAI takes no more calls just now (429): test again in 30 s.';
    const waits = [{ retryAfterSeconds: 30 }, {}].map((wait) => problemOfRefusal({ code: 'test-rate-limited', sentence, ...wait }, 'x'));
    expect(waits.map(({ status, headers }) => [status, headers.get('retry-after')])).toEqual([
      [424, '30'],
      [424, null],
    ]);
  });
  it("tells a refusal's issues one by one", async () => {
    const response = problemOfRefusal({ code: 'fields-invalid', issues: ['host is missing'] }, 'x');
    expect(await response.json()).toMatchObject({ status: 422, errors: [{ path: '', message: 'host is missing' }] });
  });
});
