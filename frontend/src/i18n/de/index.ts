import { app } from './app';
import { calendarFeeds } from './calendarFeeds';
import { calendars } from './calendars';
import { cannedReplies } from './cannedReplies';
import { designer } from './designer';
import { dryRun } from './dryRun';
import { engine } from './engine';
import { identity } from './identity';
import { inboundMail } from './inboundMail';
import { lists } from './lists';
import { migration } from './migration';
import { passkeys } from './passkeys';
import { people } from './people';
import { privacy } from './privacy';
import { refusals } from './refusals';
import { reminders } from './reminders';
import { retention } from './retention';
import { signIn } from './signIn';
import { systemReasons } from './systemReasons';
import { ticket } from './ticket';
import { webhooks } from './webhooks';
import { workflowFiles } from './workflowFiles';

export { refusals, systemReasons };

/** The parts of the catalogue, each beside the English one of the same name. `sla` is filled by two of them. */
export const parts = {
  app,
  calendarFeeds,
  calendars,
  cannedReplies,
  designer,
  dryRun,
  engine,
  identity,
  inboundMail,
  lists,
  migration,
  passkeys,
  people,
  privacy,
  reminders,
  retention,
  signIn,
  ticket,
  webhooks,
  workflowFiles,
};
