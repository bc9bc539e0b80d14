/** What a page is about: the second part of its path, as in `/campaigns/{address}`. */
export function subject(path: string = location.pathname): string {
  return decodeURIComponent(path.split("/")[2] ?? "");
}
