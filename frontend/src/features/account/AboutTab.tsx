import '@/i18n/identity';
import { Alert, Box, Button, TextField } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  accountKeys,
  changeMe,
  meQuery,
  type Profile,
  type ProfileChanges,
  removePicture,
  uploadPicture,
} from '@/api/account';
import { toProblem } from '@/api/problem';
import { Badge } from '@/components/ui/Badge';
import { Row, Stack, Text } from '@/components/ui/layout';
import { Panel } from '@/components/ui/Panel';
import { PersonAvatar } from '@/components/ui/Person';
import { problemText } from '@/components/ui/problemText';
import { ErrorState, LoadingRows } from '@/components/ui/States';
import { showToast } from '@/components/ui/toast';
import { type AwaitsCode, EmailCodeDialog } from '@/features/account/EmailCodeDialog';
import { IconTrash, IconUpload } from '@/lib/icons';
import { formatBytes } from '@/lib/time';
import { useUnsaved } from '@/lib/unsaved';

const FIELDS = ['first_name', 'middle_name', 'last_name', 'phone_number', 'username', 'email'] as const;
type Field = (typeof FIELDS)[number];
const LARGEST_PICTURE = 5 * 1024 * 1024;

export function AboutTab() {
  const me = useQuery(meQuery());
  if (me.isError) return <ErrorState error={me.error} onRetry={() => me.refetch()} />;
  if (!me.data) return <LoadingRows rows={6} />;
  return (
    <Stack gap={2}>
      <Picture me={me.data} />
      <Details me={me.data} />
      <Roles me={me.data} />
    </Stack>
  );
}

function Picture({ me }: { me: Profile }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const refresh = () => queryClient.invalidateQueries({ queryKey: accountKeys.me });
  const upload = useMutation({
    mutationFn: uploadPicture,
    onSuccess: (profile) => queryClient.setQueryData(accountKeys.me, profile),
  });
  const remove = useMutation({ mutationFn: removePicture, onSettled: refresh });
  const [tooLarge, setTooLarge] = useState(false);
  const failure = upload.error ?? remove.error;
  const choose = (file: File | undefined) => {
    if (!file) return;
    setTooLarge(file.size > LARGEST_PICTURE);
    if (file.size <= LARGEST_PICTURE) upload.mutate(file);
  };
  return (
    <Panel title={t('account.picture')}>
      {(failure || tooLarge) && (
        <Alert severity="error" role="alert" sx={{ mb: 1.5 }}>
          {tooLarge
            ? t('account.pictureTooLarge', { limit: formatBytes(LARGEST_PICTURE) })
            : problemText(failure, t)}
        </Alert>
      )}
      <Row gap={2} align="center">
        <PersonAvatar person={me} size={64} picture={me.avatar_url || undefined} />
        <Row gap={1}>
          <Button
            variant="outlined"
            startIcon={<IconUpload size={16} />}
            loading={upload.isPending}
            onClick={() => input.current?.click()}
          >
            {t(me.avatar_url ? 'account.pictureChange' : 'account.pictureUpload')}
          </Button>
          {me.avatar_url && (
            <Button
              variant="text"
              color="inherit"
              startIcon={<IconTrash size={16} />}
              loading={remove.isPending}
              onClick={() => remove.mutate()}
            >
              {t('account.pictureRemove')}
            </Button>
          )}
        </Row>
        <input
          ref={input}
          type="file"
          hidden
          accept="image/jpeg,image/png,image/webp"
          aria-label={t('account.pictureUpload')}
          onChange={(event) => {
            choose(event.target.files?.[0]);
            event.target.value = '';
          }}
        />
        <Box sx={{ flexBasis: '100%', fontSize: '0.75rem', color: 'text.secondary' }}>
          {t('account.pictureHint')}
        </Box>
      </Row>
    </Panel>
  );
}

