// RudderStack's Node client: every call it has, then the end of the program.
const Analytics = require("@rudderstack/rudder-sdk-node");

const [url, key, moment] = process.argv.slice(2);
const analytics = new Analytics(key, { dataPlaneUrl: url, flushInterval: 100 });
const both = { userId: "u1", anonymousId: "a1" };

analytics.identify({ ...both, traits: { email: "ann@example.com", plan: "pro" } });
analytics.track({
  userId: "u1",
  event: "Lead",
  properties: { value: 10, currency: "EUR" },
  timestamp: new Date(moment),
});
analytics.page({
  ...both,
  category: "Docs",
  name: "Home",
  properties: {
    title: "Home",
    url: "https://example.com/docs?utm_source=google",
    referrer: "https://bing.com/",
  },
});
analytics.screen({ userId: "u1", name: "Start" });
analytics.group({ userId: "u1", groupId: "acme", traits: { name: "Acme" } });
analytics.alias({ previousId: "a1", userId: "u1" });
analytics.track({
  userId: "u1",
  event: "Order Completed",
  properties: {
    order_id: "o-1",
    revenue: 99.95,
    currency: "EUR",
    products: [{ name: "Chair" }],
  },
});
analytics.flush((error) => {
  if (error) console.error(error);
  process.exit(error ? 1 : 0);
});
