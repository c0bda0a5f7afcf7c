import { Box, Button, IconButton, TextField } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { Controller, type UseFormReturn, useFieldArray } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { accessRolesQuery, systemsQuery } from '@/api/access';
import { Stack, Text } from '@/components/ui/layout';
import { IconPlus, IconTrash } from '@/lib/icons';
import type { ProviderForm } from './ProviderDialog';

/** Which group at the provider gives which role in which system. */
export function RoleRules({ form }: { form: UseFormReturn<ProviderForm> }) {
  const { t } = useTranslation();
  const systems = useQuery(systemsQuery());
  const roles = useQuery(accessRolesQuery());
  const rules = useFieldArray({ control: form.control, name: 'roles' });
  const chosen = form.watch('roles');
  const errors = form.formState.errors.roles;
  /** A native select needs its value among the options, also one that is gone from the server. */
  const withOwn = (names: string[], own: string) => (own && !names.includes(own) ? [own, ...names] : names);
  return (
    <Stack gap={1} role="group" aria-label={t('signIn.rules')}>
      <Text variant="label">{t('signIn.rules')}</Text>
      <Text variant="hint">{t('signIn.rulesHint')}</Text>
      {rules.fields.map((rule, index) => {
        const system = chosen[index]?.system ?? rule.system;
        const known = (roles.data ?? []).filter((role) => role.system === system).map((role) => role.name);
        const wrong = errors?.[index];
        const shown = (field: 'group' | 'system' | 'role') => ({
          error: Boolean(wrong?.[field]),
          helperText:
            wrong?.[field] && (wrong[field].type === 'server' ? wrong[field].message : t('signIn.need.text')),
        });
        return (
          <Box
            key={rule.id}
            role="group"
            aria-label={t('signIn.rule', { number: index + 1 })}
            sx={{
              display: 'grid',
              gap: 1,
              alignItems: 'start',
              gridTemplateColumns: { xs: '1fr', sm: '1fr 110px 1fr auto' },
              pt: 0.75,
            }}
          >
            <TextField
              {...form.register(`roles.${index}.group`)}
              size="small"
              label={t('signIn.group')}
              {...shown('group')}
            />
            <Controller
              control={form.control}
              name={`roles.${index}.system`}
              render={({ field }) => (
                <TextField
                  {...field}
                  select
                  size="small"
                  label={t('signIn.system')}
                  onChange={(event) => {
                    field.onChange(event);
                    form.setValue(`roles.${index}.role`, '');
                  }}
                  slotProps={{ select: { native: true }, inputLabel: { shrink: true } }}
                  {...shown('system')}
                >
                  {withOwn(
                    (systems.data ?? []).map(({ slug }) => slug),
                    field.value,
                  ).map((slug) => (
                    <option key={slug} value={slug}>
                      {slug.toUpperCase()}
                    </option>
                  ))}
                </TextField>
              )}
            />
            <Controller
              control={form.control}
              name={`roles.${index}.role`}
              render={({ field }) => (
                <TextField
                  {...field}
                  select
                  size="small"
                  label={t('signIn.role')}
                  slotProps={{ select: { native: true }, inputLabel: { shrink: true } }}
                  {...shown('role')}
                >
                  {['', ...withOwn(known, field.value)].map((name) => (
                    <option key={name} value={name}>
                      {name}
                    </option>
                  ))}
                </TextField>
              )}
            />
            <IconButton
              aria-label={t('signIn.removeRule', { number: index + 1 })}
              onClick={() => rules.remove(index)}
              sx={{ justifySelf: 'end', mt: { sm: 2.75 } }}
            >
              <IconTrash size={16} />
            </IconButton>
          </Box>
        );
      })}
      <Box>
        <Button
          variant="text"
          startIcon={<IconPlus size={16} />}
          onClick={() => rules.append({ group: '', system: 'tts', role: '' })}
        >
          {t('signIn.addRule')}
        </Button>
      </Box>
    </Stack>
  );
}
