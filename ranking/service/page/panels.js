// The panels around the cards: chips, changes, question, notes, the empty feed, the parts.

import { button, byId, count, el, plural, show } from "./dom.js";

// Sign and word tell the four kinds apart; colour and the dashed edge only repeat it.
const KINDS = [
  { name: "Must", sign: "✓", of: (one) => one.polarity === "positive" && one.strength === "hard", key: "must" },
  { name: "Never", sign: "✕", of: (one) => one.polarity === "negative" && one.strength === "hard", key: "never" },
  { name: "More", sign: "▲", of: (one) => one.polarity === "positive" && one.strength === "soft", key: "rather" },
  { name: "Less", sign: "▼", of: (one) => one.polarity === "negative" && one.strength === "soft", key: "less" },
];

function lasting(preference) {
  if (preference.expires_at) {
    const until = new Date(preference.expires_at).toLocaleString([], { weekday: "short", hour: "2-digit", minute: "2-digit" });
    return `until ${until}`;
  }
  return { feed: "just this once", lasting: "from now on" }[preference.horizon] ?? "";
}

function chip(preference, kind, number, onRemove) {
  const said = preference.text ? `You said “${preference.text}”.` : "";
  const reach = lasting(preference);
  return el("li", { class: `chip ${kind.key}`, title: said },
    el("span", { class: "sign", "aria-hidden": "true" }, kind.sign),
    el("span", { class: "label" }, preference.label, reach ? el("small", {}, ` ${reach}`) : null),
    button("×", () => onRemove(preference, number), { class: "remove", "aria-label": `Remove: ${preference.label}` }));
}

export function drawChips(intent, onRemove) {
  let number = 0;
  const groups = KINDS.map((kind) => {
    const chosen = intent.preferences.filter(kind.of);
    if (!chosen.length) return null;
    return el("div", { class: "chip-group" },
      el("h3", { id: `kind-${kind.key}` }, kind.name),
      el("ul", { "aria-labelledby": `kind-${kind.key}` }, chosen.map((one) => chip(one, kind, number++, onRemove))));
  }).filter(Boolean);
  byId("chips").replaceChildren(...(groups.length ? groups : [
    el("p", { class: "hushed" }, "Nothing yet: this feed follows taste alone. Whatever you say stands here, and × takes it back."),
  ]));
}

const CHANGED = {
  added: "Added", kept: "Kept", replaced: "Replaced", retracted: "Dropped", expired: "Expired",
  ended: "Ended", reset: "Cleared", restored: "Restored", ignored: "Ignored",
};

export function drawChanges(feed, { milliseconds, moves, told, domain }) {
  show(byId("changed"), true);
  const speed = byId("speed");
  show(speed, milliseconds !== null);
  if (milliseconds !== null) {
    speed.replaceChildren(
      el("b", {}, `${count(Math.round(milliseconds))} ms`),
      ` from ${told} to this feed`,
      el("small", {}, `stream ${Math.round(feed.waited_ms)} ms · ranking ${feed.ranked_ms.toFixed(1)} ms`));
  }
  const rows = feed.intent.changes.map((change) =>
    el("li", { class: `change ${change.kind}` }, el("b", {}, CHANGED[change.kind] ?? change.kind), " ", change.reason));
  byId("changes").replaceChildren(...(rows.length ? rows : [el("li", { class: "change" }, feed.intent.reply ?? "What you want stays as it was.")]));
  byId("moves").textContent = inWords(moves, domain);
}

function inWords({ added, left, moved }, domain) {
  if (!added && !left.length && !moved) return "The feed is the same as before.";
  const gone = left.slice(0, 3).map((item) => item[domain.title_field]).join(", ");
  const rest = left.length > 3 ? ` and ${left.length - 3} more` : "";
  return [
    added ? `${plural(added, `${domain.item} is`, `${domain.items} are`)} new.` : "",
    moved ? `${count(moved)} moved.` : "",
    left.length ? `Gone: ${gone}${rest}.` : "",
  ].filter(Boolean).join(" ");
}

export function drawQuestion(question, onAnswer) {
  show(byId("question"), Boolean(question));
  byId("question-text").textContent = question?.text ?? "";
  byId("answers").replaceChildren(...(question?.answers ?? []).map((answer) => button(answer, () => onAnswer(answer))));
}

export function drawNotes(feed) {
  byId("notes").replaceChildren(...feed.notes.map((note) => el("li", {}, note)));
}

export function drawEmpty(feed, domain, onRemove) {
  const empty = byId("empty");
  show(empty, feed.items.length === 0);
  if (feed.items.length) return empty.replaceChildren();
  const last = feed.parts?.find((part) => part.count_in > 0 && part.count_out === 0);
  const hard = feed.intent.preferences.filter((one) => one.strength === "hard");
  return empty.replaceChildren(
    el("h3", {}, `No ${domain.item} satisfies all of this.`),
    last ? el("p", {}, `The last ${plural(last.count_in, domain.item, domain.items)} fell to “${last.name}”. ${last.note}`) : "",
    hard.length ? el("p", {}, "Let go of one of these, or say something else:") : "",
    el("div", { class: "answers" }, hard.map((one) => button(`Drop “${one.label}”`, () => onRemove(one, 0)))));
}

export function drawParts(feed, domain) {
  const parts = feed.parts ?? [];
  const longest = Math.max(...parts.map((part) => part.milliseconds), 0.001);
  const rows = parts.map((part) => {
    const bar = el("span", { class: "bar-fill" });
    bar.style.width = `${Math.max(2, (100 * part.milliseconds) / longest)}%`;
    return el("tr", {},
      el("th", { scope: "row" }, part.name, part.note ? el("small", {}, part.note) : null),
      el("td", {}, count(part.count_in)), el("td", {}, count(part.count_out)),
      el("td", { class: "time" }, `${part.milliseconds.toFixed(2)} ms`, bar));
  });
  byId("parts").replaceChildren(el("table", {},
    el("caption", { class: "quiet" }, `Each part of the feed: ${domain.items} in, ${domain.items} out, time`),
    el("thead", {}, el("tr", {}, ["part", "in", "out", "time"].map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, rows)));
}