function Details({ me }: { me: Profile }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  // Only what was typed is kept: a new picture, or news from another window, change the rest.
  const [edited, setEdited] = useState<Partial<Record<Field, string>>>({});
  const values = { ...me, ...edited };
  const [password, setPassword] = useState('');
  const [awaitsCode, setAwaitsCode] = useState<AwaitsCode | null>(null);
  const changed = FIELDS.filter((field) => values[field].trim() !== me[field]);
  useUnsaved(changed.length > 0);
  const needsPassword = changed.includes('email');
  const save = useMutation({
    mutationFn: changeMe,
    onSuccess: (answer, changes) => {
      if ('email_code_required' in answer) setAwaitsCode({ changes, email: answer.email });
      else onSaved(answer);
    },
  });
  const onSaved = (profile: Profile) => {
    queryClient.setQueryData(accountKeys.me, profile);
    setEdited({});
    setPassword('');
    showToast('success', t('account.saved'));
  };
  const submit = () => {
    const changes: ProfileChanges = Object.fromEntries(changed.map((field) => [field, values[field].trim()]));
    if (needsPassword) changes.current_password = password;
    save.mutate(changes);
  };
  const problem = save.isError ? toProblem(save.error) : null;
  const isAbout = (entry: { attr: string | null }) =>
    entry.attr === 'current_password' || FIELDS.some((field) => field === entry.attr);
  return (
    <Panel title={t('account.details')}>
      <Box
        component="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (changed.length > 0) submit();
        }}
        sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: '1fr', sm: '1fr 1fr' }, pt: 0.75 }}
      >
        {problem && !problem.errors.some(isAbout) && (
          <Alert severity="error" role="alert" sx={{ gridColumn: '1 / -1' }}>
            {problemText(problem, t)}
          </Alert>
        )}
        {FIELDS.map((field) => (
          <TextField
            key={field}
            size="small"
            label={t(`account.field.${field}`)}
            type={field === 'email' ? 'email' : field === 'phone_number' ? 'tel' : 'text'}
            value={values[field]}
            error={Boolean(problem?.about(field))}
            helperText={problem?.about(field)}
            onChange={(event) => setEdited({ ...edited, [field]: event.target.value })}
          />
        ))}
        {needsPassword && (
          <TextField
            size="small"
            type="password"
            autoComplete="current-password"
            label={t('password.current')}
            value={password}
            error={Boolean(problem?.about('current_password'))}
            helperText={problem?.about('current_password') ?? t('account.emailHint')}
            onChange={(event) => setPassword(event.target.value)}
            sx={{ gridColumn: '1 / -1' }}
          />
        )}
        <Box sx={{ gridColumn: '1 / -1' }}>
          <Button
            type="submit"
            variant="contained"
            loading={save.isPending}
            disabled={changed.length === 0 || (needsPassword && password === '')}
          >
            {t('action.save')}
          </Button>
        </Box>
      </Box>
      {awaitsCode && (
        <EmailCodeDialog
          {...awaitsCode}
          onClose={() => setAwaitsCode(null)}
          onSaved={(profile) => {
            setAwaitsCode(null);
            onSaved(profile);
          }}
        />
      )}
    </Panel>
  );
}

function Roles({ me }: { me: Profile }) {
  const { t } = useTranslation();
  const systems = Object.entries(me.roles).filter(([, roles]) => roles.length > 0);
  return (
    <Panel title={t('profile.roles')}>
      <Stack gap={1.25}>
        {systems.length === 0 && <Text variant="muted">{t('account.noRoles')}</Text>}
        {systems.map(([system, roles]) => (
          <Row key={system} gap={0.75} align="center">
            <Box
              sx={{
                width: 64,
                fontSize: '0.8125rem',
                color: 'text.secondary',
                textTransform: 'uppercase',
              }}
            >
              {system}
            </Box>
            {roles.map((role) => (
              <Badge key={role} tone={role === 'Admin' ? 'green' : 'grey'}>
                {role}
              </Badge>
            ))}
          </Row>
        ))}
      </Stack>
    </Panel>
  );
}
