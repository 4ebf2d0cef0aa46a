// The dashboard. What it shows comes from the network: it goes into the page as text, never as markup.
import { Graph, element, look } from "/graph.js";

const WINDOW = 300000;
const RETRY = 4000;
const STATES = {
  LEADING: ["leads", "good"],
  FOLLOWING: ["follows", "good"],
  PROPOSING: ["elects", "wait"],
  ALONE: ["waits", "wait"],
  NOT_READY: ["not ready", "wait"],
  LEAVING: ["leaving", "wait"],
  FENCED: ["fenced", "bad"],
};
const CAUSES = {
  first: "first leader",
  lost: "leader lost",
  redis: "Redis lost",
  handover: "handover",
  draining: "stopped",
  isolated: "cut off",
  frozen: "stood still",
  merge: "merge",
  other: "election",
};

const $ = (id) => document.getElementById(id);
const series = new Map();
const order = new Map();
const cards = new Map();
let history = [];
let status = null;
let skew = 0;
let toldLeader;

const now = () => Date.now() + skew;

// ---- words

function count(value) {
  if (value === null || value === undefined || value < 0) return "–";
  if (value < 10 && value % 1 !== 0) return value.toFixed(1);
  if (value < 10000) return Math.round(value).toLocaleString("en");
  const [divisor, unit] = value < 1e6 ? [1e3, "k"] : value < 1e9 ? [1e6, "M"] : [1e9, "G"];
  return `${(value / divisor).toFixed(value / divisor < 100 ? 1 : 0)} ${unit}`;
}

function bytes(value) {
  if (value === null || value === undefined || value < 0) return "–";
  if (value < 1024) return `${Math.round(value)} B`;
  const units = ["KiB", "MiB", "GiB", "TiB"];
  let scaled = value / 1024;
  let unit = 0;
  while (scaled >= 1024 && unit < units.length - 1) {
    scaled /= 1024;
    unit++;
  }
  return `${scaled.toFixed(scaled < 10 ? 1 : 0)} ${units[unit]}`;
}

function micros(value) {
  if (!value || value < 0) return value === 0 ? "0" : "–";
  if (value < 1000) return `${Math.round(value)} µs`;
  if (value < 1e6) return `${(value / 1000).toFixed(value < 1e4 ? 1 : 0)} ms`;
  return `${(value / 1e6).toFixed(1)} s`;
}

function length(millis) {
  const seconds = Math.max(0, Math.floor(millis / 1000));
  const parts = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  const at = parts.findIndex(([size]) => seconds >= size);
  if (at < 0) return "0 s";
  const [size, unit] = parts[at];
  const rest = parts[at + 1];
  const tail = rest ? Math.floor((seconds % size) / rest[0]) : 0;
  return `${Math.floor(seconds / size)} ${unit}${tail ? ` ${tail} ${rest[1]}` : ""}`;
}

function brief(millis) {
  return millis < 1000 ? `${Math.max(0, Math.round(millis))} ms` : millis < 60000 ? `${(millis / 1000).toFixed(1)} s` : length(millis);
}

const short = (address) => (sharedPort() ? String(address).replace(/:\d+$/, "") : String(address));

/** Addresses are shown without their port where all have the same. */
function sharedPort() {
  const ports = new Set((status?.members ?? []).map((member) => member.address.slice(member.address.lastIndexOf(":"))));
  return ports.size <= 1;
}

function text(node, value) {
  if (node.textContent !== value) node.textContent = value;
}

function make(name, className, content) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (content !== undefined) made.textContent = content;
  return made;
}

// ---- what comes in

function index(address) {
  if (!order.has(address)) order.set(address, order.size);
  return order.get(address);
}

function onGraph(graph) {
  if (graph.endMillis) skew = graph.endMillis - Date.now();
  series.clear();
  for (const line of graph.lines) {
    index(line.member);
    const first = graph.endMillis - (line.commands.length - 1) * graph.stepMillis;
    const known = (value) => (value < 0 ? null : value);
    series.set(line.member, line.commands.map((_, i) => ({
      time: first + i * graph.stepMillis,
      commands: known(line.commands[i]),
      median: known(line.median[i]),
      p99: known(line.p99[i]),
      lag: known(line.lag[i]),
    })));
  }
}

