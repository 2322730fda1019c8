// Snowplow's Node tracker by POST or GET, the fourth argument: every kind of event it has.
const { newTracker, buildPageView, buildStructEvent, buildSelfDescribingEvent, buildEcommerceTransaction } =
  require("@snowplow/node-tracker");

const [url, key, moment, method] = process.argv.slice(2);
let waiting = 4;
const tracker = newTracker(
  { namespace: "contract", appId: key, encodeBase64: true },
  {
    endpoint: url,
    eventMethod: method,
    bufferSize: method === "post" ? waiting : 1,
    onRequestSuccess: (events) => {
      waiting -= events.length;
    },
    onRequestFailure: (failure) => {
      console.error(failure);
      process.exit(1);
    },
  },
);
tracker.setUserId("u1");
tracker.setDomainUserId("a1");
tracker.setLang("de-DE");

tracker.track(
  buildPageView({
    pageUrl: "https://example.com/docs?utm_source=google",
    pageTitle: "Home",
    referrer: "https://bing.com/",
  }),
);
tracker.track(buildStructEvent({ category: "forms", action: "Lead", value: 10 }), [], {
  type: "ttm",
  value: Date.parse(moment),
});
tracker.track(
  buildSelfDescribingEvent({
    event: { schema: "iglu:com.example/demo_booked/jsonschema/1-0-0", data: { seats: 4 } },
  }),
  [{ schema: "iglu:com.example/plan/jsonschema/1-0-0", data: { name: "pro" } }],
);
tracker.track(buildEcommerceTransaction({ orderId: "o-1", total: 99.95, currency: "EUR" }));
tracker.flush();
