import '@/i18n/lists';
import { IconButton } from '@mui/material';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CheckItem } from '@/components/ui/CheckItem';
import { LazyMenu } from '@/components/ui/LazyMenu';
import { Tooltip } from '@/components/ui/Tooltip';
import { IconColumns3 } from '@/lib/icons';
import { COLUMNS, useColumns } from './columns';

/** Which columns a list of tickets has; it is kept in this browser, for every list. */
export function ColumnMenu() {
  const { t } = useTranslation();
  const [chosen, choose] = useColumns();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <Tooltip title={t('columns.label')}>
        <IconButton
          aria-label={t('columns.label')}
          aria-haspopup="menu"
          aria-expanded={anchor !== null}
          onClick={(event) => setAnchor(event.currentTarget)}
        >
          <IconColumns3 size={17} />
        </IconButton>
      </Tooltip>
      <LazyMenu
        anchorEl={anchor}
        open={anchor !== null}
        onClose={() => setAnchor(null)}
        slotProps={{ list: { 'aria-label': t('columns.label') }, paper: { sx: { minWidth: 180 } } }}
      >
        {COLUMNS.map((name) => (
          <CheckItem
            key={name}
            isChecked={chosen.includes(name)}
            onClick={() =>
              choose(chosen.includes(name) ? chosen.filter((each) => each !== name) : [...chosen, name])
            }
          >
            {t(`field.${name}`)}
          </CheckItem>
        ))}
      </LazyMenu>
    </>
  );
}
