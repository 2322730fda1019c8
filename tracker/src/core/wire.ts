/** Who somebody is. */
export interface User {
  id?: string | number;
  email?: string;
  phone?: string;
  name?: string;
  company?: string;
  message?: string;
}

/** What of an event is told by itself, beside its name and time; what is undefined is not sent. */
export interface Details {
  url?: string;
  referrer?: string;
  title?: string;
  value?: string | undefined;
  currency?: string | undefined;
  order_id?: string | undefined;
  /** The lines of an order or a basket, with the names of GA4. */
  items?: unknown;
  user?: User | undefined;
  properties?: Record<string, unknown>;
}

/** One event as `POST /e` takes it; `at` is in milliseconds. */
export interface WireEvent extends Details {
  id: string;
  name: string;
  at: number;
}
