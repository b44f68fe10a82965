// Small conveniences. Every page works without this file.
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/offline-worker.js").catch(() => {});

// Leave quickly: by the link, or by pressing Escape twice. The page is replaced, so that Back does not return to it.
const exit = document.querySelector(".exit");
if (exit) {
  let last = 0;
  const leave = () => {
    document.body.hidden = true;
    location.replace(exit.href);
  };
  exit.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (event.timeStamp - last < 800) leave();
    last = event.timeStamp;
  });
}

// What was pressed before a permission was missing is done when it comes back; without this file by its button.
const atOnce = document.querySelector("form[data-at-once]");
if (atOnce) atOnce.submit();

// Keys: j and k from post to post, / to search, n to write, ? for this list. They rest while somebody types.
const keys = document.getElementById("keys");
if (keys && localStorage.getItem("keys") !== "off") {
  const stops = () => [...document.querySelectorAll("main article")];
  const step = (by) => {
    const all = stops();
    const now = all.findIndex((one) => one.contains(document.activeElement));
    const next = all[Math.min(Math.max(now + by, 0), all.length - 1)];
    const target = next && (next.querySelector("a[href]") || next);
    if (target) target.focus();
  };
  const go = (selector) => {
    const link = document.querySelector(selector);
    if (link) link.click();
  };
  const deeds = {
    j: () => step(1),
    k: () => step(-1),
    "/": () => location.assign("/search"),
    n: () => go('a[href$="/new"], a[href$="/reply"]'),
    "?": () => keys.showModal(),
  };
  addEventListener("keydown", (event) => {
    const typing = event.target.closest && event.target.closest("input, textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || keys.open || !(event.key in deeds)) return;
    event.preventDefault();
    deeds[event.key]();
  });
  keys.querySelector("[data-off]").addEventListener("click", () => {
    localStorage.setItem("keys", "off");
    location.reload();
  });
}

// What was done just now is spoken too: a line that stood there from the beginning is not.
const status = document.querySelector('.said [role="status"]');
if (status) {
  const spoken = status.cloneNode();
  spoken.className = "unseen";
  status.removeAttribute("role");
  status.after(spoken);
  setTimeout(() => (spoken.textContent = status.textContent), 150);
}

// Copy a handle.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.done;
  });
}

// One fold of ways is open at a time; Escape or a press beside it closes it.
const folds = () => document.querySelectorAll("details.more-ways[open], details.follow[open]");
addEventListener("click", (event) => folds().forEach((one) => one.contains(event.target) || one.removeAttribute("open")));
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  folds().forEach((one) => {
    one.removeAttribute("open");
    one.querySelector("summary").focus();
  });
});

// Be told on this device: the browser asks its person, then its push service for an address.
const push = document.querySelector(".push");
if (push && "serviceWorker" in navigator && "PushManager" in window) {
  const [start, end] = push.querySelectorAll("form");
  const asText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  navigator.serviceWorker.ready.then(async (worker) => {
    const held = await worker.pushManager.getSubscription();
    start.hidden = Boolean(held);
    end.hidden = !held;
    push.classList.add("ready");
    end.addEventListener("submit", () => held && held.unsubscribe());
    start.addEventListener("submit", async (event) => {
      event.preventDefault();
      if ((await Notification.requestPermission()) !== "granted") return;
      const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: push.dataset.key });
      start.elements.endpoint.value = made.endpoint;
      start.elements.p256dh.value = asText(made.getKey("p256dh"));
      start.elements.auth.value = asText(made.getKey("auth"));
      start.submit();
    });
  });
}

// What was really seen: half of a post, or half a screen of it, for one second. Its token goes home, once, in batches.
const posts = document.querySelectorAll("[data-seen]");
if (posts.length && "IntersectionObserver" in window) {
  const begun = new Map();
  let seen = [];
  const send = () => {
    if (!seen.length) return;
    navigator.sendBeacon("/seen", new URLSearchParams({ tokens: seen.splice(0, 50).join(" ") }));
    if (seen.length) send();
  };
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { target, intersectionRatio, intersectionRect } of entries) {
        clearTimeout(begun.get(target));
        if (intersectionRatio < 0.5 && intersectionRect.height < innerHeight / 2) continue;
        begun.set(target, setTimeout(() => {
          if (document.visibilityState !== "visible") return;
          watcher.unobserve(target);
          seen.push(target.dataset.seen);
        }, 1000));
      }
    },
    { threshold: [0, 0.1, 0.25, 0.5, 0.75, 1] },
  );
  posts.forEach((post) => watcher.observe(post));
  setInterval(send, 4000);
  addEventListener("visibilitychange", () => document.visibilityState === "hidden" && send());
}

// The reader's own time zone, where a form asks for one.
const zone = document.querySelector("[data-zone]");
if (zone) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || zone.value;
