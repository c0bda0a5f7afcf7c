import { pbkdf2Sync } from 'node:crypto';
import { expect, test } from 'vitest';
import { solve } from './captcha';

test('the solution holds the counter whose key begins as the challenge wants', async () => {
  const challenge = {
    parameters: {
      algorithm: 'PBKDF2/SHA-256',
      cost: 50,
      keyLength: 32,
      keyPrefix: '0',
      nonce: 'cbc8ff87f22bbd849200ef91b712fc4a',
      salt: '76e7871f1ae22aeca66375bb8350f3d7',
    },
    signature: 'as-given',
  };
  const payload = JSON.parse(atob(await solve(challenge)));

  expect(payload.challenge).toEqual(challenge);
  const counter = Buffer.alloc(4);
  counter.writeUInt32BE(payload.solution.counter);
  const password = Buffer.concat([Buffer.from(challenge.parameters.nonce, 'hex'), counter]);
  const key = pbkdf2Sync(password, Buffer.from(challenge.parameters.salt, 'hex'), 50, 32, 'sha256').toString(
    'hex',
  );
  expect(payload.solution.derivedKey).toBe(key);
  expect(key.startsWith('0')).toBe(true);
});
