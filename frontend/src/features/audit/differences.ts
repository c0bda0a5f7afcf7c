/** Field by field, what an action changed. */
export interface Difference {
  path: string;
  old: string | null;
  new: string | null;
}

export function differencesOf(before: unknown, after: unknown): Difference[] {
  const old = flatten(before);
  const fresh = flatten(after);
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .filter((path) => old.get(path) !== fresh.get(path))
    .map((path) => ({ path, old: old.get(path) ?? null, new: fresh.get(path) ?? null }));
}

function flatten(value: unknown, path = '', found = new Map<string, string>()): Map<string, string> {
  if (value === null || value === undefined) return found;
  if (Array.isArray(value) && value.every((each) => typeof each !== 'object' || each === null)) {
    if (value.length > 0) found.set(path, value.join(', '));
  } else if (typeof value === 'object') {
    for (const [name, part] of Object.entries(value)) {
      // Parts of a list that have an id are told by it, so that an insertion moves nothing.
      const id =
        Array.isArray(value) && typeof part === 'object' && part !== null && 'id' in part ? part.id : name;
      flatten(part, path ? `${path}.${id}` : String(id), found);
    }
  } else found.set(path, String(value));
  return found;
}
