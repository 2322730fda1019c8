import { hasPrivacySignal, isDenied, isGranted, mode } from "./consent";
import { googleIds } from "./google";
import { randomId } from "./ids";
import { post } from "./outbox";
import { page } from "./page";
import { goOn } from "./session";
import { setting } from "./settings";
import { clickIds } from "./sources";
import { isVisitorLinked, visitorId } from "./visitor";
import type { Details, WireEvent } from "./wire";

/** Later than any event before it, so that their order is known. */
let latest = 0;

/** Report an event of this page; nothing where consent is denied. */
export function report(name: string, details?: Details): WireEvent | undefined {
  if (isDenied()) {
    return undefined;
  }
  latest = Math.max(latest + 1, Date.now());
  const event = { id: randomId(), name, at: latest, ...page, ...details };
  post(head(name === "engagement"), event);
  return event;
}

/** What the events of a moment share. Without consent to ids, nothing is read that was kept. */
function head(isQuiet: boolean): object {
  const session = goOn(isQuiet);
  const shared = {
    key: setting("key"),
    consent: mode(),
    language: navigator.language,
    screen: screen.width + "x" + screen.height,
    gpc: hasPrivacySignal,
    clicks: clickIds(session.url),
    landing: { url: session.url, referrer: session.referrer },
  };
  return isGranted()
    ? {
        ...shared,
        visitor: visitorId(),
        linked: isVisitorLinked(),
        session: session.id,
        ga: googleIds(),
      }
    : shared;
}
