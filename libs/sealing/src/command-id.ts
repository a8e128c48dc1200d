const encoder = new TextEncoder();

/** A UUIDv8 (RFC 9562: "custom") of a SHA-256 over the parts, each told from the next. The same parts give the same id for ever. */
export const derivedUuid = async (...parts: readonly string[]): Promise<string> => {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(JSON.stringify(parts))));
  const view = new DataView(digest.buffer);
  view.setUint8(6, (view.getUint8(6) & 0x0f) | 0x80);
  view.setUint8(8, (view.getUint8(8) & 0x3f) | 0x80);
  const hex = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
};

/**
 * The id under which the gateway sends a request on: made of the caller's own id (`/api/v1/session`) and the `Idempotency-Key`. Who seals a
 * message must know it beforehand, because a box is bound to it.
 */
export const commandIdFor = (callerId: string, idempotencyKey: string): Promise<string> => derivedUuid('command', callerId, idempotencyKey);
