// PostHog's Node client: events, a person, an alias, a company, then the end of the program.
const { PostHog } = require("posthog-node");

const [url, key, moment] = process.argv.slice(2);
const posthog = new PostHog(key, { host: url });
posthog.on("error", (error) => {
  console.error(error);
  process.exit(1);
});

posthog.capture({
  distinctId: "u1",
  event: "Lead",
  properties: { value: 10, currency: "EUR" },
  timestamp: new Date(moment),
});
posthog.capture({
  distinctId: "u1",
  event: "$pageview",
  properties: {
    $current_url: "https://example.com/docs?utm_source=google",
    $referrer: "https://bing.com/",
    title: "Home",
    $device_id: "a1",
  },
});
posthog.capture({
  distinctId: "u1",
  event: "Order Completed",
  properties: { order_id: "o-1", revenue: 99.95, currency: "EUR", products: [{ name: "Chair" }] },
});
posthog.identify({ distinctId: "u1", properties: { email: "ann@example.com", plan: "pro" } });
posthog.alias({ distinctId: "a1", alias: "u1" });
posthog.groupIdentify({ groupType: "company", groupKey: "acme", properties: { name: "Acme" } });
posthog.shutdown();
