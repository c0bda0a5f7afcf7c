import { act, renderHook } from '@testing-library/react';
import { createElement, type ReactNode } from 'react';
import { MemoryRouter, useLocation, useNavigate } from 'react-router-dom';
import { describe, expect, it } from 'vitest';

import { useUrlParams } from './useUrlParams';

const wrapper = ({ children }: { children: ReactNode }) =>
  createElement(MemoryRouter, { initialEntries: ['/archive?search=printer'] }, children);

function useBoth() {
  const [, setOne] = useUrlParams();
  const [, setOther] = useUrlParams();
  const { search: address } = useLocation();
  const navigate = useNavigate();
  return { setOne, setOther, address, navigate };
}

const adding = (name: string, value: string) => (before: URLSearchParams) => {
  const after = new URLSearchParams(before);
  after.set(name, value);
  return after;
};

describe('useUrlParams', () => {
  it('keeps every change that comes before the page is drawn again, from whatever part of the page', () => {
    const { result } = renderHook(useBoth, { wrapper });

    act(() => {
      result.current.setOne(adding('closed_after', '1'));
      result.current.setOther(adding('closed_before', '2'));
    });

    expect(result.current.address).toBe('?search=printer&closed_after=1&closed_before=2');
  });

  it('starts from the address again after a step back', () => {
    const { result } = renderHook(useBoth, { wrapper });

    act(() => result.current.setOne(adding('page', '2')));
    act(() => result.current.navigate(-1));
    act(() => result.current.setOne(adding('status', 'open')));

    expect(result.current.address).toBe('?search=printer&status=open');
  });
});
