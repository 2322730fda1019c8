import { isGranted } from "./consent";
import { ownDomain, readCookie, SESSION, writeCookie } from "./cookies";
import { guard } from "./guard";
import { randomId } from "./ids";
import { clickIds, hostOf, isTagged, isWithin } from "./sources";

/** Pages seen without a gap of 30 minutes, and where they began. */
export interface Session {
  id: string;
  /** The landing page. */
  url: string;
  /** The page on another site that led to it, or empty. */
  referrer: string;
  /** The time of its last event, in milliseconds. */
  at: number;
}

const SECONDS = 1800;
const LONGEST = 1000;

/** How this page was reached. */
let landing: Session | undefined;
let session: Session;

/** Return the session that goes on, or a new one that this page begins; `isQuiet` begins none. */
export function goOn(isQuiet?: boolean): Session {
  const now = Date.now();
  session = readSession(now) || session;
  if (now - session.at > SECONDS * 1000) {
    if (isQuiet) {
      return session;
    }
    // Who comes back to an open page after a while was not sent by its referrer again.
    session = begin(location.href, "");
  }
  session.at = now;
  keepSession();
  return session;
}

/** Find the session that this page belongs to: it begins one where it tells a new source. */
export function land(): void {
  landing = landing || begin(location.href, outside(document.referrer));
  const known = readSession(landing.at);
  const { url, referrer } = landing;
  session =
    !known ||
    (known.url !== url &&
      (isTagged(url) || (referrer && !known.referrer && !isTagged(known.url))))
      ? landing
      : known;
  clickIds(url, session === landing && isTagged(url));
  keepSession();
}

/** Let the session begin anew; where this page was reached from is known as long as it lives. */
export function renewSession(): void {
  landing!.id = randomId();
}

function begin(url: string, referrer: string): Session {
  return {
    id: randomId(),
    url: url.slice(0, LONGEST),
    referrer: referrer.slice(0, LONGEST / 3),
    at: Date.now(),
  };
}

/** Return a URL, or nothing where it is of this site. */
function outside(url: string): string {
  return isWithin(hostOf(url), ownDomain()) ? "" : url;
}

function keepSession(): void {
  if (isGranted()) {
    const { id, url, referrer } = session;
    writeCookie(SESSION, [id, url, referrer].map(encodeURIComponent).join("|"), SECONDS);
  }
}

function readSession(at: number): Session | undefined {
  if (isGranted()) {
    const [id, url, referrer] = readCookie(SESSION).split("|").map(guard(decodeURIComponent));
    if (id && url) {
      return { id, url, referrer: referrer || "", at };
    }
  }
  return undefined;
}
