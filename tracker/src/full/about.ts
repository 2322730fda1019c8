import { offer } from "../core/api";
import { isDenied, isGranted } from "../core/consent";
import { googleIds } from "../core/google";
import { goOn } from "../core/session";
import { CLICK_IDS, hostOf, parameters } from "../core/sources";
import type { Texts } from "../core/sources";
import { visitorId } from "../core/visitor";
import { isOwn } from "./domains";

const SEARCH = /(^|\.)(google|bing|yahoo|duckduckgo|yandex|baidu|ecosia|qwant|naver)\./;

/** Return what is known of this visit, as hidden fields want it: texts, empty where unknown. */
export function about(): Texts {
  const told: Texts = {};
  for (const name of (
    "visitor|session|source|medium|campaign|term|content|landing|referrer|" +
    "ga_client_id|ga_session_id|" +
    CLICK_IDS
  ).split("|")) {
    told[name] = "";
  }
  if (isDenied()) {
    return told;
  }
  const session = goOn(true);
  const { url, referrer } = session;
  const clicks = parameters(url, CLICK_IDS);
  const tags = parameters(url, "utm_\\w+");
  const from = hostOf(referrer);
  const host = isOwn(from) ? "" : from.replace(/^www\./, "");
  Object.assign(told, clicks, {
    source: tags.utm_source || host || (Object.keys(clicks)[0] ? "" : "(direct)"),
    medium: tags.utm_medium || medium(host, Object.keys(clicks)[0]),
    campaign: tags.utm_campaign || "",
    term: tags.utm_term || "",
    content: tags.utm_content || "",
    landing: url,
    referrer,
  });
  if (isGranted()) {
    const google = googleIds();
    told.visitor = visitorId();
    told.session = session.id;
    told.ga_client_id = google.client_id || "";
    told.ga_session_id = google.session_id || "";
  }
  return told;
}

/** Offer `headwater("get", fn)`. */
export function offerAbout(): void {
  offer("get", (use: (told: Texts) => void) => use(about()));
}

function medium(host: string, click?: string): string {
  if (click && click !== "fbclid") {
    return "cpc";
  }
  return host ? (SEARCH.test(host) ? "organic" : "referral") : "(none)";
}
