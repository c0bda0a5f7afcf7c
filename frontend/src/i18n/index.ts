import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { calendarFeeds } from './calendarFeeds';
import type { calendars } from './calendars';
import type { cannedReplies } from './cannedReplies';
import type { designer } from './designer';
import type { dryRun } from './dryRun';
import { en } from './en';
import type { engine } from './engine';
import type { identity } from './identity';
import type { inboundMail } from './inboundMail';
import type { lists } from './lists';
import type { migration } from './migration';
import type { passkeys } from './passkeys';
import type { people } from './people';
import type { privacy } from './privacy';
import type { reminders } from './reminders';
import type { retention } from './retention';
import type { signIn } from './signIn';
import type { ticket } from './ticket';
import type { webhooks } from './webhooks';
import type { workflowFiles } from './workflowFiles';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'app';
    resources: {
      app: typeof en &
        typeof calendarFeeds &
        typeof calendars &
        typeof cannedReplies &
        typeof designer &
        typeof dryRun &
        typeof migration &
        typeof engine &
        typeof identity &
        typeof inboundMail &
        typeof lists &
        typeof passkeys &
        typeof people &
        typeof privacy &
        typeof reminders &
        typeof retention &
        typeof signIn &
        typeof webhooks &
        typeof ticket &
        typeof workflowFiles;
    };
  }
}

void i18next.use(initReactI18next).init({
  lng: 'en',
  fallbackLng: 'en',
  defaultNS: 'app',
  resources: { en: { app: en } },
  interpolation: { escapeValue: false },
  returnNull: false,
});

export { i18next };
