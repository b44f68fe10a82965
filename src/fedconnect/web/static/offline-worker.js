// Keeps what is needed to say kindly that there is no line. Pages themselves are never kept: they may be private.
const KEPT = "fedconnect-2";
const NEEDED = ["/offline", "/static/icons.css", "/static/vendor/pico.classless.min.css", "/static/tokens.css", "/static/frame.css", "/static/lists.css", "/static/fedconnect.css", "/static/icon.svg", "/static/icons.svg"];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(NEEDED)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(old).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match("/offline")));
  } else if (NEEDED.includes(new URL(request.url).pathname)) {
    event.respondWith(fetch(request).catch(() => caches.match(request, { ignoreSearch: true })));
  }
});

// A neutral sentence: what it is about is seen only after opening the page.
self.addEventListener("push", (event) => {
  const told = event.data ? event.data.json() : {};
  event.waitUntil(self.registration.showNotification(told.title || "FedConnect", { body: told.body || "", tag: "news", icon: "/static/icon.svg" }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow("/you/news"));
});
