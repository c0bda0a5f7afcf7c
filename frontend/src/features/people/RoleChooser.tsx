import { Autocomplete, TextField } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type AccessRole, accessRolesQuery } from '@/api/access';

interface Props {
  label: string;
  chosen: AccessRole[];
  onChange: (chosen: AccessRole[]) => void;
}

/** Roles of every system, grouped by system. */
export function RoleChooser({ label, chosen, onChange }: Props) {
  const { t } = useTranslation();
  const roles = useQuery(accessRolesQuery());
  return (
    <Autocomplete
      multiple
      size="small"
      disableCloseOnSelect
      options={roles.data ?? []}
      value={chosen}
      groupBy={(role) => role.system.toUpperCase()}
      getOptionLabel={(role) =>
        role.system === 'tts' ? role.name : `${role.system.toUpperCase()} ${role.name}`
      }
      getOptionKey={(role) => role.id}
      isOptionEqualToValue={(one, other) => one.id === other.id}
      onChange={(_event, next) => onChange(next)}
      renderInput={(params) => <TextField {...params} label={label} helperText={t('people.rolesHint')} />}
    />
  );
}
