import { isGranted } from "./consent";
import { CLICKS, readCookie, writeCookie } from "./cookies";
import { guard } from "./guard";

/** Texts by name. */
export type Texts = Record<string, string>;

const SECONDS = 7776000;

/** The parameters that advertising systems add to a link, those of the channel rules. */
export const CLICK_IDS =
  "gclid|gbraid|wbraid|dclid|msclkid|yclid|ymclid|ttclid|twclid|li_fat_id|rdt_cid|epik|sccid|" +
  "qclid|rb_clickid|bd_vid|tblci|dicbo|irclickid|awc|cjevent|tduid|fbclid";

/** Return the parameters of a URL, those whose names match, by their names in lower case. */
export function parameters(url: string, names: string): Texts {
  const found: Texts = {};
  url.replace(
    RegExp("[?&](" + names + ")=([^&#]+)", "gi"),
    (all, name: string, value: string) => {
      found[name.toLowerCase()] = guard(decodeURIComponent)(value) || value;
      return all;
    },
  );
  return found;
}

/**
 * Return the click ids of a landing page and of earlier ones, the last of each kind; `isNew`
 * keeps them for 90 days.
 */
export function clickIds(landing: string, isNew?: boolean): Texts {
  const kept = isGranted() ? readCookie(CLICKS) : "";
  const found = parameters("?" + kept + landing, CLICK_IDS);
  if (isNew && isGranted()) {
    const told = Object.keys(found).map((name) => `${name}=${encodeURIComponent(found[name]!)}&`);
    writeCookie(CLICKS, told.join(""), SECONDS);
  }
  return found;
}

/** Whether a URL says which campaign, or which advertisement, led to it. */
export function isTagged(url: string): boolean {
  return RegExp("[?&]((utm|mtm|pk)_\\w+|" + CLICK_IDS + ")=", "i").test(url);
}

/** Whether a host is a domain or within it. */
export function isWithin(host: string, domain: string): boolean {
  return ("." + host).endsWith("." + domain);
}

/** Return the host that a URL names, empty where it names none. */
export function hostOf(url: string): string {
  return url.split(/[/:?#]+/)[1] || "";
}
