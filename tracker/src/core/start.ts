import { agree } from "./agreeing";
import { answerCalls, offer } from "./api";
import { chooseMode } from "./consent";
import { openOutbox } from "./outbox";
import { address, page } from "./page";
import { viewPage, watchPages } from "./pages";
import { land } from "./session";
import { setting } from "./settings";
import { identify, track } from "./tracking";

/** Begin, with what the features offer beside the core's own commands. */
export function start(): void {
  chooseMode(setting("consent") || "granted");
  page.url = address();
  page.referrer = document.referrer;
  land();
  offer("track", track);
  offer("identify", identify);
  offer("page", viewPage);
  offer("consent", agree);
  openOutbox();
  answerCalls();
  watchPages();
}

/** Call the action once the page is shown; browsers prepare pages that may never be. */
export function whenShown(action: () => void): void {
  if ((document as { prerendering?: boolean }).prerendering) {
    document.addEventListener("prerenderingchange", action, { once: true });
  } else {
    action();
  }
}
