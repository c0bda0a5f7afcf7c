/**
 * The reasons that the services themselves give (`workflow_api/tickets/reasons.py`), by their codes, for languages other
 * than English: there the sentence of the service itself is shown, as for every code that is missing here.
 */
export const systemReasons: Record<string, string> = {
  away_too_long: 'Länger abwesend, als der Workflow wartet.',
  closed_after_end: 'Von der Quelle geschlossen, nachdem die Bearbeitung beendet war.',
  handoff_no_answer: 'Das System hat nicht geantwortet.',
  handoff_not_acknowledged: 'Das System hat die Übergabe angenommen, aber nicht rechtzeitig bestätigt.',
  handoff_not_sent: 'Die Übergabe konnte nicht gesendet werden.',
  held_by_source: 'Die Quelle hat das Ticket zurückgestellt.',
  hold_time_over: 'Die Zeit der Zurückstellung ist abgelaufen.',
  priority_corrected_by_source: 'Von der Quelle berichtigt.',
  reopened_by_source: 'Von der Quelle wieder geöffnet.',
  requester_answered: 'Der Antragsteller hat geantwortet.',
  resumed_by_source: 'Die Quelle setzt das Ticket fort.',
  step_at_risk: 'Die Frist des Schritts ist gefährdet.',
  step_breached: 'Die Zeit für den Schritt ist abgelaufen.',
  still_not_done: 'Das Ticket wurde bereits eskaliert, und der Schritt ist nicht erledigt.',
  waiting_for_date: 'Wartet auf einen Termin.',
  waiting_for_requester: 'Wartet auf den Antragsteller.',
  waiting_for_supplier: 'Wartet auf einen Lieferanten.',
  withdrawn_by_source: 'Die Quelle hat das Ticket geschlossen oder zurückgezogen.',
  workflow_paused: 'Der Workflow ist pausiert.',
};