function onState(next) {
  status = next;
  const time = now();
  for (const member of next.members) {
    index(member.address);
    if (!series.has(member.address)) series.set(member.address, []);
    const vitals = member.vitals;
    const samples = series.get(member.address);
    samples.push({
      time,
      commands: vitals ? vitals.commandsPerSecond : null,
      median: vitals && vitals.p99Micros > 0 ? vitals.medianMicros : null,
      p99: vitals && vitals.p99Micros > 0 ? vitals.p99Micros : null,
      lag: member.redis && member.lastHeardMillis !== null && member.lastHeardMillis < 3000 ? member.redis.lagBytes : null,
    });
  }
  for (const [address, samples] of series) {
    while (samples.length && samples[0].time < time - WINDOW - 2000) samples.shift();
    if (!samples.length && !next.members.some((member) => member.address === address)) series.delete(address);
  }
  render();
}

function onHistory(changes) {
  history = story(changes);
  renderTimeline();
}

/** An end and the beginning after it are one line; newest first, as they come. */
function story(changes) {
  const told = [];
  for (let i = 0; i < changes.length; i++) {
    const gain = changes[i];
    const loss = changes[i + 1];
    if (gain.to !== null && gain.from === null && loss && loss.to === null && loss.from !== null) {
      told.push({
        ...gain,
        from: loss.from,
        cause: loss.cause,
        reason: `${loss.reason}; then: ${gain.reason}`,
        lostBytes: gain.lostBytes + loss.lostBytes,
        withoutMillis: Date.parse(gain.at) - Date.parse(loss.at),
      });
      i++;
    } else {
      told.push({ ...gain, cause: gain.from === null && gain.to !== null && i === changes.length - 1 ? "first" : gain.cause });
    }
  }
  return told;
}

// ---- what is shown

function render() {
  text($("cluster"), status.cluster === "default" ? "" : status.cluster);
  renderVerdict();
  renderTiles();
  renderPods();
  renderGraphs();
  renderTimes();
  text($("witness"), `As ${short(status.self)} has seen it since it started, newest first.`);
}

function renderVerdict() {
  const leader = status.leader;
  const since = status.reign ? now() - Date.parse(status.reign.since) : null;
  $("summary").classList.toggle("trouble", leader === null);
  text($("headline"), leader === null ? "Nobody leads" : `${short(leader)} leads`);
  const why = status.reign ? ` (${CAUSES[status.reign.cause] ?? "election"})` : "";
  const head = leader === null ? status.waitingFor || "commands wait for a master" : `${since === null ? "" : `for ${length(since)}${why}, `}epoch ${status.epoch}`;
  text($("subline"), `${head} · as ${short(status.self)} sees it`);
  document.title = leader === null ? "hive: NO MASTER" : `hive: ${short(leader)} leads`;
  $("handover").disabled = leader === null || status.members.length < 2;
  if (toldLeader !== undefined && toldLeader !== leader) {
    text($("announce"), leader === null ? "Nobody leads." : `${short(leader)} leads now.`);
  }
  toldLeader = leader;
}

function tile(name, value, unit) {
  const box = $("tiles");
  let found = box.querySelector(`[data-name="${name}"]`);
  if (!found) {
    found = make("div");
    found.dataset.name = name;
    found.append(make("dt", "", name), make("dd"));
    box.append(found);
  }
  const shown = found.lastChild;
  if (shown.dataset.value !== value) {
    shown.dataset.value = value;
    shown.replaceChildren(value, ...(unit ? [" ", make("small", "", unit)] : []));
  }
}

function renderTiles() {
  const vitals = status.members.map((member) => member.vitals).filter(Boolean);
  const sum = (name) => vitals.reduce((all, one) => all + one[name], 0);
  const lags = status.members.map((member) => member.redis?.lagBytes).filter((lag) => lag !== null && lag !== undefined);
  const live = status.members.filter((member) => member.lastHeardMillis !== null && member.lastHeardMillis < 1500).length;
  tile("Pods heard", `${live}`, `of ${status.members.length}`);
  tile("Clients", count(sum("clients")));
  tile("Commands", count(sum("commandsPerSecond")), "/s");
  tile("Latency, p99", micros(Math.max(0, ...vitals.map((one) => one.p99Micros))));
  tile("Largest lag", lags.length ? bytes(Math.max(...lags)) : "–");
  tile("Waiting clients", count(sum("parked")));
}

