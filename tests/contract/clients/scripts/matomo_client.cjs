// Matomo's Node client: single requests, and a list of them with the time of each.
const MatomoTracker = require("matomo-tracker");

const [url, key] = process.argv.slice(2);
const site = `https://${key.replace("hw_", "site-")}.example`;
const matomo = new MatomoTracker(1, `${url}/matomo.php`);
matomo.on("error", (error) => {
  console.error(error);
  process.exit(1);
});

const visitor = { _id: "6cf853ac0f29da99", uid: "u1" };
matomo.track({
  ...visitor,
  url: `${site}/docs?utm_source=google`,
  urlref: "https://bing.com/",
  action_name: "Home",
  ua: "Mozilla/5.0 (X11; Linux x86_64)",
  lang: "de-DE",
});
const events = [
  { ...visitor, e_c: "Forms", e_a: "Lead", e_v: 10, cdt: "2026-11-01 12:00:00" },
  {
    ...visitor,
    idgoal: 0,
    ec_id: "o-1",
    revenue: "99.95",
    ec_items: JSON.stringify([["S1", "Chair", "Seats", 99.95, 1]]),
  },
];
for (const event of events) {
  event.url = `${site}/order`;
  event.token_auth = key;
}
matomo.trackBulk(events, (answer) => console.log(answer));
