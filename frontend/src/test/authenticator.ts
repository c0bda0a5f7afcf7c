/** The browser's part of WebAuthn, which jsdom lacks: notes what was asked and gives what the test says. */

type Asked = CredentialCreationOptions | CredentialRequestOptions;
type Given = (asked: Asked) => Promise<Credential | null>;

const bytes = (...numbers: number[]) => Uint8Array.from(numbers).buffer;

/** With `autofill`, the browser offers passkeys in fields, and that function answers where they are asked for so. */
export function installAuthenticator(give: { create?: Given; get?: Given; autofill?: Given }): Asked[] {
  const asked: Asked[] = [];
  const noting = (work?: Given) => (options: Asked) => {
    asked.push(options);
    return work ? work(options) : Promise.reject(new DOMException('', 'NotAllowedError'));
  };
  define(window, 'isSecureContext', true);
  define(
    window,
    'PublicKeyCredential',
    Object.assign(class {}, { isConditionalMediationAvailable: async () => Boolean(give.autofill) }),
  );
  const get = (options: Asked) =>
    noting('mediation' in options && options.mediation === 'conditional' ? give.autofill : give.get)(options);
  define(navigator, 'credentials', { create: noting(give.create), get });
  return asked;
}

export function removeAuthenticator(): void {
  define(window, 'PublicKeyCredential', undefined);
  define(navigator, 'credentials', undefined);
}

function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
}

/** Answers when it is told to, or is ended by its signal. */
export function untilChosen(): { choose: () => void; autofill: Given } {
  let choose = () => {};
  const chosen = new Promise<void>((done) => {
    choose = done;
  });
  const autofill: Given = (asked) =>
    new Promise((resolve, reject) => {
      asked.signal?.addEventListener('abort', () => reject(asked.signal?.reason));
      chosen.then(() => resolve(anAssertion(asked)));
    });
  return { choose, autofill };
}

export function refuse(name: string): Given {
  return () => Promise.reject(new DOMException('as the browser says', name));
}

export const aNewCredential: Given = async () =>
  ({
    id: '-_8',
    rawId: bytes(251, 255),
    type: 'public-key',
    response: {
      clientDataJSON: bytes(1),
      attestationObject: bytes(2),
      getTransports: () => ['internal'],
    },
  }) as unknown as Credential;

export const anAssertion: Given = async () =>
  ({
    id: '-_8',
    rawId: bytes(251, 255),
    type: 'public-key',
    response: {
      clientDataJSON: bytes(1),
      authenticatorData: bytes(2),
      signature: bytes(3),
      userHandle: bytes(4),
    },
  }) as unknown as Credential;
