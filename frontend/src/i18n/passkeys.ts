import { i18next } from './index';

/** Texts of one's own passkeys. */
export const passkeys = {
  passkeys: {
    title: 'Passkeys',
    hint: 'Sign in with your fingerprint, face, or device PIN instead of your password. Nothing has to be typed.',
    none: 'You have no passkeys yet.',
    needsPassword: 'Set a password first. It confirms that it is you who adds or removes a passkey.',
    synced: 'Synced',
    added: 'added {{when}}',
    used: 'last used {{when}}',
    neverUsed: 'never used',
    add: 'Add a passkey',
    addHint: 'Confirm your password. Your browser then asks where to save the passkey.',
    addSubmit: 'Continue',
    name: 'Name',
    nameHint: 'To recognise it later, for example: Work laptop',
    addedToast: 'Passkey “{{name}}” added.',
    rename: 'Rename',
    renameNamed: 'Rename {{name}}',
    renameTitle: 'Rename passkey',
    remove: 'Remove',
    removeNamed: 'Remove {{name}}',
    removeTitle: 'Remove “{{name}}”?',
    removeHint:
      'It can no longer be used to sign in. Delete it on your device as well. Open sessions stay open.',
    removed: 'Passkey “{{name}}” removed.',
  },
};

i18next.addResourceBundle('en', 'app', passkeys, true, true);
