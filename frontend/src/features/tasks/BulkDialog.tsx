import '@/i18n/lists';
import '@/i18n/ticket';
import { Alert } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type BulkInput, offersFor, type SelectedTask } from '@/api/bulk';
import { workerChoices } from '@/api/choices';
import { taskKeys } from '@/api/tasks';
import type { Priority, Visibility } from '@/api/types';

import { FormDialog } from '@/components/ui/FormDialog';
import { Stack } from '@/components/ui/layout';
import { PickField } from '@/components/ui/PickField';
import { SelectField } from '@/components/ui/SelectField';
import { ErrorState, LoadingRows } from '@/components/ui/States';
import { TextField } from '@/components/ui/TextField';
import { VisibilityChoice } from '@/features/tickets/conversation/VisibilityChoice';

/** Bulk actions that ask for something first. */
export const ASKED = ['transition', 'comment', 'hold', 'priority', 'transfer', 'escalate'] as const;
export type AskedAction = (typeof ASKED)[number];

interface Props {
  action: AskedAction;
  tasks: SelectedTask[];
  busy: boolean;
  error: unknown;
  onClose: () => void;
  onSubmit: (input: Partial<BulkInput>) => void;
}

export function BulkDialog(props: Props) {
  const { action } = props;
  return action === 'transition' || action === 'comment' ? (
    <CommentedDialog {...props} action={action} />
  ) : (
    <ReasonDialog {...props} action={action} />
  );
}

/** A transition of each ticket, with a comment if wanted; or the comment alone. */
function CommentedDialog({
  action,
  tasks,
  busy,
  error,
  onClose,
  onSubmit,
}: Props & { action: 'transition' | 'comment' }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState('');
  const [text, setText] = useState('');
  const [visibility, setVisibility] = useState<Visibility>('internal');
  // One for all tries: an act that is sent again says it once.
  const [clientId] = useState(() => crypto.randomUUID());
  const ids = tasks.map((task) => task.id);
  const offers = useQuery({
    queryKey: [...taskKeys.all, 'offers', ids],
    queryFn: () => offersFor(ids),
    enabled: action === 'transition',
    staleTime: 0,
  });
  const offer = offers.data?.find((each) => each.name === chosen) ?? offers.data?.[0];
  const needsText = action === 'comment' || (offer?.requires_comment ?? false);
  const said = text.trim();
  const isReady = (action === 'comment' || offer !== undefined) && (!needsText || said !== '');
  return (
    <FormDialog
      title={t(`bulk.title.${action}`)}
      hint={t('bulk.chosen', { count: tasks.length })}
      submit={t('bulk.submit')}
      busy={busy}
      error={error}
      disabled={!isReady}
      onClose={onClose}
      onSubmit={() =>
        onSubmit({
          ...(action === 'transition' && { transition: offer?.name }),
          ...(said && { with_comment: { text: said, visibility, client_id: clientId } }),
        })
      }
    >
      {action === 'transition' && offers.isPending && <LoadingRows rows={1} />}
      {offers.isError && <ErrorState error={offers.error} onRetry={() => offers.refetch()} />}
      {offers.data?.length === 0 && <Alert severity="info">{t('bulk.noTransition')}</Alert>}
      {offer && (
        <SelectField
          label={t('bulk.transition')}
          value={offer.name}
          hint={offer.count < tasks.length ? t('bulk.transitionHint') : undefined}
          onChange={setChosen}
          choices={(offers.data ?? []).map(({ name, count }) => ({
            value: name,
            label: t('bulk.offer', { name, number: count, count: tasks.length }),
          }))}
        />
      )}
      {(action === 'comment' || offer) && (
        <Stack gap={1}>
          <VisibilityChoice value={visibility} onChange={setVisibility} />
          <TextField
            label={t('bulk.comment')}
            value={text}
            rows={4}
            required={needsText}
            onChange={setText}
          />
        </Stack>
      )}
    </FormDialog>
  );
}

function ReasonDialog({
  action,
  tasks,
  busy,
  error,
  onClose,
  onSubmit,
}: Props & { action: Exclude<AskedAction, 'transition' | 'comment'> }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const [priority, setPriority] = useState<Priority>('high');
  const [person, setPerson] = useState('');
  const isReady = (action === 'priority' || reason.trim() !== '') && (action !== 'transfer' || person !== '');
  return (
    <FormDialog
      title={t(`bulk.title.${action}`)}
      hint={t('bulk.chosen', { count: tasks.length })}
      submit={t('bulk.submit')}
      busy={busy}
      error={error}
      disabled={!isReady}
      onClose={onClose}
      onSubmit={() =>
        onSubmit({
          ...(reason.trim() && { reason: reason.trim() }),
          ...(action === 'priority' && { priority }),
          ...(action === 'transfer' && { to_user_id: Number(person) }),
        })
      }
    >
      {action === 'priority' && (
        <SelectField
          label={t('bulk.priority')}
          value={priority}
          onChange={(value) => setPriority(value as Priority)}
          choices={(['urgent', 'high', 'medium', 'low'] as const).map((each) => ({
            value: each,
            label: t(`priority.${each}`),
          }))}
        />
      )}
      {action === 'transfer' && (
        <PickField
          label={t('bulk.to')}
          source={workerChoices}
          value={person}
          placeholder={t('bulk.toChoose')}
          onChange={setPerson}
        />
      )}
      <TextField
        label={t('bulk.reason')}
        value={reason}
        rows={2}
        required={action !== 'priority'}
        onChange={setReason}
      />
    </FormDialog>
  );
}