function card(address) {
  if (cards.has(address)) return cards.get(address);
  const box = make("li", `pod ${look(index(address)).className}`);
  const top = make("div", "top");
  const name = make("h3");
  const state = make("span", "badge");
  const what = make("p", "what");
  const list = make("dl");
  const values = {};
  for (const [key, title] of [["clients", "Clients"], ["commands", "Commands/s"], ["p99", "p99"], ["lag", "Lag"], ["keys", "Keys"], ["heard", "Heard"]]) {
    const pair = make("div");
    values[key] = make("dd");
    pair.append(make("dt", "", title), values[key]);
    list.append(pair);
  }
  top.append(name, state);
  box.append(top, what, list);
  const made = { box, name, state, what, values, link: null };
  cards.set(address, made);
  return made;
}

function fill(member) {
  const leads = member.address === status.leader;
  const { box, name, state, what, values } = card(member.address);
  const silent = member.lastHeardMillis === null || member.lastHeardMillis > 1500;
  box.classList.toggle("leads", leads);
  box.classList.toggle("silent", silent);
  title(name, member);
  const [word, kind] = silent ? ["not heard", "bad"] : STATES[member.state] ?? [member.state, "wait"];
  text(state, word);
  state.className = `badge ${kind}`;
  text(what, describe(member, leads, silent));
  const redis = member.redis;
  const vitals = member.vitals;
  text(values.clients, vitals ? count(vitals.clients) : "–");
  text(values.commands, vitals ? count(vitals.commandsPerSecond) : "–");
  text(values.p99, vitals ? micros(vitals.p99Micros) : "–");
  text(values.lag, leads ? "master" : redis ? bytes(redis.lagBytes) : "–");
  text(values.keys, redis ? count(redis.keys) : "–");
  text(values.heard, member.lastHeardMillis === null ? "never" : member.address === status.self ? "this pod" : brief(member.lastHeardMillis));
}

/** The name leads to the pod's own page, where that is known. */
function title(node, member) {
  const port = member.vitals?.adminPort ?? 0;
  const at = member.address.lastIndexOf(":");
  const address = at > 0 && port > 0 && member.address !== status.self ? `${location.protocol}//${member.address.slice(0, at)}:${port}/` : null;
  const shown = short(member.address);
  if (node.dataset.shown === `${shown} ${address}`) return;
  node.dataset.shown = `${shown} ${address}`;
  if (address === null) {
    node.replaceChildren(shown);
  } else {
    const link = make("a", "", shown);
    link.href = address;
    link.title = "The dashboard of this pod";
    node.replaceChildren(link);
  }
}

function describe(member, leads, silent) {
  const redis = member.redis;
  if (silent) return member.lastHeardMillis === null ? "was never heard" : `was heard ${length(member.lastHeardMillis)} ago`;
  if (!redis) return "its Redis does not answer";
  if (redis.loading) return "its Redis loads a dataset";
  if (leads) return "its Redis is the master";
  if (redis.link === "up" && redis.lagBytes !== null && status.leader) return `replicates from ${short(status.leader)}`;
  if (unheard()) return "follows; how far it is, nobody knows now";
  return redis.link === "sync" ? "synchronises with the master" : "does not replicate";
}

/** While a leader has not said how far it is, nobody can be behind it. */
function unheard() {
  const leader = status.members.find((member) => member.address === status.leader);
  return leader !== undefined && (leader.redis === null || leader.redis.lagBytes === null);
}

function renderPods() {
  const leader = status.members.filter((member) => member.address === status.leader);
  const others = status.members.filter((member) => member.address !== status.leader);
  place($("leader"), leader);
  place($("others"), others);
  for (const address of [...cards.keys()]) {
    if (!status.members.some((member) => member.address === address)) {
      cards.get(address).box.remove();
      cards.delete(address);
    }
  }
  drawLinks();
  renderLegend();
}

