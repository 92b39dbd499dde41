// The API reference: /openapi.json as a page. It needs no network beyond this service.

import { byId, el } from "./dom.js";

const METHODS = ["get", "post", "patch", "delete"];
let schemas = {};

const resolved = (schema) => (schema?.$ref ? schemas[schema.$ref.split("/").pop()] : schema) ?? {};
const nameOf = (schema) => schema?.$ref?.split("/").pop() ?? "";

function typeOf(schema) {
  if (!schema) return "";
  if (schema.$ref) return nameOf(schema);
  if (schema.anyOf ?? schema.oneOf) return (schema.anyOf ?? schema.oneOf).map(typeOf).join(" or ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(", ");
  if (schema.type === "array") return `list of ${typeOf(schema.items)}`;
  return schema.type ?? "anything";
}

function limits(schema) {
  const inner = (schema?.anyOf ?? [schema]).find((one) => one?.type !== "null") ?? {};
  const words = { minimum: "from", maximum: "to", minLength: "at least", maxLength: "at most", minItems: "at least", maxItems: "at most" };
  const unit = { minLength: " characters", maxLength: " characters", minItems: " entries", maxItems: " entries" };
  return Object.keys(words).filter((key) => inner[key] !== undefined && !(/^min(Length|Items)$/.test(key) && inner[key] <= 1))
    .map((key) => `${words[key]} ${inner[key].toLocaleString("en")}${unit[key] ?? ""}`).join(", ");
}

function row(name, schema, required, description) {
  const fallback = schema?.default;
  const details = [
    description ?? schema?.description,
    limits(schema),
    fallback === undefined || fallback === null || fallback === "" ? "" : `default ${JSON.stringify(fallback)}`,
  ].filter(Boolean).join(" · ").replaceAll("`", "");
  return el("tr", {},
    el("th", { scope: "row" }, name, required ? el("span", { class: "required" }, " required") : null),
    el("td", { class: "type" }, typeOf(schema)), el("td", {}, details));
}

function table(title, rows) {
  return rows.length ? [el("h4", {}, title), el("table", {}, el("tbody", {}, rows))] : [];
}

function fields(title, schema) {
  const whole = resolved(schema);
  const rows = Object.entries(whole.properties ?? {}).map(([name, one]) => row(name, one, whole.required?.includes(name)));
  return table(title, rows);
}

// The request body: one object, or (behaviours) one object or a list of them.
function bodyOf(operation) {
  const schema = operation.requestBody?.content["application/json"].schema;
  return (schema?.oneOf ?? schema?.anyOf)?.find((one) => one.$ref) ?? schema;
}

function example(schema) {
  const whole = resolved(schema);
  const values = Object.entries(whole.properties ?? {})
    .filter(([name, one]) => whole.required?.includes(name) || one.examples)
    .map(([name, one]) => [name, one.examples?.[0] ?? resolved(one).enum?.[0] ?? (one.type === "integer" ? 1 : "…")]);
  return Object.fromEntries(values);
}

function curl(path, method, operation) {
  const parameters = operation.parameters ?? [];
  const place = parameters.filter((one) => one.in === "path")
    .reduce((text, one) => text.replace(`{${one.name}}`, encodeURIComponent(one.schema.examples?.[0] ?? "42")), path);
  const query = new URLSearchParams(parameters.filter((one) => one.in === "query" && one.required)
    .map((one) => [one.name, one.schema.examples?.[0] ?? "42"]));
  const address = `${location.origin}${place}${query.size ? `?${query}` : ""}`;
  const body = bodyOf(operation);
  const head = method === "get" ? "curl -s" : `curl -s -X ${method.toUpperCase()}`;
  const sent = body ? ` \\\n  -H 'Content-Type: application/json' \\\n  -d '${JSON.stringify(example(body)).replaceAll("'", "'\\''")}'` : "";
  return `${head} '${address}'${sent}`;
}

function operationSection(path, method, operation) {
  const body = bodyOf(operation);
  const many = operation.requestBody && body !== operation.requestBody.content["application/json"].schema;
  const answers = Object.entries(operation.responses);
  const success = answers.find(([status]) => status.startsWith("2"))?.[1].content?.["application/json"]?.schema;
  return el("section", { "aria-label": `${method} ${path}` },
    el("h3", {}, el("b", {}, method.toUpperCase()), path),
    (operation.description ?? "").split("\n\n").map((text) => el("p", {}, text.replaceAll("`", ""))),
    table("Parameters", (operation.parameters ?? []).map((one) => row(one.name, one.schema, one.required, one.description))),
    body ? fields(many ? "Body: one of these, or a list of them" : "Body", body) : null,
    success ? fields(`Answer: ${nameOf(success)}`, success) : null,
    table("Statuses", answers.map(([status, one]) => el("tr", {}, el("th", { scope: "row" }, status), el("td", {}, one.description)))),
    el("h4", {}, "Try it"), el("pre", { tabindex: "0" }, curl(path, method, operation)));
}

function modelSections() {
  return Object.entries(schemas).filter(([, schema]) => schema.properties)
    .map(([name, schema]) => el("section", { id: name }, el("h3", {}, name),
      el("p", {}, (schema.description ?? "").replaceAll("`", "")), fields("Keys", schema)));
}

async function draw() {
  const reference = byId("reference");
  const spec = await (await fetch("/openapi.json")).json();
  schemas = spec.components?.schemas ?? {};
  const byTag = new Map();
  for (const [path, operations] of Object.entries(spec.paths)) {
    for (const method of METHODS.filter((one) => operations[one])) {
      const tag = operations[method].tags?.[0] ?? "other";
      byTag.set(tag, [...(byTag.get(tag) ?? []), operationSection(path, method, operations[method])]);
    }
  }
  reference.replaceChildren(
    ...spec.info.description.trim().split("\n\n").map((text) => el("p", {}, text.replaceAll("`", ""))),
    ...[...byTag].flatMap(([tag, sections]) => [el("h2", {}, tag), ...sections]),
    el("h2", {}, "Types"), ...modelSections());
  reference.setAttribute("aria-busy", "false");
}

draw();
