// Umami's Node client: a page view, events, a person.
const { Umami } = require("@umami/node");

const [url, key] = process.argv.slice(2);
const umami = new Umami({ hostUrl: url, websiteId: key });
const page = {
  hostname: `${key.replace("hw_", "site-")}.example`,
  url: "/docs?utm_source=google",
  referrer: "https://bing.com/",
  title: "Home",
  language: "de-DE",
  id: "u1",
};

async function tell() {
  await umami.track(page);
  await umami.track({ ...page, name: "Lead", data: { revenue: 10, currency: "EUR" } });
  const order = { revenue: 99.95, currency: "EUR", order_id: "o-1" };
  await umami.track({ ...page, name: "purchase", data: order });
  const answer = await umami.identify({ email: "ann@example.com", plan: "pro" });
  console.log(answer.status, await answer.text());
}

tell().catch((error) => {
  console.error(error);
  process.exit(1);
});
