// A desk of your own on Sufler: suggestions, what happens, and webhooks. Node 20 or a browser.
const env = globalThis.process?.env ?? globalThis;

export async function call(path, body, headers = {}) {
  headers = { ...headers, Authorization: `Bearer ${env.SUFLER_KEY}`, "Content-Type": "application/json" };
  const request = body ? { method: "POST", body: JSON.stringify(body), headers } : { headers };
  const answer = await fetch((env.SUFLER_URL ?? "http://localhost:8000") + "/api/v1" + path, request);
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return answer;
}

// Calls told(event) for whatever happens, for ever; a cut line loses and doubles nothing.
export async function listen(told, id) {
  for (;;) {
    try {
      const answer = await call("/stream", null, id ? { "Last-Event-ID": id } : {});
      let text = "";
      for (const read = answer.body.pipeThrough(new TextDecoderStream()).getReader(); ; ) {
        const { value, done } = await read.read();
        if (done) break;
        const blocks = (text + value).split("\n\n");
        text = blocks.pop();
        for (const block of blocks) {
          const field = Object.fromEntries(block.split("\n").map((line) => line.split(/: (.*)/s)));
          if (field.data) told(JSON.parse(field.data));
          id = field.id ?? id;
        }
      }
    } catch (error) { console.error("stream:", error.message); }
    await new Promise((go) => setTimeout(go, 1000));
  }
}

// Whether a webhook's body (text, as it came) is from your Sufler, and is not an old one again.
export async function verify(secret, headers, body) {
  const bytes = Uint8Array.from(atob(secret.slice("whsec_".length)), (c) => c.charCodeAt(0));
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
  const at = headers["webhook-timestamp"];
  const signed = new TextEncoder().encode(`${headers["webhook-id"]}.${at}.${body}`);
  const given = headers["webhook-signature"].split(" ").filter((each) => each.startsWith("v1,"));
  const sure = given.map((each) => Uint8Array.from(atob(each.slice(3)), (c) => c.charCodeAt(0)))
    .map((mac) => crypto.subtle.verify("HMAC", key, mac, signed));
  return Math.abs(Date.now() / 1000 - at) < 300 && (await Promise.all(sure)).includes(true);
}
