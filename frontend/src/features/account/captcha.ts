import { http } from '@/api/client';

interface Challenge {
  parameters: {
    algorithm: string;
    cost: number;
    keyLength: number;
    keyPrefix: string;
    nonce: string;
    salt: string;
  };
  signature: string;
}

/**
 * Do the work that the server asks of a browser after many failures: find the counter whose derived key begins as
 * wanted. It takes about a second, needs no third party and no puzzle. Returns what goes into `captcha`.
 */
export async function solveCaptcha(): Promise<string> {
  const { data: challenge } = await http.get<Challenge>('/auth/captcha/');
  return solve(challenge);
}

export async function solve(challenge: Challenge): Promise<string> {
  const { algorithm, cost, keyLength, keyPrefix, nonce, salt } = challenge.parameters;
  const hash = algorithm.split('/')[1] ?? 'SHA-256';
  const nonceBytes = fromHex(nonce);
  const saltBytes = fromHex(salt);
  const password = new Uint8Array(nonceBytes.length + 4);
  password.set(nonceBytes);
  const view = new DataView(password.buffer);
  for (let counter = 0; ; counter += 1) {
    view.setUint32(nonceBytes.length, counter);
    const key = await crypto.subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits']);
    const derived = await crypto.subtle.deriveBits(
      { name: 'PBKDF2', hash, salt: saltBytes, iterations: cost },
      key,
      keyLength * 8,
    );
    const derivedKey = toHex(new Uint8Array(derived));
    if (derivedKey.startsWith(keyPrefix.toLowerCase())) {
      return btoa(JSON.stringify({ challenge, solution: { counter, derivedKey } }));
    }
  }
}

function fromHex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: text.length / 2 }, (_, index) =>
    Number.parseInt(text.slice(index * 2, index * 2 + 2), 16),
  );
}

function toHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
