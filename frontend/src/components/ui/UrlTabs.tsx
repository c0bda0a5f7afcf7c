import { Box, Tab, Tabs } from '@mui/material';
import { type ReactNode, useId } from 'react';
import { useUrlFilters } from '@/lib/useUrlFilters';

export interface UrlTab {
  value: string;
  label: string;
  render: () => ReactNode;
}

/** Tabs whose choice is in the address, so that each can be linked to. */
export function UrlTabs({ label, tabs }: { label: string; tabs: UrlTab[] }) {
  const id = useId();
  const filters = useUrlFilters();
  const chosen = tabs.find((tab) => tab.value === filters.text('tab')) ?? tabs[0];
  if (!chosen) return null;
  // The filters of one tab mean nothing to the next.
  const choose = (value: string) => filters.only({ tab: value === tabs[0]?.value ? null : value });
  return (
    <>
      <Tabs
        value={chosen.value}
        onChange={(_event, value: string) => choose(value)}
        aria-label={label}
        variant="scrollable"
        scrollButtons={false}
        sx={{ mb: 2, borderBottom: 1, borderColor: 'divider' }}
      >
        {tabs.map((tab) => (
          <Tab
            key={tab.value}
            value={tab.value}
            label={tab.label}
            id={`${id}-tab-${tab.value}`}
            aria-controls={`${id}-panel`}
          />
        ))}
      </Tabs>
      <Box role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-tab-${chosen.value}`}>
        {chosen.render()}
      </Box>
    </>
  );
}
