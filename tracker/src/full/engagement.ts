import { report } from "../core/events";
import { guard, listen } from "../core/guard";
import { at } from "../core/moments";

const FIRST_BEAT = 15e3;
const RAREST_BEAT = 960e3;
const LONGEST_SPAN = 1800e3;

/** How long the page was visible since the last report, and how far down it was scrolled. */
let visible = 0;
let since = 0;
let deepest = 0;

/** Report how long a page is looked at: where it is left, and ever more rarely meanwhile. */
export function watchEngagement(): void {
  listen(window, "scroll", look);
  listen(document, "visibilitychange", count);
  at("leave", () => {
    tell();
    deepest = 0;
  });
  count();
  beat(FIRST_BEAT);
}

function beat(wait: number): void {
  setTimeout(
    guard(() => {
      if (!document.hidden) {
        tell();
      }
      beat(Math.min(wait * 2, RAREST_BEAT));
    }),
    wait,
  );
}

function tell(): void {
  count();
  look();
  if (visible > 999) {
    report("engagement", {
      properties: { engagement_time_msec: Math.round(visible), percent_scrolled: deepest },
    });
    visible = 0;
  }
}

function count(): void {
  const now = performance.now();
  if (since) {
    visible += Math.min(now - since, LONGEST_SPAN);
  }
  since = document.hidden ? 0 : now;
}

function look(): void {
  const height = document.documentElement.scrollHeight || 1;
  const share = Math.round((100 * (scrollY + innerHeight)) / height);
  deepest = Math.max(deepest, Math.min(100, share));
}
