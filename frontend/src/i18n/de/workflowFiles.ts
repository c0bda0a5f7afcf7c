import type { Translation } from '../translation';
import type { workflowFiles as english } from '../workflowFiles';

export const workflowFiles: Translation<typeof english> = {
  workflowFiles: {
    title: '{{name}} importieren',
    create: 'Einen Workflow mit diesem Namen gibt es nicht: Er wird als Entwurf erstellt.',
    steps_one: '{{count}} Schritt',
    steps_other: '{{count}} Schritte',
    transitions_one: '{{count}} Übergang',
    transitions_other: '{{count}} Übergänge',
    update: 'Der Entwurf von {{name}} wird durch den Inhalt der Datei ersetzt.',
    none: 'Der Entwurf entspricht bereits der Datei. Es wird nichts geändert.',
    layout: 'Nur die Anordnung oder die Reihenfolge von Schritten und Übergängen unterscheidet sich.',
    text: 'Unterschiede als Text',
    errors_one: '{{count}} Fehler verhindert anschließend die Bereitstellung des Entwurfs:',
    errors_other: '{{count}} Fehler verhindern anschließend die Bereitstellung des Entwurfs:',
    refused: 'Die Datei kann nicht verwendet werden:',
    stale:
      'Der Entwurf wurde inzwischen geändert. Die Unterschiede wurden neu berechnet: Prüfen Sie sie und übernehmen Sie sie dann.',
    reason: 'Grund',
    reasonHint: 'Wird im Audit-Protokoll festgehalten.',
    submitCreate: 'Entwurf erstellen',
    submitUpdate: 'In den Entwurf übernehmen',
    created: '{{name}} wurde als Entwurf importiert.',
    updated: 'Der Entwurf von {{name}} wurde aktualisiert.',
  },
};
