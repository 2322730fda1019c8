import { ownDomain } from "../core/cookies";
import { settingList } from "../core/settings";
import { isWithin } from "../core/sources";

/** Domains of the same company, to which visitors take their id along: `data-domains`. */
const linked = settingList("domains");

/** Whether a host is this site's, or of a linked domain. */
export function isOwn(host: string): boolean {
  return isHere(host) || isLinked(host);
}

/** Whether a host is of a linked domain that does not see this site's cookies. */
export function isElsewhere(host: string): boolean {
  return !isHere(host) && isLinked(host);
}

function isLinked(host: string): boolean {
  return linked.some((domain) => isWithin(host, domain));
}

function isHere(host: string): boolean {
  return isWithin(host, ownDomain());
}
