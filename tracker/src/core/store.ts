import { guard } from "./guard";

/** The key of each open page's unsent events in localStorage begins so. */
const PREFIX = "hw_q.";

/** Write a page's text, or erase it where it is empty; nothing where storage is forbidden. */
export const keepText = guard((page: string, text: string) => {
  if (text) {
    localStorage[PREFIX + page] = text;
  } else {
    delete localStorage[PREFIX + page];
  }
});

/** Return the texts of all pages, and erase them. */
export function takeTexts(): string[] {
  const found: string[] = [];
  guard(() => {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(PREFIX)) {
        found.push(localStorage[key]);
        delete localStorage[key];
      }
    }
  })();
  return found;
}