/** Moves a card only where it is not in its place already, so that the focus stays. */
function place(row, members) {
  members.forEach((member, i) => {
    fill(member);
    const { box } = card(member.address);
    if (row.children[i] !== box) row.insertBefore(box, row.children[i] ?? null);
  });
}

function drawLinks() {
  const svg = $("links");
  const drawn = [];
  const from = status.leader && cards.get(status.leader)?.box;
  if (from) {
    const frame = $("pods").getBoundingClientRect();
    const lead = from.getBoundingClientRect();
    const narrow = matchMedia("(max-width: 40rem)").matches;
    for (const member of status.members) {
      if (member.address === status.leader) continue;
      const to = cards.get(member.address).box.getBoundingClientRect();
      const silent = member.lastHeardMillis === null || member.lastHeardMillis > 1500;
      const kind = silent || !member.redis || (member.redis.link === "down" && !unheard()) ? "down" : member.redis.link === "sync" || member.redis.lagBytes === null ? "sync" : "up";
      let x;
      let y;
      let path;
      if (narrow) {
        x = to.left - frame.left;
        y = to.top - frame.top + 24;
        path = `M${lead.left - frame.left} ${lead.top - frame.top + 24}H4V${y}H${x}`;
      } else {
        const startX = lead.left + lead.width / 2 - frame.left;
        const startY = lead.bottom - frame.top;
        x = to.left + to.width / 2 - frame.left;
        y = to.top - frame.top;
        const middle = (startY + y) / 2;
        path = `M${startX} ${startY}C${startX} ${middle} ${x} ${middle} ${x} ${y - 3}`;
      }
      drawn.push(element(null, "path", { d: path, class: kind }), element(null, "circle", { cx: x, cy: y - (narrow ? 0 : 3), r: 5, class: kind }));
    }
  }
  svg.replaceChildren(...drawn);
}

function renderLegend() {
  const wanted = status.members.map((member) => member.address);
  const key = wanted.map(short).join(" ");
  const legend = $("legend");
  if (legend.dataset.key === key) return;
  legend.dataset.key = key;
  legend.replaceChildren(...wanted.map((address) => {
    const { className, dash } = look(index(address));
    const item = make("li", className);
    const sample = element(null, "svg", { viewBox: "0 0 30 10", "aria-hidden": "true" });
    element(sample, "path", { d: "M1 5H29", "stroke-dasharray": dash });
    item.append(sample, short(address));
    return item;
  }));
}

const throughput = new Graph($("graphs"), "Commands per second", count, 10);
const latency = new Graph($("graphs"), "Latency p99, median dotted", micros, 200);
const lag = new Graph($("graphs"), "Lag behind the master", bytes, 1024, true);

function lines(name, faint = false) {
  return [...series].map(([address, samples]) => ({
    name: faint ? `${short(address)} median` : short(address),
    index: index(address),
    faint,
    points: samples.map((sample) => [sample.time, sample[name]]),
  }));
}

function most(name) {
  let value = 0;
  for (const samples of series.values()) for (const sample of samples) value = Math.max(value, sample[name] ?? 0);
  return value;
}

function renderGraphs() {
  const to = now();
  const from = to - WINDOW;
  const marks = history.map((change) => [Date.parse(change.at), hurts(change)]);
  const all = status.members.reduce((sum, member) => sum + (member.vitals?.commandsPerSecond ?? 0), 0);
  throughput.show(lines("commands"), marks, from, to, `now ${count(all)}/s in all`);
  latency.show([...lines("p99"), ...lines("median", true)], marks, from, to, `max ${micros(most("p99"))}`);
  lag.show(lines("lag"), marks, from, to, `max ${bytes(most("lag"))}`);
}

// ---- the timeline

const hurts = (change) => change.lostBytes > 0 || Boolean(change.dropped);

