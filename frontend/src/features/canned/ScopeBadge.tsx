import '@/i18n/cannedReplies';
import { useTranslation } from 'react-i18next';
import type { CannedReply, TeamRole } from '@/api/cannedReplies';
import { Badge } from '@/components/ui/Badge';
import type { ToneName } from '@/theme/theme';

const TONES: Record<CannedReply['scope'], ToneName> = { own: 'grey', team: 'blue', all: 'violet' };

/** Whose a reply is: one's own, a role's by its name, or everybody's. */
export function ScopeBadge({ reply, roles }: { reply: CannedReply; roles: TeamRole[] | undefined }) {
  const { t } = useTranslation();
  const role = roles?.find((each) => each.id === reply.role_id);
  return (
    <Badge tone={TONES[reply.scope]}>
      {role ? t('canned.teamOf', { role: role.name }) : t(`canned.scope.${reply.scope}`)}
    </Badge>
  );
}
