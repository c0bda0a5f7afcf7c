/**
 * What this application reads, held against what the services say they send. Nothing here runs: a service that
 * takes a field away, or changes what it may hold, makes `npm run typecheck` fail once the types are generated anew.
 */
import type { Comment } from './comments';
import type { Notification } from './notifications';
import type { Role } from './roles';
import type { components as messaging } from './schema/messaging';
import type { components as notification } from './schema/notification_service';
import type { components as workflow } from './schema/workflow_api';
import type { AssignmentRecord, SlaExplained, TaskDetail, TaskRow, TimelineEvent } from './tasks';
import type { TicketDetail } from './tickets';
import type { GraphEdge, GraphStep, WorkflowRow } from './workflows';

type Sends<Read, _Sent extends Read> = true;
type Workflow = workflow['schemas'];

export type Agreement = [
  Sends<TaskRow, Workflow['TaskRowOut']>,
  Sends<Omit<TaskDetail, 'available_actions'>, Workflow['TaskDetailOut']>,
  Sends<TimelineEvent, Workflow['TimelineOut']>,
  Sends<SlaExplained, Workflow['TaskSlaExplainedOut']>,
  Sends<AssignmentRecord, Workflow['TurnOut']>,
  Sends<Omit<GraphStep, 'kind'>, Workflow['TaskGraphStepOut']>,
  Sends<GraphEdge, Workflow['TaskGraphEdgeOut']>,
  Sends<GraphStep, Workflow['GraphStepOut']>,
  Sends<GraphEdge, Workflow['TransitionOut']>,
  Sends<WorkflowRow, Workflow['WorkflowOut']>,
  Sends<
    Pick<TicketDetail, 'id' | 'ticket_number' | 'subject' | 'category' | 'department'>,
    Workflow['TicketOut']
  >,
  Sends<Role, Workflow['RoleOut']>,
  Sends<Comment, messaging['schemas']['CommentOut']>,
  Sends<Partial<Notification>, notification['schemas']['InAppOut']>,
];
