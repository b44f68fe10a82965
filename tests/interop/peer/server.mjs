// A server that is not ours: Fedify speaks the protocol for the people who live on it.
import { createServer } from "node:https";
import { readFileSync } from "node:fs";
import { createFederation, generateCryptoKeyPair, MemoryKvStore } from "@fedify/fedify";
import { Accept, Announce, Create, Endpoints, Note, Person, Undo } from "@fedify/vocab";

// Start a server for these people, by name; `keep` is told of everything that its inbox let through, in order. Whoever asks
// gets `posts`, by number.
export async function start({ port, cert, key, names, software, trustAnybody, keep, posts = new Map() }) {
  const origin = `https://127.0.0.1:${port}`;
  const keys = await generateCryptoKeyPair("RSASSA-PKCS1-v1_5");
  const federation = createFederation({
    kv: new MemoryKvStore(), allowPrivateAddress: true, origin, skipSignatureVerification: trustAnybody,
  });
  federation
    .setActorDispatcher("/users/{identifier}", async (ctx, identifier) => {
      if (!(identifier in names)) return null;
      const [pair] = await ctx.getActorKeyPairs(identifier);
      return new Person({
        id: ctx.getActorUri(identifier),
        preferredUsername: identifier,
        name: names[identifier],
        indexable: true,
        inbox: ctx.getInboxUri(identifier),
        endpoints: new Endpoints({ sharedInbox: ctx.getInboxUri() }),
        publicKey: pair.cryptographicKey,
      });
    })
    .setKeyPairsDispatcher(() => [keys]);
  federation.setObjectDispatcher(Note, "/notes/{number}", (_ctx, { number }) => posts.get(number) ?? null);
  const listeners = federation.setInboxListeners("/users/{identifier}/inbox", "/inbox");
  for (const [type, Kind] of Object.entries({ Accept, Announce, Create, Undo }))
    listeners.on(Kind, (_ctx, activity) => keep(type, activity));
  listeners.onError((_ctx, error) => console.error(error));
  federation.setNodeInfoDispatcher("/nodeinfo/2.1", () => ({
    software: { name: software, version: "1.0.0" }, protocols: ["activitypub"],
    usage: { users: {}, localPosts: 0, localComments: 0 },
  }));

  const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, async (req, res) => {
    const chunks = [];
    for await (const chunk of req) chunks.push(chunk);
    const body = chunks.length ? Buffer.concat(chunks) : undefined;
    const answer = await federation.fetch(
      new Request(origin + req.url, { method: req.method, headers: req.headers, body }), { contextData: undefined });
    res.writeHead(answer.status, Object.fromEntries(answer.headers));
    res.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise((ready) => server.listen(Number(port), "127.0.0.1", ready));
  return { origin, ctx: federation.createContext(new URL(origin), undefined) };
}
