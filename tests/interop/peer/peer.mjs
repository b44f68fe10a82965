// A peer that is not ours: Fedify speaks the protocol, this file tells one story and checks it from its own store.
// It knows the board by its handle alone. Each step prints a line of JSON; the exit status is 0 only if all held.
import { createSign, createHash, generateKeyPairSync } from "node:crypto";
import { Temporal } from "@js-temporal/polyfill";
import { Create, Delete, Flag, Follow, Like, Mention, Note, PUBLIC_COLLECTION, Tombstone, Undo, Update } from "@fedify/vocab";
import { start } from "./server.mjs";

const { HANDLE, PORT, CERT, KEY, TRUST_ANYBODY, SOFTWARE, STORY } = process.env;
const store = []; // everything that our inbox let through, in order
const { origin, ctx } = await start({
  port: PORT, cert: CERT, key: KEY, names: { zoe: "Zoë of the other server", yan: "Yan" }, software: SOFTWARE,
  trustAnybody: TRUST_ANYBODY === "1",
  keep: async (type, activity) => {
    const text = type === "Create" ? String((await activity.getObject())?.content ?? "") : "";
    store.push({ type, actor: activity.actorId?.href, object: activity.objectId?.href, activity, text });
  },
});
const me = ctx.getActorUri("zoe");
let board;

const say = (step) => console.log(JSON.stringify({ step }));
function hold(truth, what) {
  if (!truth) throw new Error(`did not hold: ${what}`);
  say(what);
}
async function until(find, what, seconds = 20) {
  for (let i = 0; i < seconds * 20; i++) {
    const found = store.find(find);
    if (found) { say(what); return found; }
    await new Promise((later) => setTimeout(later, 50));
  }
  throw new Error(`never came: ${what}; have ${JSON.stringify(store.map(({ type, object }) => ({ type, object })))}`);
}
const send = (activity, to = board) => ctx.sendActivity({ identifier: "zoe" }, to, activity, { immediate: true });

function note(id, text, extra = {}) {
  return new Note({
    id: new URL(`/notes/${id}`, origin), attribution: me, to: PUBLIC_COLLECTION, cc: board.id,
    content: `<p>${text} <a href="${board.id.href}" class="u-url mention">@<span>board</span></a></p>`,
    published: Temporal.Instant.from("2026-11-01T10:00:00Z"),
    tags: [new Mention({ href: board.id, name: HANDLE })], ...extra,
  });
}
const wrap = (Kind, id, object) =>
  new Kind({ id: new URL(`/activities/${id}`, origin), actor: me, object, to: PUBLIC_COLLECTION, cc: board.id });

// What the board must refuse: nothing signed, and something signed with a key that is not ours.
async function probe(sign) {
  const url = new URL(board.inboxId.href);
  const body = JSON.stringify({
    "@context": "https://www.w3.org/ns/activitystreams", id: `${origin}/activities/forged-${sign}`, type: "Follow",
    actor: me.href, object: board.id.href });
  const headers = { "Content-Type": "application/activity+json" };
  if (sign) {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const digest = "SHA-256=" + createHash("sha256").update(body).digest("base64");
    const date = new Date().toUTCString();
    const base = `(request-target): post ${url.pathname}\nhost: ${url.host}\ndate: ${date}\ndigest: ${digest}`;
    const value = createSign("RSA-SHA256").update(base).sign(privateKey, "base64");
    Object.assign(headers, { Date: date, Digest: digest, Signature:
      `keyId="${me.href}#main-key",algorithm="rsa-sha256",headers="(request-target) host date digest",signature="${value}"` });
  }
  return (await fetch(url, { method: "POST", headers, body })).status;
}

