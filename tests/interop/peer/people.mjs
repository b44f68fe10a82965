// People who live on a server that is not ours and never sign in anywhere else. What they do comes as lines of JSON on the
// standard input, and what reaches them goes out as such lines: {kind, to, actor, id, object, replyTo, html}.
import { createInterface } from "node:readline";
import { Create, Follow, Like, Mention, Note, PUBLIC_COLLECTION } from "@fedify/vocab";
import { start } from "./server.mjs";

const { PORT, CERT, KEY, NAMES } = process.env;
const tell = (line) => console.log(JSON.stringify(line));
const posts = new Map();
const { origin, ctx } = await start({
  posts, port: PORT, cert: CERT, key: KEY, software: "fedify", trustAnybody: false,
  names: Object.fromEntries(NAMES.split(" ").map((name) => [name, name])),
  keep: async (kind, activity) => {
    const about = kind === "Create" ? await activity.getObject() : null;
    tell({
      kind, actor: activity.actorId?.href, object: activity.objectId?.href, id: about?.id?.href,
      to: activity.toIds.map((one) => one.href), replyTo: about?.replyTargetId?.href, html: about?.content?.toString(),
    });
  },
});

let count = 0;
const known = new Map();
async function find(handle) {
  if (!known.has(handle)) known.set(handle, await ctx.lookupObject(handle));
  return known.get(handle);
}

const deeds = {
  async follow(me, { whom }) {
    const somebody = await find(whom);
    return [somebody, new Follow({ id: new URL(`/activities/${++count}`, origin), actor: me, object: somebody.id })];
  },
  // `replyTo` is a post; what is not `open` is for the one who is named alone.
  async write(me, { whom, words, replyTo, open }) {
    const somebody = await find(whom);
    const to = open ? PUBLIC_COLLECTION : somebody.id, cc = open ? somebody.id : undefined;
    const note = new Note({
      id: new URL(`/notes/${++count}`, origin), attribution: me, to, cc, content: `<p>${words}</p>`,
      replyTarget: replyTo ? new URL(replyTo) : undefined, tags: [new Mention({ href: somebody.id, name: whom })],
    });
    if (open) posts.set(String(count), note);
    return [somebody, new Create({ id: new URL(`/activities/${count}`, origin), actor: me, object: note, to, cc }), note.id.href];
  },
  async like(me, { whom, post }) {
    const somebody = await find(whom);
    return [somebody, new Like({ id: new URL(`/activities/${++count}`, origin), actor: me, object: new URL(post) })];
  },
};

tell({ ready: origin });
for await (const line of createInterface({ input: process.stdin })) {
  const { who, deed, ...more } = JSON.parse(line);
  try {
    const [somebody, activity, made] = await deeds[deed](ctx.getActorUri(who), more);
    await ctx.sendActivity({ identifier: who }, somebody, activity, { immediate: true });
    tell({ done: made ?? activity.id.href });
  } catch (error) {
    tell({ failed: String(error?.stack ?? error) });
  }
}
