/**
 * The rows of a page whose targets were reached when it was written, by their ids.
 *
 * @param page the page, as `benchmarksPage` writes it.
 */
export const reachedIn = (page: string): ReadonlySet<string> =>
  new Set([...page.matchAll(/^\| `([^`]+)` .*\| reached +\|$/gm)].map(([, id]) => id as string));
