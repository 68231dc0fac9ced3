// Takes a customer's text from each line of the input; the operator takes the first suggestion.
import { createInterface } from "node:readline";
import { call, listen } from "./desk.mjs";

listen((event) => console.log(event.type ?? event));
for await (const text of createInterface({ input: process.stdin })) {
  const made = await (await call("/suggestions", { text, conversation_id: "desk-1" })).json();
  for (const item of made.items) console.log(item.level, item.title, item.text);
  const [best] = made.items;
  const sent = { action: "accepted", article_id: best?.article_id, final_text: best?.text };
  if (best) await call(`/suggestions/${made.suggestion_id}/feedback`, sent);
}
process.exit();
