import { report } from "./events";
import { guard, listen } from "./guard";
import { at, now } from "./moments";
import { address, page } from "./page";
import { setting } from "./settings";
import type { Details, WireEvent } from "./wire";

/** The page view whose title may still change: single-page apps set it after the address. */
let untitled: WireEvent | undefined;
let isSeen = false;

/** Report a view of the page at the present address, or of what is told. */
export function viewPage(details?: Details): void {
  fixTitle();
  const event = report("page_view", { title: document.title, ...details });
  isSeen = isSeen || !!event;
  untitled = details ? undefined : event;
}

/** Report a view of this page where consent came too late for the first. */
export function viewPageOnce(): void {
  if (!isSeen) {
    viewPageByItself();
  }
}

/** Watch for pages: this one, those of a single-page app, and those that the back key revives. */
export function watchPages(): void {
  at("send", fixTitle);
  listen(window, "pageshow", (event: PageTransitionEvent) => {
    if (event.persisted) {
      viewPageByItself();
    }
  });
  const moved = guard(move);
  for (const name of ["pushState", "replaceState"] as const) {
    const original = history[name];
    history[name] = function (...given: Parameters<typeof original>) {
      original.apply(this, given);
      moved(name);
    };
  }
  listen(window, "popstate hashchange", () => move());
  viewPageByItself();
}

function viewPageByItself(): void {
  if (setting("pages") !== "manual") {
    viewPage();
  }
}

/** An app that only tidies its query string in place shows no other page. */
function move(how?: string): void {
  const url = address();
  const rest = how === "replaceState" ? /\?.*/ : "";
  if (url.replace(rest, "") !== page.url.replace(rest, "")) {
    fixTitle();
    now("leave");
    page.referrer = page.url;
    page.url = url;
    viewPageByItself();
  }
}

function fixTitle(): void {
  if (untitled) {
    untitled.title = document.title;
    untitled = undefined;
  }
}
