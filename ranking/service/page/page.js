// What happens on the page: a command or click is sent, the feed is asked for after it, and what changed is shown.

import * as api from "./api.js";
import { button, byId, el, plural, show } from "./dom.js";
import { drawCards } from "./cards.js";
import { drawChanges, drawChips, drawEmpty, drawNotes, drawParts, drawQuestion } from "./panels.js";

// The first wait is short, so that a slow stream is seen as slow; the second is the API's longest.
const FIRST_WAIT = 2000;
const LONG_WAIT = 10000;
const NEWCOMER = "newcomer";
const OTHER = "\u0000other";

const page = {
  user: "",
  domain: null,
  slate: null,
  session: remembered(sessionStorage, "heed-session", () => crypto.randomUUID?.() ?? String(Math.random()).slice(2)),
  said: [],
  saidAt: 0,
  turn: 0,
};

function remembered(storage, key, make) {
  const value = storage.getItem(key) ?? make();
  storage.setItem(key, value);
  return value;
}

// ---- sending and showing ----

function problem(sentence) {
  byId("problem").textContent = sentence;
  show(byId("problem"), Boolean(sentence));
  byId("words").setAttribute("aria-invalid", sentence ? "true" : "false");
}

function busy(is) {
  byId("feed").setAttribute("aria-busy", String(is));
  document.body.classList.toggle("busy", is);
}

// Send something and show the feed after it. Only the newest turn draws: an older answer would undo it.
async function act(send, told) {
  const turn = ++page.turn;
  problem("");
  busy(true);
  const started = performance.now();
  try {
    const { command_id: command } = await send();
    let feed = await api.feed(page.user, command, FIRST_WAIT);
    if (feed.stale && turn === page.turn) {
      problem("This takes longer than usual; still waiting for it to take effect.");
      feed = await api.feed(page.user, command, LONG_WAIT);
    }
    if (turn !== page.turn) return false;
    problem(feed.stale ? "That has not taken effect yet; the feed below is without it. `heed status` tells why." : "");
    draw(feed, { milliseconds: feed.stale ? null : performance.now() - started, told });
    return true;
  } catch (error) {
    if (turn === page.turn) failed(error);
    return false;
  } finally {
    if (turn === page.turn) busy(false);
  }
}

async function refresh() {
  const turn = ++page.turn;
  busy(true);
  try {
    const feed = await api.feed(page.user);
    if (turn === page.turn) draw(feed, {});
  } catch (error) {
    if (turn === page.turn) failed(error);
  } finally {
    if (turn === page.turn) busy(false);
  }
}

function failed(error) {
  if (!(error instanceof api.Problem)) console.error(error);
  problem(error instanceof api.Problem ? error.message : "The page met an error of its own; please reload it.");
}

function draw(feed, { milliseconds = null, told = "" }) {
  const before = page.slate;
  page.slate = feed;
  drawChips(feed.intent, forget);
  byId("undo").disabled = feed.intent.version === 0;
  byId("reset").disabled = feed.intent.preferences.length === 0;
  const moves = drawCards(feed, before, page.domain, { tell, rate });
  if (told) drawChanges(feed, { milliseconds, moves, told, domain: page.domain });
  drawQuestion(feed.question, (answer) => speak(answer));
  drawNotes(feed);
  drawEmpty(feed, page.domain, forget);
  drawParts(feed, page.domain);
  if (told) {
    const speed = milliseconds === null ? "" : ` in ${Math.round(milliseconds)} milliseconds`;
    byId("live").textContent = `Feed changed${speed}. ${feed.intent.reply ?? feed.intent.changes.map((change) => change.reason).join(" ")}`;
  }
}

// ---- what a user can do ----

async function speak(text, shown = page.slate?.items.map((item) => item.item_id) ?? []) {
  const words = text.trim();
  if (!words) {
    problem("Say what you want first: a few words are enough.");
    byId("words").focus();
    return;
  }
  page.said.push(words);
  page.saidAt = page.said.length;
  const command = { user_id: page.user, text: words, session_id: page.session, shown_item_ids: shown };
  if (await act(() => api.say(command), `“${words}”`)) byId("words").value = "";
}

// A button on a card says a sentence about that card alone, so "the first one" can only mean it.
const TOLD = { like: "More like the first one", decline: "Not the first one", seen: "I've seen the first one" };
function tell(kind, item) {
  const title = item[page.domain.title_field];
  const named = { like: `More like ${title}`, decline: `${title} is not for me`, seen: `Seen ${title}` }[kind];
  const command = { user_id: page.user, text: TOLD[kind], session_id: page.session, shown_item_ids: [item.item_id] };
  return act(() => api.say(command), named);
}

async function rate(item, stars, position) {
  problem("");
  const known = page.slate.behavior_version;
  try {
    await api.behave({
      user_id: page.user, item_id: item.item_id, kind: "rate", value: stars,
      session_id: page.session, slate_id: page.slate.slate_id, position,
    });
    await tasteChanged(known, `${plural(stars, "star", "stars")} for ${item[page.domain.title_field]}`);
  } catch (error) {
    failed(error);
  }
}

