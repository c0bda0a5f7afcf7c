import { Box, Link as MuiLink, Typography } from '@mui/material';
import { Fragment, type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { Row, Text } from './layout';

interface Props {
  title: string;
  /** The pages above this one, outermost first; the title ends the path. */
  breadcrumbs?: { label: string; to: string }[];
  /** The last breadcrumb, where it is not the title. */
  here?: string;
  beside?: ReactNode;
  actions?: ReactNode;
}

export function PageHeader({ title, breadcrumbs, here = title, beside, actions }: Props) {
  const { t } = useTranslation();
  useDocumentTitle(title);
  return (
    <Row gap={1.5} align="end" mb={2}>
      <Box sx={{ minWidth: 0, flex: '1 1 240px' }}>
        {breadcrumbs && (
          <Text component="nav" variant="hint" aria-label={t('breadcrumbs')} mb={0.5}>
            {breadcrumbs.map((each) => (
              <Fragment key={each.to}>
                <MuiLink component={Link} to={each.to} color="inherit">
                  {each.label}
                </MuiLink>
                {' › '}
              </Fragment>
            ))}
            {here}
          </Text>
        )}
        <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 1.25, rowGap: 0.5 }}>
          <Typography variant="h1" dir="auto" sx={{ overflowWrap: 'anywhere' }}>
            {title}
          </Typography>
          {beside}
        </Box>
      </Box>
      {actions && <Row gap={1}>{actions}</Row>}
    </Row>
  );
}

export function useDocumentTitle(title: string): void {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = `${title} · ${t('app.name')}`;
  }, [title, t]);
}