// What we must refuse ourselves: an announcement that nobody signed.
async function refuse() {
  const forged = { "@context": "https://www.w3.org/ns/activitystreams", id: `${board.id.href}#forged`, type: "Announce",
    actor: board.id.href, to: PUBLIC_COLLECTION.href, object: `${origin}/notes/forged` };
  const answer = await fetch(`${origin}/inbox`, {
    method: "POST", headers: { "Content-Type": "application/activity+json" }, body: JSON.stringify(forged) });
  return answer.status;
}

// Somebody who never opens a web page: follows the companion, writes to the letter, and says stop.
async function quiet() {
  const host = HANDLE.split("@")[2];
  const companion = await ctx.lookupObject(`@respite_quiet@${host}`);
  hold(companion?.constructor.name === "Service", "the companion is found by its handle");
  await send(wrap(Follow, "follow-companion", companion.id), companion);
  await until((one) => one.type === "Accept" && one.actor === companion.id.href, "it accepts a follow itself");
  const letter = await ctx.lookupObject(`@letter@${host}`);
  hold(letter?.constructor.name === "Service", "the letter is found by its handle");
  const ask = (id, words) => send(new Create({
    id: new URL(`/activities/${id}`, origin), actor: me, to: letter.id,
    object: new Note({ id: new URL(`/notes/${id}`, origin), attribution: me, to: letter.id, content: `<p>${words}</p>`,
      tags: [new Mention({ href: letter.id, name: "@letter" })] }) }), letter);
  const written = (find, what) => until(
    (one) => one.type === "Create" && one.actor === letter.id.href && find(one.text), what, 40);
  await ask("ask", "topics sitter, sleep");
  await written((text) => text.includes("once a week, about: sitter, sleep"), "it answers in private");
  await send(wrap(Create, "create-quiet", note("quiet", "How do you find a sitter?")));
  const yan = ctx.getActorUri("yan"); // a letter brings nobody their own post
  await ctx.sendActivity({ identifier: "yan" }, board, new Create({
    id: new URL("/activities/create-yans", origin), actor: yan, to: PUBLIC_COLLECTION, cc: board.id,
    object: note("yans", "A sitter for the evenings?", { attribution: yan }) }), { immediate: true });
  await until((one) => one.type === "Create" && one.actor === board.id.href, "the post is taken");
  say("seven hours pass");
  const boosted = await until(
    (one) => one.type === "Announce" && one.actor === companion.id.href, "the companion boosts what nobody answered", 60);
  const whose = { [`${origin}/notes/quiet`]: "zoe", [`${origin}/notes/yans`]: "yan" }[boosted.object];
  hold(whose, "by its plain id");
  await written((text) => /threads\/\d+/.test(text) && text.includes("sitter for the evenings"), "and a letter brings another’s link");
  const author = ctx.getActorUri(whose);
  const told = store.find((one) => one.type === "Create" && one.actor === board.id.href
    && one.activity.toIds.some((to) => to.href === author.href));
  await ctx.sendActivity({ identifier: whose }, board, new Create({
    id: new URL("/activities/stop", origin), actor: author, to: board.id,
    object: new Note({ id: new URL("/notes/stop", origin), attribution: author, to: board.id, content: "<p>stop</p>",
      replyTarget: (await told.activity.getObject()).id, tags: [new Mention({ href: board.id, name: HANDLE })] }) }), { immediate: true });
  await until((one) => one.type === "Undo" && one.actor === companion.id.href, "after a stop the boost is undone");
  say("all held");
  process.exit(0);
}

// Somebody who minds a post of somebody else's server: reports it, sees its boost undone, and made anew after an
// objection. Fedify drops an activity whose id it has met before.
async function minds() {
  await send(wrap(Follow, "follow", board.id));
  await until((one) => one.type === "Accept", "the follow is accepted");
  const announced = await until((one) => one.type === "Announce", "somebody's post is announced", 60);
  await send(new Flag({
    id: new URL("/activities/minds", origin), actor: me, object: new URL(announced.object), content: "This mocks my sister" }));
  say("it is reported");
  const undone = await until((one) => one.type === "Undo", "the announcement is undone", 90);
  hold(undone.actor === board.id.href, "by the board itself");
  hold((await undone.activity.getObject()).objectId.href === announced.object, "of the same post");
  const anew = await until(
    (one) => one.type === "Announce" && one.activity.id.href !== announced.activity.id.href, "it is announced anew", 120);
  hold(anew.object === announced.object, "the very post");
  say("all held");
  process.exit(0);
}

