import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router-dom';
import { cannedReplyQuery, teamRolesQuery } from '@/api/cannedReplies';
import { ErrorState, PageLoading } from '@/components/ui/States';
import { Editor } from '@/features/canned/Editor';

/** A new canned reply, or one that is there. */
export function CannedReplyPage() {
  const { id = '' } = useParams();
  const isNew = id === 'new';
  const reply = useQuery({ ...cannedReplyQuery(Number(id)), enabled: !isNew });
  const roles = useQuery(teamRolesQuery());
  const failed = [reply, roles].find((query) => query.isError && query.data === undefined);
  if (failed) return <ErrorState error={failed.error} onRetry={() => void failed.refetch()} />;
  if ((!isNew && !reply.data) || !roles.data) return <PageLoading />;
  return <Editor key={id} reply={reply.data ?? null} roles={roles.data} />;
}
