import { guard } from "./guard";

/** `send`: before a request is made; `leave`: before the page changes or hides. */
type Moment = "send" | "leave";

const actions: Record<Moment, (() => unknown)[]> = { send: [], leave: [] };

/** Call the action, safely, at each such moment. */
export function at(moment: Moment, action: () => unknown): void {
  actions[moment].push(guard(action));
}

/** It is such a moment. */
export function now(moment: Moment): void {
  actions[moment].forEach((action) => action());
}
