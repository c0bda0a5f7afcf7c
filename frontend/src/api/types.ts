import type { components as auth } from './schema/auth';
import type { components as messaging } from './schema/messaging';
import type { components as notification } from './schema/notification_service';
import type { components as workflow } from './schema/workflow_api';

/** An answer has every field of its schema, also those that have a default when they are sent to the service. */
type Answer<T> = T extends object ? { -readonly [K in keyof T]-?: Answer<T[K]> } : T;

export type Auth<Name extends keyof auth['schemas']> = Answer<auth['schemas'][Name]>;
export type Messaging<Name extends keyof messaging['schemas']> = Answer<messaging['schemas'][Name]>;
export type Notifications<Name extends keyof notification['schemas']> = Answer<notification['schemas'][Name]>;
export type Workflow<Name extends keyof workflow['schemas']> = Answer<workflow['schemas'][Name]>;

/** What is sent may leave out what has a default. */
export type AuthInput<Name extends keyof auth['schemas']> = auth['schemas'][Name];
export type MessagingInput<Name extends keyof messaging['schemas']> = messaging['schemas'][Name];
export type NotificationInput<Name extends keyof notification['schemas']> = notification['schemas'][Name];
export type WorkflowInput<Name extends keyof workflow['schemas']> = workflow['schemas'][Name];

export type Person = Workflow<'PersonOut'>;
export type NamedRef = Workflow<'NamedOut'>;
export type StepRef = Workflow<'StepRefOut'>;
export type Priority = Workflow<'PriorityEnum'>;
export type TaskStatus = Workflow<'TaskStatusEnum'>;
export type Outcome = Workflow<'OutcomeEnum'>;
export type SlaState = Workflow<'SlaStateEnum'>;
export type Visibility = Messaging<'VisibilityEnum'>;
