import { Alert, Button, Checkbox, FormControlLabel, FormGroup, Switch, TextField } from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '@/api/problem';
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  rotateWebhookSecret,
  WEBHOOK_EVENTS,
  type Webhook,
  type WebhookEvent,
  webhookKeys,
} from '@/api/webhooks';
import { ConfirmDialog } from '@/components/ui/ConfirmDialog';
import { FormDialog } from '@/components/ui/FormDialog';
import { Row } from '@/components/ui/layout';
import { problemText } from '@/components/ui/problemText';
import { ShownOnce } from '@/components/ui/ShownOnce';
import { showToast } from '@/components/ui/toast';

export const nameOf = (webhook: Webhook) => webhook.description || webhook.url;

/** Create a webhook, or change one: where events go, and which. */
export function WebhookDialog({ webhook, onClose }: { webhook?: Webhook; onClose: () => void }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [url, setUrl] = useState(webhook?.url ?? '');
  const [description, setDescription] = useState(webhook?.description ?? '');
  const [events, setEvents] = useState<WebhookEvent[]>(webhook?.event_types ?? [...WEBHOOK_EVENTS]);
  const [isActive, setActive] = useState(webhook?.is_active ?? true);
  const [asks, setAsks] = useState<'rotate' | 'delete' | null>(null);
  const refresh = () => void queryClient.invalidateQueries({ queryKey: webhookKeys.all });
  const save = useMutation({
    mutationFn: async () => {
      const input = { url: url.trim(), description: description.trim(), event_types: events };
      if (!webhook) return await createWebhook(input);
      await changeWebhook(webhook.id, { ...input, is_active: isActive });
      return null;
    },
    onSuccess: (made) => {
      refresh();
      if (made) return;
      showToast('success', t('webhooks.saved'));
      onClose();
    },
  });
  const rotate = useMutation({
    mutationFn: (id: number) => rotateWebhookSecret(id),
    onError: (error) => showToast('error', problemText(error, t)),
    onSettled: () => setAsks(null),
  });
  const remove = useMutation({
    mutationFn: (id: number) => deleteWebhook(id),
    onSuccess: () => {
      showToast('success', t('webhooks.deleted'));
      refresh();
      onClose();
    },
    onError: (error) => showToast('error', problemText(error, t)),
  });
  const secret = save.data?.secret ?? rotate.data?.secret;
  if (secret) return <TheSecret secret={secret} onClose={onClose} />;
  if (webhook && asks) {
    const act = asks === 'rotate' ? rotate : remove;
    return (
      <ConfirmDialog
        open
        title={t(asks === 'rotate' ? 'webhooks.rotate' : 'webhooks.deleteNamed', { name: nameOf(webhook) })}
        text={t(asks === 'rotate' ? 'webhooks.rotateText' : 'webhooks.deleteText')}
        confirm={t(asks === 'rotate' ? 'webhooks.rotate' : 'webhooks.delete')}
        busy={act.isPending}
        onClose={() => setAsks(null)}
        onConfirm={() => act.mutate(webhook.id)}
      />
    );
  }
  const problem = save.isError ? toProblem(save.error) : null;
  return (
    <FormDialog
      title={webhook ? t('webhooks.editNamed', { name: nameOf(webhook) }) : t('webhooks.new')}
      submit={t(webhook ? 'action.save' : 'webhooks.create')}
      maxWidth="sm"
      busy={save.isPending}
      disabled={url.trim() === '' || events.length === 0}
      error={save.error}
      shownFields={['url', 'description']}
      onClose={onClose}
      onSubmit={() => save.mutate()}
    >
      <TextField
        size="small"
        autoFocus
        type="url"
        label={t('webhooks.url')}
        value={url}
        error={Boolean(problem?.about('url'))}
        helperText={problem?.about('url') ?? t('webhooks.urlHint')}
        onChange={(event) => setUrl(event.target.value)}
        sx={{ mt: 0.75 }}
        slotProps={{ htmlInput: { maxLength: 2000 } }}
      />
      <TextField
        size="small"
        label={t('webhooks.description')}
        value={description}
        error={Boolean(problem?.about('description'))}
        helperText={problem?.about('description')}
        onChange={(event) => setDescription(event.target.value)}
        slotProps={{ htmlInput: { maxLength: 255 } }}
      />
      <FormGroup
        role="group"
        aria-label={t('webhooks.events')}
        sx={{ display: 'grid', gridTemplateColumns: { xs: '1fr', sm: '1fr 1fr' } }}
      >
        {WEBHOOK_EVENTS.map((name) => (
          <FormControlLabel
            key={name}
            control={
              <Checkbox
                size="small"
                checked={events.includes(name)}
                onChange={(event) =>
                  setEvents(event.target.checked ? [...events, name] : events.filter((each) => each !== name))
                }
              />
            }
            label={t(`webhooks.event.${name}`)}
            slotProps={{ typography: { sx: { fontSize: '0.8125rem' } } }}
          />
        ))}
      </FormGroup>
      {webhook && (
        <>
          <FormControlLabel
            control={
              <Switch checked={isActive} onChange={(event) => setActive(event.target.checked)} size="small" />
            }
            label={t('webhooks.isActive')}
            slotProps={{ typography: { sx: { fontSize: '0.8125rem' } } }}
          />
          <Row gap={1}>
            <Button variant="text" color="inherit" onClick={() => setAsks('rotate')}>
              {t('webhooks.rotate')}
            </Button>
            <Button variant="text" color="error" onClick={() => setAsks('delete')}>
              {t('webhooks.delete')}
            </Button>
          </Row>
        </>
      )}
    </FormDialog>
  );
}

function TheSecret({ secret, onClose }: { secret: string; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <FormDialog title={t('webhooks.secret')} submit="" maxWidth="sm" onClose={onClose}>
      <Alert severity="warning">{t('webhooks.once')}</Alert>
      <ShownOnce label={t('webhooks.secret')} lines={[secret]} />
    </FormDialog>
  );
}
