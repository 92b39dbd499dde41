// The API as functions. Every failure becomes a Problem whose message is one sentence for a person.

export class Problem extends Error {}

async function call(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Problem("The service does not answer. Is it running? `heed status` tells.");
  }
  let body = null;
  try {
    body = await response.json();
  } catch {
    throw new Problem(`The service answered with something unreadable (status ${response.status}).`);
  }
  if (!response.ok) throw new Problem(body?.error?.message ?? `The service answered with status ${response.status}.`);
  return body;
}

const sent = (method, body) => ({
  method,
  headers: { "Content-Type": "application/json" },
  body: body === undefined ? undefined : JSON.stringify(body),
});
const intentOf = (user) => `/v1/users/${encodeURIComponent(user)}/intent`;

export const domain = () => call("/v1/domain");
export const sampleUsers = () => call("/v1/users/sample");
export const say = (command) => call("/v1/commands", sent("POST", command));
export const behave = (behavior) => call("/v1/behaviors", sent("POST", behavior));
export const forget = (user, ids) => call(intentOf(user), sent("PATCH", { forget: ids }));
export const undo = (user) => call(intentOf(user), sent("PATCH", { undo: true }));
export const reset = (user) => call(intentOf(user), sent("DELETE"));
export const search = (words) => call(`/v1/items/search?${new URLSearchParams({ q: words, limit: 8 })}`);

export function feed(user, after, timeout) {
  const query = new URLSearchParams({ user_id: user, limit: 20, explain: true });
  if (after) {
    query.set("after", after);
    query.set("timeout_ms", timeout);
  }
  return call(`/v1/feed?${query}`);
}
