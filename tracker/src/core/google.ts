import { readCookie } from "./cookies";
import type { Texts } from "./sources";

/** Return the ids that Google Analytics has for this browser, from its cookies. */
export function googleIds(): Texts {
  const found: Texts = {};
  const client = readCookie("_ga").match(/\d+\.\d+$/);
  const session = readCookie("_ga_\\w+").match(/^GS\d\.\d\.s?(\d+)/);
  if (client) {
    found.client_id = client[0];
  }
  if (session) {
    found.session_id = session[1]!;
  }
  return found;
}
