// The cards of the feed: what an item is, why it is here, and how it moved.

import { button, byId, count, el, plural } from "./dom.js";

const calm = matchMedia("(prefers-reduced-motion: reduce)");

const spoken = (name) => name.replaceAll("_", " ");
const listed = (value) => [value ?? []].flat().filter((one) => one !== "" && one !== null);

// One display field in words: "170 minutes", "R", "director Michael Mann", "rating 8.2".
function fact(field, value) {
  const values = listed(value);
  if (!values.length) return null;
  const text = values.slice(0, 4).join(", ") + (values.length > 4 ? " …" : "");
  if (field.type === "number") {
    if (!field.unit) return field.name === "year" ? text : `${spoken(field.name)} ${text}`;
    if (field.unit.includes(" ")) return `${spoken(field.name)} ${text}`;
    return `${count(value)} ${value === 1 ? field.unit.replace(/s$/, "") : field.unit}`;
  }
  return field.type === "person" ? `${spoken(field.name)} ${text}` : text;
}

// What it is about and how it feels, in a few words; the rest waits in the details.
function gist(item, shown) {
  const words = shown.filter((field) => field.described).slice(0, 2)
    .map((field) => listed(item[field.name]).slice(0, 3).join(", ")).filter(Boolean);
  return words.length ? el("p", { class: "gist" }, words.join(" · ")) : null;
}

function described(item, shown) {
  const rows = shown.filter((field) => field.described || field.type === "text")
    .map((field) => [field, listed(item[field.name])]).filter(([, values]) => values.length)
    .map(([field, values]) => [el("dt", {}, spoken(field.name)), el("dd", {}, values.join(", "))]);
  return rows.length ? el("dl", { class: "described" }, ...rows.flat()) : null;
}

const SMALL = /^(the|a|an|of|and|or|in|on|to|s)$/i;

function hue(text) {
  let hash = 7;
  for (const character of text) hash = (hash * 31 + character.codePointAt(0)) % 3600;
  return hash / 10;
}

// No pictures are loaded: an item's cover is its initials on the colour of its first category.
function cover(item, domain) {
  const title = String(item[domain.title_field]);
  const all = title.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const words = all.some((word) => !SMALL.test(word)) ? all.filter((word) => !SMALL.test(word)) : all;
  const node = el("div", { class: "cover", "aria-hidden": "true" }, words.slice(0, 2).map((word) => [...word][0]).join("").toUpperCase());
  const accents = listed(item[domain.accent_field]);
  node.style.setProperty("--hue", hue(accents[0] ?? title));
  node.style.setProperty("--hue2", hue(accents[1] ?? title));
  return node;
}

function movement(item, rank, before) {
  if (!before) return null;
  const was = before.get(item.item_id);
  if (was === undefined) return el("span", { class: "move new" }, "new");
  if (was === rank) return null;
  const up = was > rank;
  return el("span", { class: `move ${up ? "up" : "down"}` },
    el("span", { "aria-hidden": "true" }, `${up ? "▲" : "▼"}${Math.abs(was - rank)}`),
    el("span", { class: "quiet" }, ` ${up ? "up" : "down"} ${Math.abs(was - rank)}`));
}

function breakdown(item) {
  const entries = Object.entries(item.breakdown ?? {});
  if (!entries.length) return null;
  const largest = Math.max(...entries.map(([, value]) => Math.abs(value)), 1e-9);
  const rows = entries.map(([name, value]) => {
    const bar = el("span", { class: `bar-fill ${value < 0 ? "minus" : ""}` });
    bar.style.width = `${Math.max(1, (100 * Math.abs(value)) / largest)}%`;
    return el("tr", {}, el("th", { scope: "row" }, spoken(name)), el("td", {}, value.toFixed(3)), el("td", { class: "bar-cell" }, bar));
  });
  return el("table", { class: "breakdown" }, el("caption", { class: "quiet" }, "Score breakdown"), el("tbody", {}, rows));
}

function stars(item, rank, rate, title) {
  return el("div", { class: "stars", role: "group", "aria-label": `Rate ${title}` },
    el("span", { "aria-hidden": "true" }, "Rate it:"),
    [1, 2, 3, 4, 5].map((n) => button("★", () => rate(item, n, rank), { "aria-label": plural(n, "star", "stars") })));
}

function card(item, rank, before, domain, { tell, rate }) {
  const title = String(item[domain.title_field]);
  const shown = domain.fields
    .filter((field) => field.display && ![domain.title_field, domain.accent_field, "year"].includes(field.name));
  const facts = shown.filter((field) => !field.described && field.type !== "text")
    .map((field) => fact(field, item[field.name])).filter(Boolean);
  return el("li", { class: "card", "data-item": item.item_id },
    el("div", { class: "rank" }, el("span", {}, String(rank + 1)), movement(item, rank, before)),
    cover(item, domain),
    el("div", { class: "body" },
      el("h3", {}, title, item.year ? el("span", { class: "year" }, ` ${item.year}`) : null),
      el("ul", { class: "tags", "aria-label": spoken(domain.accent_field) },
        listed(item[domain.accent_field]).map((value) => el("li", {}, String(value)))),
      facts.length ? el("p", { class: "facts" }, facts.join(" · ")) : null,
      gist(item, shown),
      el("ul", { class: "why", "aria-label": "Why it is here" }, item.reasons.map((reason) => el("li", {}, reason))),
      el("details", {}, el("summary", {}, `Score ${item.score.toFixed(3)}`, el("span", { class: "quiet" }, ` of ${title}`)),
        described(item, shown), breakdown(item), stars(item, rank, rate, title))),
    el("div", { class: "acts" },
      button("More like this", () => tell("like", item), { "aria-label": `More like this: ${title}` }),
      button("Not for me", () => tell("decline", item), { "aria-label": `Not for me: ${title}` }),
      button("Seen it", () => tell("seen", item), { "aria-label": `Seen it: ${title}` })));
}

// Draw the feed and return how it differs from the one before: {added, left, moved}.
export function drawCards(feed, last, domain, actions) {
  const list = byId("cards");
  const tops = new Map([...list.children].map((node) => [node.dataset.item, node.getBoundingClientRect().top]));
  const before = last ? new Map(last.items.map((item, rank) => [item.item_id, rank])) : null;
  list.replaceChildren(...feed.items.map((item, rank) => card(item, rank, before, domain, actions)));
  if (!before) return { added: 0, left: [], moved: 0 };
  if (!calm.matches) glide(list, tops);
  const now = new Set(feed.items.map((item) => item.item_id));
  return {
    added: feed.items.filter((item) => !before.has(item.item_id)).length,
    left: last.items.filter((item) => !now.has(item.item_id)),
    moved: feed.items.filter((item, rank) => before.has(item.item_id) && before.get(item.item_id) !== rank).length,
  };
}

// A card glides from where it stood, so that the eye can follow a change of order.
function glide(list, tops) {
  for (const node of list.children) {
    const was = tops.get(node.dataset.item);
    if (was === undefined) {
      node.animate([{ opacity: 0, transform: "translateY(12px)" }, { opacity: 1, transform: "none" }], { duration: 260, easing: "ease-out" });
      continue;
    }
    const by = was - node.getBoundingClientRect().top;
    if (Math.abs(by) > 2) {
      node.animate([{ transform: `translateY(${by}px)` }, { transform: "none" }], { duration: 320, easing: "cubic-bezier(.2,.8,.2,1)" });
    }
  }
}
