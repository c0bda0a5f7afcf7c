import { Page, Stack, Text } from '@/components/ui/layout';
import '@/i18n/people';
import { Box, Button } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AccessRole, accessRolesQuery, roleUseQuery, systemsQuery } from '@/api/access';
import { Badge } from '@/components/ui/Badge';
import { DataTable } from '@/components/ui/DataTable';
import { PageHeader } from '@/components/ui/PageHeader';
import { Panel } from '@/components/ui/Panel';
import { ErrorState, LoadingRows } from '@/components/ui/States';
import { DeleteRoleDialog } from '@/features/roles/DeleteRoleDialog';
import { MembersDialog } from '@/features/roles/MembersDialog';
import { RoleDialog } from '@/features/roles/RoleDialog';
import { IconPlus } from '@/lib/icons';

type Open = { kind: 'new' } | { kind: 'change' | 'holders' | 'delete'; role: AccessRole };

export function RolesPage() {
  const { t } = useTranslation();
  const systems = useQuery(systemsQuery());
  const roles = useQuery(accessRolesQuery());
  const uses = useQuery(roleUseQuery());
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const failed = roles.isError ? roles : systems;
  const useOf = new Map(uses.data?.map((use) => [use.id, use]));
  return (
    <Page width={1100}>
      <PageHeader
        title={t('roles.title')}
        actions={
          <Button
            variant="contained"
            startIcon={<IconPlus size={16} />}
            onClick={() => setOpen({ kind: 'new' })}
          >
            {t('roles.new')}
          </Button>
        }
      />
      {(roles.isPending || systems.isPending) && <LoadingRows rows={9} />}
      {failed.isError && (
        <ErrorState
          error={failed.error}
          onRetry={() => {
            void roles.refetch();
            void systems.refetch();
          }}
        />
      )}
      {roles.data && systems.data && (
        <Stack gap={2}>
          {systems.data.map((system) => (
            <Panel
              flush
              key={system.id}
              title={t('roles.ofSystem', { slug: system.slug.toUpperCase(), name: system.name })}
            >
              <DataTable<AccessRole>
                label={system.name}
                rows={roles.data.filter((role) => role.system === system.slug)}
                rowKey={(role) => role.id}
                columns={[
                  {
                    key: 'name',
                    header: t('field.role'),
                    width: '26%',
                    render: (role) => (
                      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.75, fontWeight: 580 }}>
                        {role.name}
                        {role.is_protected && (
                          <Badge tone="grey" title={t('roles.protectedHint')}>
                            {t('roles.protected')}
                          </Badge>
                        )}
                        {role.is_custom && <Badge tone="violet">{t('roles.custom')}</Badge>}
                      </Box>
                    ),
                  },
                  {
                    key: 'about',
                    header: t('roles.about'),
                    render: (role) => (
                      <Text variant="inherit" color="text.secondary">
                        {role.description || '–'}
                        {useOf.get(role.id)?.lead && (
                          <Text variant="caption">
                            {t('roles.leadIs', { name: useOf.get(role.id)?.lead?.full_name })}
                          </Text>
                        )}
                      </Text>
                    ),
                  },
                  {
                    key: 'holders',
                    header: t('roles.members'),
                    align: 'end',
                    render: (role) => (
                      <Button
                        variant="text"
                        onClick={() => setOpen({ kind: 'holders', role })}
                        aria-label={t('roles.showMembers', {
                          people: t('roles.people', { count: role.holders }),
                          role: role.name,
                        })}
                      >
                        {t('roles.people', { count: role.holders })}
                      </Button>
                    ),
                  },
                  {
                    key: 'do',
                    header: t('people.actions'),
                    isHeaderHidden: true,
                    align: 'end',
                    isNarrow: true,
                    render: (role) => (
                      <>
                        <Button
                          variant="text"
                          color="inherit"
                          onClick={() => setOpen({ kind: 'change', role })}
                          aria-label={t('roles.changeNamed', { role: role.name })}
                        >
                          {t('action.edit')}
                        </Button>
                        {!role.is_protected && (
                          <Button
                            variant="text"
                            color="inherit"
                            onClick={() => setOpen({ kind: 'delete', role })}
                            aria-label={t('roles.deleteNamed', { role: role.name })}
                          >
                            {t('action.delete')}
                          </Button>
                        )}
                      </>
                    ),
                  },
                ]}
              />
            </Panel>
          ))}
        </Stack>
      )}
      {open?.kind === 'new' && <RoleDialog systems={systems.data ?? []} onClose={close} />}
      {open?.kind === 'change' && (
        <RoleDialog role={open.role} systems={systems.data ?? []} onClose={close} />
      )}
      {open?.kind === 'holders' && <MembersDialog role={open.role} onClose={close} />}
      {open?.kind === 'delete' && (
        <DeleteRoleDialog role={open.role} usedBy={useOf.get(open.role.id)?.used_by ?? []} onClose={close} />
      )}
    </Page>
  );
}
