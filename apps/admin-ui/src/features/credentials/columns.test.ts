import { describe, expect, it } from 'vitest';
import { readColumns } from './columns.ts';

describe('the columns that a browser remembers', () => {
  it('are none where nobody chose', () => expect(readColumns(null)).toBeNull());
  it('stand in their own order', () => expect(readColumns('state,where')).toEqual(['where', 'state']));
  it('leave out what is no column', () => expect(readColumns('where,__proto__,secrets')).toEqual(['where']));
  it('may be none at all', () => expect(readColumns('')).toEqual([]));
});
