import { setting } from "./settings";

/** What the visitor agreed to, the strictest first. */
const MODES = ["denied", "cookieless", "granted"];

/** Whether the browser sends the Global Privacy Control signal. */
export const hasPrivacySignal = !!(navigator as { globalPrivacyControl?: boolean })
  .globalPrivacyControl;

/** The mode in force: an index of MODES; a word that is none of them counts as denied. */
let level = 0;

/** Take a mode, or the one that `data-gpc` names where the signal is set and that is stricter. */
export function chooseMode(wanted: string): void {
  level = MODES.indexOf(wanted);
  const limit = MODES.indexOf(setting("gpc"));
  if (hasPrivacySignal && limit >= 0) {
    level = Math.min(level, limit);
  }
}

/** Return the mode in force. */
export function mode(): string {
  return MODES[level] || "";
}

/** Whether ids may be kept in the browser. */
export function isGranted(): boolean {
  return level > 1;
}

/** Whether nothing may be sent. */
export function isDenied(): boolean {
  return level < 1;
}