function renderTimeline() {
  const items = history.map((change) => {
    const planned = change.cause === "handover" || change.cause === "draining";
    const item = make("li", hurts(change) ? "hurt" : planned ? "planned" : "");
    const head = make("div");
    const kind = hurts(change) ? "bad" : planned ? "good" : "wait";
    const when = make("time", "when");
    when.dateTime = change.at;
    head.append(make("span", `badge ${kind}`, change.dropped && change.from === change.to ? "data given up" : CAUSES[change.cause] ?? "election"), when);
    item.append(head, make("p", "who", who(change)), make("p", "why", `${change.reason} (epoch ${change.epoch})`));
    for (const line of losses(change)) item.append(make("p", "loss", line));
    return item;
  });
  if (!items.length) items.push(make("li", "none", "Nothing yet."));
  $("timeline").replaceChildren(...items);
  renderTimes();
}

function who(change) {
  const after = change.cause === "handover" ? "pause" : "without a master";
  const pause = change.withoutMillis > 0 ? ` · ${brief(change.withoutMillis)} ${after}` : "";
  if (change.from === null) return `${short(change.to)} leads`;
  if (change.to === null) return `${short(change.from)} leads no more`;
  if (change.from === change.to) return change.dropped ? `${short(change.to)} leads on` : `${short(change.to)} leads anew${pause}`;
  return `${short(change.from)} → ${short(change.to)}${pause}`;
}

function losses(change) {
  const said = [];
  if (change.lostBytes > 0) said.push(`Lost: ${bytes(change.lostBytes)} of the replication stream`);
  const dropped = change.dropped;
  if (dropped) {
    const writes = dropped.writes === null ? "an unknown number of" : count(dropped.writes);
    const kept = dropped.file === null ? "" : `; set aside as ${dropped.file}`;
    said.push(`Given up by ${short(dropped.by)}: ${count(dropped.keys)} keys, ${writes} writes${kept}`);
  }
  return said;
}

function renderTimes() {
  for (const node of document.querySelectorAll("#timeline time")) {
    const at = Date.parse(node.dateTime);
    text(node, `${new Date(at).toLocaleTimeString()} · ${length(now() - at)} ago`);
  }
}

// ---- handing over

$("handover").addEventListener("click", () => {
  const fit = status.members.filter((member) => member.address !== status.leader && member.state === "FOLLOWING");
  const best = make("option", "", "the best of the others");
  best.value = "";
  $("target").replaceChildren(best, ...fit.map((member) => {
    const option = make("option", "", `${short(member.address)}, ${bytes(member.redis?.lagBytes ?? null)} behind`);
    option.value = member.address;
    return option;
  }));
  $("ask").showModal();
});
$("cancel").addEventListener("click", () => $("ask").close());
$("confirm").addEventListener("click", handOver);

async function handOver() {
  const target = $("target").value;
  $("ask").close();
  say("Handing over…", "");
  $("handover").disabled = true;
  try {
    const query = target ? `?to=${encodeURIComponent(target)}` : "";
    const answer = await fetch(`${location.origin}/api/handoff${query}`, { method: "POST" });
    const body = await answer.json();
    if (answer.ok) {
      say(`${short(body.to)} leads now; commands were paused for ${body.pausedMillis.toFixed(1)} ms.`, "good");
    } else {
      say(`Not handed over: ${body.message}`, "bad");
    }
  } catch (failure) {
    say(`Not known whether it was handed over: ${failure.message}`, "bad");
  } finally {
    $("handover").disabled = false;
  }
}

function say(words, kind) {
  const box = $("result");
  box.hidden = false;
  box.className = `banner ${kind}`;
  text(box, words);
}

// ---- the stream

function connected(is) {
  const pill = $("connection");
  text(pill, is ? "live" : "no connection, trying again");
  pill.className = `pill ${is ? "good" : "bad"}`;
}

function listen() {
  const events = new EventSource(`${location.origin}/api/events`);
  const on = (name, take) => events.addEventListener(name, (event) => {
    connected(true);
    take(JSON.parse(event.data));
  });
  on("graph", onGraph);
  on("history", onHistory);
  on("state", onState);
  events.addEventListener("error", () => {
    connected(false);
    // Turned away, the browser does not try again by itself.
    if (events.readyState === EventSource.CLOSED) setTimeout(listen, RETRY);
  });
}

addEventListener("resize", () => status && drawLinks());
listen();
