import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadCode, patient } from './loadCode';

const broken = () => Promise.reject(new TypeError('Failed to fetch dynamically imported module'));
const reload = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  sessionStorage.clear();
  vi.stubGlobal('location', { ...window.location, reload });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  reload.mockReset();
});

describe('fetching a part of the application', () => {
  it('is tried again after the network broke off', async () => {
    const fetchCode = vi.fn().mockImplementationOnce(broken).mockImplementationOnce(broken);
    fetchCode.mockResolvedValue('the part');
    const part = loadCode(fetchCode);
    await vi.runAllTimersAsync();
    expect(await part).toBe('the part');
    expect(fetchCode).toHaveBeenCalledTimes(3);
    expect(reload).not.toHaveBeenCalled();
  });

  it('loads the page anew when the part stays away, and says so the second time', async () => {
    void loadCode(broken);
    await vi.runAllTimersAsync();
    expect(reload).toHaveBeenCalledTimes(1);

    const again = expect(loadCode(broken)).rejects.toThrow('Failed to fetch');
    await vi.runAllTimersAsync();
    await again;
    expect(reload).toHaveBeenCalledTimes(1);
  });

  it('does not load the page anew without a network', async () => {
    vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
    const told = expect(loadCode(broken)).rejects.toThrow('Failed to fetch');
    await vi.runAllTimersAsync();
    await told;
    expect(reload).not.toHaveBeenCalled();
  });

  it('goes for every route, however deep', async () => {
    const lazy = vi.fn().mockImplementationOnce(broken).mockResolvedValue({ element: null });
    const [outer] = patient([{ children: [{ path: 'inbox', lazy }] }]);
    const wrapped = outer?.children?.[0]?.lazy as () => Promise<unknown>;
    const fetched = wrapped();
    await vi.runAllTimersAsync();
    await fetched;
    expect(lazy).toHaveBeenCalledTimes(2);
  });
});
