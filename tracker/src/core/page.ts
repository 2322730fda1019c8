import { setting } from "./settings";

/** The page that events happen on; a single-page app changes it. */
export const page = { url: "", referrer: "" };

/** Return the address without what only the browser reads; `data-hash` keeps that. */
export function address(): string {
  return setting("hash") ? location.href : location.href.split("#")[0]!;
}
