import { silentLogger as log } from '@keyturn/telemetry';
import { expect, it } from 'vitest';
import { bytesOf, problemOfParser, refuseUnread } from './below-the-app.ts';

it.each([
  ['HPE_HEADER_OVERFLOW', 'headers-too-large'],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', 'body-too-large'],
  ['ERR_HTTP_REQUEST_TIMEOUT', 'request-too-slow'],
  ['HPE_INVALID_METHOD', 'request-unreadable'],
  [undefined, 'request-unreadable'],
])('the parser’s %s is %s', (fault, code) => expect(problemOfParser(fault)).toBe(code));

it('a request that comes too slowly is told so in whole HTTP', async () => {
  const answer = refuseUnread({ newId: () => 'request-1', log, https: true }, 'request-too-slow');
  const [head = '', body = ''] = (await bytesOf(answer)).toString().split('\r\n\r\n');
  expect(head.split('\r\n')).toEqual(
    expect.arrayContaining([
      'HTTP/1.1 408 Request Timeout',
      'content-type: application/problem+json',
      'x-request-id: request-1',
      'connection: close',
      'strict-transport-security: max-age=63072000; includeSubDomains',
      `content-length: ${body.length}`,
    ]),
  );
  expect(JSON.parse(body)).toMatchObject({ type: '/problems/request-too-slow', status: 408, instance: 'request-1' });
});
