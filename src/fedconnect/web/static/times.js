// Times in the reader's own zone; the page came with UTC's, which is right for "5 min" and "3 h" everywhere.
const HOURS = 12; // as long as this it is told in hours, as web/times.py does
const spoken = document.documentElement.lang;
const region = navigator.languages.find((one) => one.split("-")[0] === spoken && one.includes("-")) || (spoken === "en" ? "en-GB" : spoken);
const midnight = (when) => new Date(when.getFullYear(), when.getMonth(), when.getDate());
const named = new Intl.RelativeTimeFormat(spoken, { numeric: "auto" });

for (const told of document.querySelectorAll("time[datetime]")) {
  const when = new Date(told.dateTime);
  if (Number.isNaN(when.getTime())) continue;
  if (told.title) told.title = when.toLocaleString(region, { dateStyle: "long", timeStyle: "short" });
  const now = new Date();
  if (!("ago" in told.dataset) || now - when < HOURS * 3600000) continue;
  const days = Math.round((midnight(now) - midnight(when)) / 86400000);
  const date = { day: "numeric", month: "short", ...(when.getFullYear() === now.getFullYear() ? {} : { year: "numeric" }) };
  const text = days < 2
    ? `${named.format(-days, "day")} ${when.toLocaleTimeString(region, { hour: "2-digit", minute: "2-digit" })}`
    : when.toLocaleDateString(region, date);
  if (told.textContent !== text) told.textContent = text;
}
