import { isGranted } from "./consent";
import { guard } from "./guard";

/** The cookies that there are: of the visitor, the session, and the clicks on advertisements. */
export const VISITOR = "hw_v";
export const SESSION = "hw_s";
export const CLICKS = "hw_c";

let domain: string | undefined;

/** Return the value of a cookie (its name a pattern), empty where it is absent or forbidden. */
export function readCookie(name: string): string {
  const found = guard(() => document.cookie.match("(?:^|; )" + name + "=([^;]*)"))();
  return found ? found[1]! : "";
}

/** Set a cookie for all hosts of the site; 0 seconds erase it. */
export function writeCookie(name: string, value: string, seconds: number): void {
  put(name, value, seconds, siteDomain());
}

/** Erase all of them. */
export function eraseCookies(): void {
  for (const name of [VISITOR, SESSION, CLICKS]) {
    writeCookie(name, "", 0);
  }
}

/** Return the domain that the site's hosts share; finding out takes a cookie, so consent. */
export function ownDomain(): string {
  return (isGranted() && siteDomain()) || location.hostname.replace(/^www\./, "");
}

/** Return the widest domain that cookies can be set for, empty where that is this host alone. */
function siteDomain(): string {
  if (domain === undefined) {
    domain = widestDomain();
  }
  return domain;
}

/** Browsers refuse a cookie for a public suffix, so the first that they take is the site. */
function widestDomain(): string {
  const labels = location.hostname.split(".");
  for (let start = labels.length; start--; ) {
    const suffix = labels.slice(start).join(".");
    put("hw_t", "1", 9, suffix);
    if (readCookie("hw_t")) {
      put("hw_t", "", 0, suffix);
      return suffix;
    }
  }
  return "";
}

/** Where cookies are forbidden, ids live as long as the page. */
const put = guard((name: string, value: string, seconds: number, suffix: string) => {
  document.cookie =
    `${name}=${value};path=/;samesite=lax;max-age=${seconds}` +
    (suffix && ";domain=" + suffix) +
    (location.protocol === "https:" ? ";secure" : "");
});
