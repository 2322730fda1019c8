import { ownDomain, readCookie, VISITOR, writeCookie } from "./cookies";
import { randomId } from "./ids";
import { endpoint } from "./settings";
import { hostOf, isWithin } from "./sources";

const SECONDS = 34560000; // 400 days, the most that browsers allow

let visitor = "";
let isKept = false;
let isLinked = false;

/** Return this browser's id, and keep it; only where consent is granted. */
export function visitorId(): string {
  if (!isKept) {
    const known = readCookie(VISITOR);
    visitor = visitor || (/^[\da-f]{32}$/.test(known) ? known : randomId());
    // One that the collector's answers set on this site stays theirs: written by script, it would live for
    // a week in Safari.
    if (visitor !== known || !isWithin(hostOf(endpoint), ownDomain())) {
      writeCookie(VISITOR, visitor, SECONDS);
    }
    isKept = true;
  }
  return visitor;
}

/** Whether the id came along from another domain. */
export function isVisitorLinked(): boolean {
  return isLinked;
}

/** Take the id that this browser has on another domain. */
export function adoptVisitor(id: string): void {
  visitor = id;
  isLinked = true;
}

/** Forget the id. */
export function forgetVisitor(): void {
  visitor = "";
  isKept = isLinked = false;
}
