import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem } from '../api/problem.ts';
import { ManifestError } from '../sealed/errors.ts';
import type { Desk, DeskSubmission } from '../transfer/desk.ts';
import { Shelf } from './shelf.svelte.ts';

const api = vi.hoisted(() => ({
  listen: vi.fn(() => () => undefined),
  markOpened: vi.fn(),
  markSaved: vi.fn(),
  eraseSubmission: vi.fn(),
  keepSubmission: vi.fn(),
  closeLink: vi.fn(),
}));
vi.mock('../api/desk.ts', () => api);

const NOW = 1_800_000_000;
const listed = (id: string): DeskSubmission =>
  ({
    label: `label of ${id}`,
    refusal: null,
    record: {
      id,
      link: 'l',
      received_at: NOW,
      expires_at: NOW + 99,
      opened_at: null,
      asked: false,
      files: {},
      card: '',
    },
  }) as unknown as DeskSubmission;
const opened = (id: string) => ({ manifest: { files: [], answers: { q: 'a' } }, invitation: {}, label: id });

function desk(ids: string[], open: (id: string) => unknown = opened) {
  const opens: string[] = [];
  const fake = {
    links: async () => ({ sound: [], unreadable: 0 }),
    submissions: async () => ({ sound: ids.map(listed), unreadable: 0 }),
    open: async (id: string) => {
      opens.push(id);
      return open(id);
    },
  };
  return { fake: fake as unknown as Desk, opens };
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOW * 1000 });
  vi.stubGlobal('location', { origin: 'https://desk.example' });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

const started = async (fake: Desk, ended = () => undefined): Promise<Shelf> => {
  const shelf = new Shelf(fake, ended);
  shelf.start();
  await shelf.refresh();
  return shelf;
};

describe('what lies on the desk', () => {
  it('is opened once each, and that marks nothing', async () => {
    const { fake, opens } = desk(['a', 'b']);
    const shelf = await started(fake);
    await shelf.refresh();
    expect(opens).toEqual(['a', 'b']);
    expect(shelf.received.map((row) => row.answers)).toEqual([1, 1]);
    expect(api.markOpened).not.toHaveBeenCalled();
    shelf.stop();
  });

  it('shows of a refused one neither label nor names', async () => {
    const { fake } = desk(['a'], () => {
      throw new ManifestError('proof');
    });
    const shelf = await started(fake);
    expect(shelf.received[0]).toMatchObject({ refused: 'proof', label: '', files: [], answers: 0 });
    shelf.stop();
  });

  it('tries again what could not be fetched, and does not call it refused', async () => {
    const open = vi.fn().mockRejectedValueOnce(new Problem('unreachable', 0)).mockImplementation(opened);
    const shelf = await started(desk(['a'], open).fake);
    await shelf.refresh();
    expect(shelf.received[0]).toMatchObject({ refused: null, known: true });
    shelf.stop();
  });

  it('can be kept for ten seconds after it was asked to be erased, then is gone', async () => {
    const shelf = await started(desk(['a']).fake);
    await shelf.erase('a');
    vi.advanceTimersByTime(9000);
    expect(shelf.received).toHaveLength(1);
    expect(shelf.erasing.has('a')).toBe(true);
    vi.advanceTimersByTime(1000);
    expect(shelf.received).toEqual([]);
    expect(shelf.erasing.size).toBe(0);
    shelf.stop();
  });

  it('stays when it was kept in time, and says when it was too late', async () => {
    const shelf = await started(desk(['a']).fake);
    await shelf.erase('a');
    await shelf.keep('a');
    vi.advanceTimersByTime(20_000);
    expect(shelf.received).toHaveLength(1);
    expect([shelf.lies('a'), shelf.lies('b')]).toEqual([true, false]);
    api.keepSubmission.mockRejectedValueOnce(new Problem('not-available', 404));
    await expect(shelf.keep('a')).rejects.toThrow();
    shelf.stop();
  });

  it('is not asked to be erased when the server did not hear it', async () => {
    const shelf = await started(desk(['a']).fake);
    api.eraseSubmission.mockRejectedValueOnce(new Problem('unreachable', 0));
    await expect(shelf.erase('a')).rejects.toThrow();
    expect(shelf.erasing.size).toBe(0);
    shelf.stop();
  });

  it('ends with the session', async () => {
    const ended = vi.fn();
    const { fake } = desk([], opened);
    (fake as { submissions: unknown }).submissions = async () => {
      throw new Problem('unknown', 401);
    };
    await started(fake, ended);
    expect(ended).toHaveBeenCalledOnce();
  });

  it('tells a mark again once there is a connection, and no sooner', async () => {
    const shelf = await started(desk(['a']).fake);
    const [, connected] = api.listen.mock.calls[0] as unknown as [unknown, (open: boolean) => void];
    api.markSaved.mockRejectedValueOnce(new Problem('unreachable', 0));
    await shelf.markSaved('a', 0);
    expect(api.markSaved).toHaveBeenCalledTimes(1);
    connected(true);
    await vi.waitFor(() => expect(api.markSaved).toHaveBeenCalledTimes(2));
    shelf.stop();
  });

  it('tells it again a while later too, and one that is refused keeps no other from it', async () => {
    const shelf = await started(desk(['a']).fake);
    const away = new Problem('unreachable', 0);
    api.markSaved.mockRejectedValueOnce(away).mockRejectedValueOnce(away);
    await Promise.all([shelf.markSaved('a', 0), shelf.markSaved('a', 1)]);
    await vi.advanceTimersByTimeAsync(9_000);
    expect(api.markSaved).toHaveBeenCalledTimes(2);
    api.markSaved.mockRejectedValueOnce(new Problem('not-available', 404));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(api.markSaved.mock.calls).toEqual([
      ['a', 0],
      ['a', 1],
      ['a', 0],
      ['a', 1],
    ]);
    shelf.stop();
  });
});