// A behaviour has no command to wait for: look until the feed knows one more of them, at most a second.
async function tasteChanged(known, told) {
  const started = performance.now();
  const turn = ++page.turn;
  let feed;
  do {
    await new Promise((done) => setTimeout(done, 60));
    feed = await api.feed(page.user);
  } while (feed.behavior_version <= known && performance.now() - started < 1000);
  if (turn !== page.turn) return;
  draw(feed, { milliseconds: feed.behavior_version > known ? performance.now() - started : null, told });
}

async function forget(preference, focusAfter) {
  const done = await act(() => api.forget(page.user, [preference.id]), `removed “${preference.label}”`);
  if (done) (byId("chips").querySelectorAll("button")[focusAfter] ?? byId("words")).focus();
}

// ---- users ----

function chooseUser(user) {
  page.user = user;
  page.slate = null;
  page.said = [];
  page.saidAt = 0;
  localStorage.setItem("heed-user", user);
  history.replaceState(null, "", `?${new URLSearchParams({ user })}`);
  const select = byId("user");
  if (![...select.options].some((option) => option.value === user)) {
    select.prepend(el("option", { value: user }, `User ${user}`));
  }
  select.value = user;
  show(byId("other-user"), false);
  show(byId("changed"), false);
  return refresh();
}

function drawUsers(users) {
  const options = users.map(({ user_id: id, events, likes }) =>
    el("option", { value: id, title: plural(events, "event", "events") }, `User ${id} · ${likes.join(", ")}`),
  );
  byId("user").replaceChildren(
    ...options,
    el("option", { value: NEWCOMER }, "A newcomer"),
    el("option", { value: OTHER }, "Another user id …"),
  );
}

// ---- finding a title ----

let finding = 0;
async function find() {
  const turn = ++finding;
  const words = byId("find-words").value.trim();
  if (!words) return byId("found").replaceChildren();
  try {
    const { items } = await api.search(words);
    if (turn !== finding) return undefined;
    const rows = items.map((item) => {
      const title = item[page.domain.title_field];
      const about = [item.year, ...[item[page.domain.accent_field] ?? []].flat()].filter(Boolean).join(" · ");
      return el("li", {}, el("span", {}, el("b", {}, title), " ", el("small", {}, about)),
        el("span", { class: "acts" },
          button("More like this", () => tell("like", item), { "aria-label": `More like ${title}` }),
          button("Seen it", () => tell("seen", item), { "aria-label": `Seen ${title}` })));
    });
    return byId("found").replaceChildren(...(rows.length ? rows : [el("li", {}, `No title holds “${words}”.`)]));
  } catch (error) {
    return failed(error);
  }
}

// ---- the start ----

function listen() {
  byId("say").addEventListener("submit", (event) => {
    event.preventDefault();
    speak(byId("words").value);
  });
  byId("words").addEventListener("keydown", (event) => {
    if (event.key === "Escape") problem("");
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    const at = page.saidAt + (event.key === "ArrowUp" ? -1 : 1);
    if (at < 0 || at > page.said.length) return;
    event.preventDefault();
    page.saidAt = at;
    byId("words").value = page.said[at] ?? "";
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target.closest("input, select, textarea")) return;
    event.preventDefault();
    byId("words").focus();
  });
  byId("undo").addEventListener("click", () => act(() => api.undo(page.user), "undo"));
  byId("reset").addEventListener("click", () => act(() => api.reset(page.user), "start over"));
  byId("user").addEventListener("change", (event) => {
    if (event.target.value !== OTHER) return chooseUser(event.target.value);
    show(byId("other-user"), true);
    return byId("other-user-id").focus();
  });
  byId("other-user").addEventListener("submit", (event) => {
    event.preventDefault();
    const user = byId("other-user-id").value.trim();
    if (user) chooseUser(user);
  });
  byId("find").addEventListener("submit", (event) => { event.preventDefault(); find(); });
  byId("find-words").addEventListener("input", find);
}

function drawDomain(domain) {
  byId("tagline").textContent = `${plural(domain.count, domain.item, domain.items)} that listen to you.`;
  byId("attribution").textContent = domain.attribution;
  byId("synthetic").textContent = `Synthetic data: the ${domain.items} and the people here are made up by a program.`;
  show(byId("synthetic"), domain.synthetic);
  byId("find-title").textContent = `Find ${/^[aeiou]/i.test(domain.item) ? "an" : "a"} ${domain.item}`;
  byId("examples").replaceChildren(
    el("span", { class: "lead" }, "Try:"),
    ...domain.examples.map((example) => button(example, () => { byId("words").value = example; speak(example); })),
  );
}

async function start() {
  listen();
  try {
    const [domain, { users }] = await Promise.all([api.domain(), api.sampleUsers()]);
    page.domain = domain;
    drawDomain(domain);
    drawUsers(users);
    const asked = new URLSearchParams(location.search).get("user") ?? localStorage.getItem("heed-user");
    await chooseUser(asked || users[0]?.user_id || NEWCOMER);
  } catch (error) {
    failed(error);
    busy(false);
  }
}

start();
