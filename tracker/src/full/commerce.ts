import { setting } from "../core/settings";
import { guard } from "../core/guard";
import { track } from "../core/tracking";

const NAMES =
  /^(begin_checkout|purchase|refund|generate_lead|(add|remove|view|select)_\w*(cart|wishlist|item|item_list|promotion|info))$/;

type Entry = Record<string, any>;

/** Report the e-commerce events of GA4 that the page pushes to `data-datalayer`, before and now. */
export function watchDataLayer(): void {
  const name = setting("datalayer");
  if (name) {
    const host = window as unknown as Record<string, Entry[]>;
    const layer = (host[name] = host[name] || []);
    const read = guard(tell);
    layer.forEach((entry) => read(entry));
    const { push } = layer;
    layer.push = function (...entries) {
      const length = push.apply(this, entries);
      entries.forEach((entry) => read(entry));
      return length;
    };
  }
}

/** `{event, ecommerce}` of a tag manager, or the arguments of `gtag("event", name, parameters)`. */
function tell(entry: Entry): void {
  const isCall = entry[0] === "event";
  const name = isCall ? entry[1] : entry.event;
  if (NAMES.test(name)) {
    track(name, isCall ? entry[2] : entry.ecommerce || {});
  }
}
