import type { CannedReply, TeamRole } from '@/api/cannedReplies';
import type { Choice } from '@/components/ui/SelectField';
import { isAdmin, type SessionUser } from '@/context/SessionContext';

/** Where a reply belongs, as one value of a field: `own`, `all`, or `team:` and the role's id. */
export const placeOf = ({ scope, role_id }: Pick<CannedReply, 'scope' | 'role_id'>) =>
  scope === 'team' ? `team:${role_id}` : scope;

export function fromPlace(place: string): Pick<CannedReply, 'scope' | 'role_id'> {
  if (place === 'own' || place === 'all') return { scope: place, role_id: null };
  return { scope: 'team', role_id: Number(place.slice('team:'.length)) };
}

const leads = (user: SessionUser, role: TeamRole) => role.lead?.user_id === user.user_id;

/** As the server judges it; it has the last word. */
export function mayChange(user: SessionUser, reply: CannedReply, roles: TeamRole[]): boolean {
  if (reply.scope === 'own' || isAdmin(user)) return true;
  return reply.scope === 'team' && roles.some((role) => role.id === reply.role_id && leads(user, role));
}

/** Where the person may put a reply. A role that nobody holds has no replies. */
export function placesFor(
  user: SessionUser,
  roles: TeamRole[],
  words: { own: string; all: string; team: (role: string) => string },
): Choice[] {
  return [
    { value: 'own', label: words.own },
    ...roles
      .filter((role) => role.members.length > 0 && (isAdmin(user) || leads(user, role)))
      .map((role) => ({ value: `team:${role.id}`, label: words.team(role.name) })),
    ...(isAdmin(user) ? [{ value: 'all', label: words.all }] : []),
  ];
}
