import '@/i18n/cannedReplies';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router-dom';
import { cannedReplyQuery, teamRolesQuery } from '@/api/cannedReplies';
import { Page } from '@/components/ui/layout';
import { PageHeader } from '@/components/ui/PageHeader';
import { ErrorState, PageLoading } from '@/components/ui/States';
import { Editor } from '@/features/canned/Editor';

/** A new canned reply, or one that is there. */
export function CannedReplyPage() {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const isNew = id === 'new';
  const reply = useQuery({ ...cannedReplyQuery(Number(id)), enabled: !isNew });
  const roles = useQuery(teamRolesQuery());
  const failed = [reply, roles].find((query) => query.isError && query.data === undefined);
  if (failed)
    return (
      <Page width={1180}>
        <PageHeader title={t('canned.title')} />
        <ErrorState error={failed.error} onRetry={() => void failed.refetch()} />
      </Page>
    );
  if ((!isNew && !reply.data) || !roles.data) return <PageLoading />;
  return <Editor key={id} reply={reply.data ?? null} roles={roles.data} />;
}
