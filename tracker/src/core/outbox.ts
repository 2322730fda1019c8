import { isGranted } from "./consent";
import { eraseCookies } from "./cookies";
import { guard, listen } from "./guard";
import { randomId } from "./ids";
import { now } from "./moments";
import { endpoint } from "./settings";
import { keepText, takeTexts } from "./store";
import type { WireEvent } from "./wire";

/** Events with one head, sent as one request. */
interface Batch {
  /** What all its events share, as JSON. */
  head: string;
  events: WireEvent[];
  bytes: number;
  isUnderway?: boolean;
}

const MOST_EVENTS = 100;
const MOST_BYTES = 60000; // the collector takes 64 KB
const MOST_BATCHES = 30;
const OLDEST = 7 * 86400e3;
const SOON = 200;
const LONGEST_WAIT = 86400e3;

/** The name under which this page keeps what is unsent. */
const page = randomId();

let batches: Batch[] = [];
let isKept = false;
let failures = 0;
/** When to try again: after a failure, or when the collector said. */
let retryAt = 0;
let toldRetryAt = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Take an event; it is sent soon. One too large to be sent is dropped. */
export function post(told: object, event: WireEvent): void {
  const head = JSON.stringify(told);
  const bytes = size(JSON.stringify(event));
  let last = batches[batches.length - 1];
  if (
    !last ||
    last.isUnderway ||
    last.head !== head ||
    last.events.length >= MOST_EVENTS ||
    last.bytes + bytes > MOST_BYTES
  ) {
    last = { head, events: [], bytes: size(head) };
    if (last.bytes + bytes > MOST_BYTES) {
      return;
    }
    add([last]);
  }
  last.events.push(event);
  last.bytes += bytes;
  sendSoon();
}

/** Begin: take over what earlier pages could not send, and send all when the page hides. */
export function openOutbox(): void {
  takeOver();
  listen(window, "online", () => {
    retryAt = toldRetryAt;
    send();
  });
  listen(window, "pagehide visibilitychange", (event) => {
    if (event.type === "pagehide" || document.hidden) {
      now("leave");
      send(true);
      keep();
    }
  });
}

/** Take over what was kept, where keeping is granted. */
export function takeOver(): void {
  if (isGranted()) {
    takeTexts().forEach(
      guard((text: string) => {
        const [until, kept] = JSON.parse(text) as [number, Batch[]];
        retryAt = toldRetryAt = Math.max(toldRetryAt, until);
        for (const batch of kept) {
          if (batch.events[0]!.at > Date.now() - OLDEST) {
            batch.isUnderway = false;
            add([batch]);
          }
        }
      }),
    );
    keep();
    sendSoon();
  }
}

/** Forget everything that is unsent, here and in storage. */
export function emptyOutbox(): void {
  batches = [];
  takeTexts();
}

function add(more: Batch[]): void {
  batches = batches.concat(more).slice(-MOST_BATCHES);
}

/** Send what there is now, unless it is to wait; all at once when the page goes. */
function send(isLast?: boolean): void {
  clearTimeout(timer);
  timer = undefined;
  now("send");
  if (Date.now() < retryAt) {
    sendSoon();
  } else {
    // One after the other: browsers let 64 KB outlive a page, and refuse what is beyond.
    const idle = batches.filter((batch) => !batch.isUnderway);
    if (isLast || idle.length === batches.length) {
      idle.slice(0, isLast ? MOST_BATCHES : 1).forEach((batch) => deliver(batch, isLast));
    }
  }
}

function sendSoon(): void {
  if (!timer && batches[0]) {
    // Browsers take a wait of more than 24 days for none.
    timer = setTimeout(guard(send), Math.min(LONGEST_WAIT, Math.max(SOON, retryAt - Date.now())));
  }
}

function deliver(batch: Batch, isLast?: boolean): void {
  const body =
    batch.head.slice(0, -1) + `,"sent_at":${Date.now()},"events":${JSON.stringify(batch.events)}}`;
  batch.isUnderway = true;
  // A page that is left by a link is not hidden yet while it is told so.
  if (isGranted() && (isLast || document.hidden) && !("keepalive" in Request.prototype)) {
    settle(batch, navigator.sendBeacon(endpoint, body) ? 204 : 0);
  } else {
    fetch(endpoint, {
      method: "POST",
      body,
      // A large one could still be under way for the browser when the next is asked for.
      keepalive: batch.bytes < MOST_BYTES / 2,
      credentials: isGranted() ? "include" : "omit",
    }).then(
      guard((answer: Response) => settle(batch, answer.status, answer.headers.get("retry-after"))),
      guard(() => settle(batch, 0)),
    );
  }
}

/** The batch is done with unless it should come again: no answer, or not now. */
function settle(batch: Batch, status: number, retryAfter?: string | null): void {
  batch.isUnderway = false;
  if (!isGranted() && batch.head.includes('"granted"')) {
    eraseCookies(); // withdrawn while the answer set it once more
  }
  if (status && status < 500 && status !== 429 && status !== 408) {
    failures = retryAt = toldRetryAt = 0;
    batches = batches.filter((one) => one !== batch);
  } else {
    const told = 1000 * +(retryAfter || 0) || 0;
    retryAt = Date.now() + (told || Math.min(600e3, 5e3 * 2 ** failures++));
    toldRetryAt = told && retryAt;
    isKept = true;
  }
  if (isKept) {
    keep();
  }
  send();
}

/** Keep what is unsent for the next page. Engagement under way is not worth a second try. */
function keep(): void {
  if (isGranted()) {
    const unsent = batches.filter(
      (batch) =>
        !batch.isUnderway ||
        !navigator.onLine ||
        batch.events.some((event) => event.name !== "engagement"),
    );
    isKept = !!unsent[0];
    keepText(page, isKept ? JSON.stringify([toldRetryAt, unsent]) : "");
  }
}

function size(text: string): number {
  return new Blob([text]).size;
}
