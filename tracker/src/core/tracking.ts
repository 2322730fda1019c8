import { report } from "./events";
import type { User } from "./wire";

/**
 * Report a custom event. What orders and carts have by GA4's names goes where it belongs, and
 * `user` (who this event makes known) to the person; the rest are its properties.
 */
export function track(name: string, given?: Record<string, any>): void {
  const { value, currency, items, transaction_id, order_id, user, ...properties } = given || {};
  report(name, {
    value: value == null ? value : String(value),
    currency,
    order_id: order_id || transaction_id,
    items,
    user,
    properties,
  });
}

/** Say who the visitor is: an id, or any of id, email, phone, name, company. */
export function identify(user: User | string | number): void {
  report("identify", { user: typeof user === "object" ? user : { id: user } });
}
