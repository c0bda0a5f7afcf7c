import type { passkeys as english } from '../passkeys';
import type { Translation } from '../translation';

export const passkeys: Translation<typeof english> = {
  passkeys: {
    title: 'Passkeys',
    hint: 'Melden Sie sich mit Fingerabdruck, Gesicht oder der PIN Ihres Geräts statt mit dem Passwort an. Es muss nichts eingegeben werden.',
    none: 'Sie haben noch keine Passkeys.',
    needsPassword:
      'Legen Sie zuerst ein Passwort fest. Damit bestätigen Sie, dass Sie es sind, wenn ein Passkey hinzugefügt oder entfernt wird.',
    synced: 'Synchronisiert',
    added: 'hinzugefügt: {{when}}',
    used: 'zuletzt verwendet: {{when}}',
    neverUsed: 'nie verwendet',
    add: 'Passkey hinzufügen',
    addHint: 'Bestätigen Sie Ihr Passwort. Danach fragt Ihr Browser, wo der Passkey gespeichert werden soll.',
    addSubmit: 'Weiter',
    name: 'Bezeichnung',
    nameHint: 'Um ihn später wiederzuerkennen, zum Beispiel: Arbeitslaptop',
    addedToast: 'Passkey „{{name}}“ hinzugefügt.',
    rename: 'Umbenennen',
    renameNamed: '{{name}} umbenennen',
    renameTitle: 'Passkey umbenennen',
    remove: 'Entfernen',
    removeNamed: '{{name}} entfernen',
    removeTitle: '„{{name}}“ entfernen?',
    removeHint:
      'Mit ihm ist dann keine Anmeldung mehr möglich. Löschen Sie ihn auch auf Ihrem Gerät. Offene Sitzungen bleiben bestehen.',
    removed: 'Passkey „{{name}}“ entfernt.',
  },
};