try {
  board = await ctx.lookupObject(HANDLE);
  if (STORY === "case") await minds();
  if (STORY === "quiet") await quiet();
  hold(board?.constructor.name === "Group", "the board is found by its handle");
  hold((await probe(false)) === 401, "the board refuses what is unsigned");
  hold((await probe(true)) === 401, "the board refuses a signature by another key");
  hold((await refuse()) === 401, "this peer refuses what is unsigned");

  await send(wrap(Follow, "follow", board.id));
  const accepted = await until((one) => one.type === "Accept", "the follow is accepted");
  hold(accepted.actor === board.id.href, "by the board itself");

  const first = note("first", "How do you find a sitter?");
  await send(wrap(Create, "create-first", first));
  const announced = await until((one) => one.type === "Announce", "the post is announced");
  const enveloped = SOFTWARE === "lemmy";
  if (enveloped) {
    hold(announced.object === `${origin}/activities/create-first`, "in an envelope around its author's own Create");
  } else hold(announced.object === first.id.href, "by its plain id");
  const told = await until((one) => one.type === "Create", "its author is told in private");
  const letter = await told.activity.getObject();
  hold(letter.replyTargetId.href === first.id.href && letter.toIds.length === 1 && letter.toIds[0].href === me.href,
    "in reply to the post, and nobody else");
  hold(/threads\/\d+/.test(letter.content.toString()), "with the thread's address");
  const page = letter.content.toString().match(/href="([^"]*threads[^"]*)"/)[1];
  const read = async () => (await fetch(page, { headers: { Accept: "text/html" } })).text();

  await send(wrap(Create, "create-reply", note("reply", "Ask at the school.", { replyTarget: first.id })));
  const eventually = async (holds, what) => {
    for (let i = 0; i < 200; i++) {
      if (holds(await read())) return say(what);
      await new Promise((later) => setTimeout(later, 100));
    }
    throw new Error(`never shown: ${what}`);
  };
  await eventually((text) => text.includes("Ask at the school."), "the reply stands in the thread");
  await send(wrap(Update, "update-reply", note("reply", "Ask at the nursery.", {
    replyTarget: first.id, updated: Temporal.Instant.from("2026-11-02T10:00:00Z") })));
  await eventually((text) => text.includes("nursery") && !text.includes("school"), "the edit is shown");
  const like = wrap(Like, "like-first", first.id);
  await send(like);
  await send(wrap(Undo, "undo-like", like));
  await send(new Flag({ id: new URL("/activities/flag", origin), actor: me, object: first.id, content: "Please look" }));
  await send(wrap(Delete, "delete-reply", new Tombstone({ id: new URL("/notes/reply", origin) })));
  await eventually((text) => !text.includes("nursery"), "the deleted reply is gone");
  const announcements = () => store.filter((one) => one.type === "Announce");
  if (enveloped) {
    await until(() => announcements().length === 4, "the reply, its edit and its end came in envelopes too");
  } else hold(announcements().length === 1, "replies were not announced");
  await send(wrap(Delete, "delete-first", new Tombstone({ id: first.id })));
  if (enveloped) await until(() => announcements().length === 5, "and so does the end of the thread");
  else await until((one) => one.type === "Undo", "the announcement of a deleted post is undone");
  hold((await fetch(page)).status === 410, "and its page says that it is gone");
  say("all held");
  process.exit(0);
} catch (error) {
  console.log(JSON.stringify({ failed: String(error?.stack ?? error) }));
  process.exit(1);
}
