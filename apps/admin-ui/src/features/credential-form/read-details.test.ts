import { describe, expect, it } from 'vitest';
import { changedDetails, checkDetails, dayOf, labelLines, newDetails } from './read-details.ts';

const typed = (fields: Readonly<Record<string, string>>): FormData => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
};

describe('newDetails', () => {
  it('leaves out what is empty', () => expect(newDetails(typed({ owner: ' ', labels: '\n', tags: '' }))).toEqual({}));
  it('reads labels a line each, and the last moment of the day', () => {
    const details = newDetails(typed({ labels: 'environment: production\nteam=a:b', expiresOn: '2027-01-31' }));
    expect(details.labels).toEqual({ environment: 'production', team: 'a:b' });
    expect(dayOf(details.expiresAt ?? null)).toBe('2027-01-31');
  });
});

describe('checkDetails', () => {
  it.each(['Environment: x', 'no colon', ': value'])('says that %j is no label', (line) =>
    expect(checkDetails(typed({ labels: `a: b\n${line}` }))['labels']).toContain(line),
  );
  it('accepts labels', () => expect(checkDetails(typed({ labels: 'a: b\n\n c/d = e ' }))).toEqual({}));
});

const before = {
  displayName: 'Orders',
  owner: 'ops',
  notes: null,
  tags: ['billing'],
  labels: { team: 'a', stage: 'one' },
  expiresAt: '2027-01-31T10:00:00.000Z',
  isDefault: true,
};
const asItWas = {
  displayName: 'Orders',
  owner: 'ops',
  tags: 'billing',
  labels: labelLines(before.labels),
  expiresOn: dayOf(before.expiresAt),
  isDefault: 'on',
};

describe('changedDetails', () => {
  it('is nothing where nothing changed', () => expect(changedDetails(before, typed(asItWas))).toEqual({}));
  it('says only what changed; null clears, and labels go one by one', () =>
    expect(changedDetails(before, typed({ ...asItWas, owner: '', notes: 'new', labels: 'team: b', expiresOn: '', isDefault: '' }))).toEqual(
      {
        owner: null,
        notes: 'new',
        labels: { team: 'b', stage: null },
        expiresAt: null,
        isDefault: false,
      },
    ));
});
