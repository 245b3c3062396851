(() => {
  "use strict";
  // What is shown is text, never markup: nothing here writes HTML.
  const $ = (id) => document.getElementById(id);
  const data = JSON.parse($("data").textContent);
  const { strings, rows, pairs, families, states, outcomes } = data;
  const [PAIR, IMAGE, TAGS, SUBJECT, FAMILY, STATE, OUTCOME, COUNTS, REASON, ATTACHED, BEFORE, AFTER] = Array(12).keys();
  const HEIGHT = 36; // of a row in pixels, as in the style
  const AROUND = 12; // rows beyond what is seen
  const MOST = 400000; // rows that a browser can make high enough
  const number = (n) => n.toLocaleString("en-US");

  const name = (r) => strings[r[IMAGE]] + (r[TAGS] ? ":" + strings[r[TAGS]] : "");
  const subject = (r) => (r[SUBJECT] ? "sha256:" + r[SUBJECT] : "");
  const family = (r) => (r[FAMILY] < 0 ? "" : families[r[FAMILY]]);
  const attachment = (r) => strings[r[ATTACHED]].replace("*", "sha256-" + r[SUBJECT]);
  const command = (r) => (r[BEFORE] ? strings[r[BEFORE]] + subject(r) + strings[r[AFTER]] : "");

  const columns = [
    ["state", "State", (r) => states[r[STATE]].name, (r) => r[STATE]],
    ["image", "Image", name, null],
    ["subject", "Subject", (r) => r[SUBJECT].slice(0, 12), null, subject],
    ["family", "Family", family, (r) => r[FAMILY]],
    ["pair", "Pair", (r) => pairs[r[PAIR]], null],
    ["outcome", "Outcome", (r) => outcomes[r[OUTCOME]], (r) => r[OUTCOME]],
    ["reason", "Reason", (r) => strings[r[REASON]], null],
  ];

  // keys are numbers that sort rows as a column's text does.
  const made = new Map();
  function keys(column) {
    if (made.has(column)) return made.get(column);
    const [, , text, key, whole] = columns[column];
    let found;
    if (key) {
      found = Int32Array.from(rows, key);
    } else {
      const texts = rows.map(whole || text);
      const rank = new Map([...new Set(texts)].sort().map((t, i) => [t, i]));
      found = Int32Array.from(texts, (t) => rank.get(t));
    }
    made.set(column, found);
    return found;
  }

  let texts = null; // of all that may be searched for
  function searched() {
    texts ||= rows.map((r) =>
      [name(r), subject(r), pairs[r[PAIR]], family(r), states[r[STATE]].name, outcomes[r[OUTCOME]], strings[r[REASON]], attachment(r)].join("\n").toLowerCase());
    return texts;
  }

  const grid = $("grid"), scroller = $("scroller"), body = grid.tBodies[0], head = grid.tHead.rows[0], details = $("details");
  let order = new Uint32Array(0), sorted = -1, down = false, active = -1, from = -1, to = -1;

  function select() {
    const words = $("words").value.toLowerCase().split(/\s+/).filter(Boolean);
    const state = $("state").value, pair = $("pair").value, outcome = $("outcome").value, counting = $("counting").checked;
    const haystack = words.length ? searched() : null;
    const kept = active >= 0 ? order[active] : -1;
    const found = [];
    for (let i = 0; i < rows.length; i++) {
      const r = rows[i];
      if (state !== "" && r[STATE] !== +state) continue;
      if (pair !== "" && r[PAIR] !== +pair) continue;
      if (outcome !== "" && r[OUTCOME] !== +outcome) continue;
      if (counting && !r[COUNTS]) continue;
      if (haystack && !words.every((w) => haystack[i].includes(w))) continue;
      found.push(i);
    }
    order = Uint32Array.from(found);
    if (sorted >= 0) {
      const key = keys(sorted), way = down ? -1 : 1;
      order.sort((a, b) => way * (key[a] - key[b]) || a - b);
    }
    active = kept >= 0 ? order.indexOf(kept) : -1;
    if (active < 0) details.replaceChildren();
    const most = order.length > MOST;
    $("shown").textContent = `${number(order.length)} of ${number(rows.length)} findings` + (most ? `, of which the first ${number(MOST)} are shown` : "");
    if (most) order = order.subarray(0, MOST);
    grid.setAttribute("aria-rowcount", order.length + 1);
    scroller.scrollTop = 0;
    draw(true);
  }

  function space(rowsAway) {
    const tr = document.createElement("tr"), td = document.createElement("td");
    tr.className = "space";
    tr.setAttribute("aria-hidden", "true");
    tr.setAttribute("role", "presentation");
    td.colSpan = columns.length;
    td.style.height = rowsAway * HEIGHT + "px";
    tr.append(td);
    return tr;
  }

  function line(at) {
    const r = rows[order[at]], tr = document.createElement("tr");
    tr.id = "row-" + at;
    tr.setAttribute("role", "row");
    tr.setAttribute("aria-rowindex", at + 2);
    tr.setAttribute("aria-selected", at === active);
    for (const [kind, , text, , whole] of columns) {
      const td = document.createElement("td");
      td.className = kind;
      td.setAttribute("role", "gridcell");
      const shown = text(r);
      if (kind === "state") td.append(badge(r));
      else td.textContent = shown;
      td.title = whole ? whole(r) : shown;
      tr.append(td);
    }
    return tr;
  }

  function badge(r) {
    const span = document.createElement("span");
    span.className = "badge " + states[r[STATE]].level;
    span.textContent = states[r[STATE]].name;
    return span;
  }

  // draw makes the rows that are seen, and room for the others.
  function draw(anew) {
    const first = Math.max(0, Math.floor(scroller.scrollTop / HEIGHT) - AROUND);
    const last = Math.min(order.length, first + Math.ceil(scroller.clientHeight / HEIGHT) + 2 * AROUND);
    if (!anew && first === from && last === to) return;
    from = first;
    to = last;
    const made = [space(first)];
    for (let i = first; i < last; i++) made.push(line(i));
    made.push(space(order.length - last));
    body.replaceChildren(...made);
    if (active >= first && active < last) grid.setAttribute("aria-activedescendant", "row-" + active);
    else grid.removeAttribute("aria-activedescendant");
  }

  function activate(at) {
    if (!order.length) return;
    active = Math.max(0, Math.min(order.length - 1, at));
    const top = active * HEIGHT, seen = scroller.clientHeight - 2 * HEIGHT; // below the head
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top > scroller.scrollTop + seen) scroller.scrollTop = top - seen;
    draw(true);
    tell(rows[order[active]]);
  }

  function tell(r) {
    const list = document.createElement("dl");
    const add = (term, ...what) => {
      const dt = document.createElement("dt"), dd = document.createElement("dd");
      dt.textContent = term;
      dd.append(...what);
      list.append(dt, dd);
    };
    const code = (text, kind = "code") => {
      const element = document.createElement(kind);
      element.textContent = text;
      if (kind === "pre") element.tabIndex = 0;
      return element;
    };
    add("State", badge(r), " " + states[r[STATE]].meaning);
    add("Image", code(name(r)));
    if (subject(r)) add("Subject", code(subject(r)));
    if (attachment(r)) add("Attachment", family(r) + " ", code(attachment(r)));
    add("Pair", pairs[r[PAIR]]);
    add("Outcome", outcomes[r[OUTCOME]]);
    if (strings[r[REASON]]) add("Reason", strings[r[REASON]]);
    if (command(r)) add("Verify", code(command(r), "pre"));
    details.replaceChildren(list);
  }

  function sort(column) {
    if (sorted === column && down) sorted = -1;
    else [sorted, down] = [column, sorted === column];
    [...head.cells].forEach((th, i) => th.setAttribute("aria-sort", i !== sorted ? "none" : down ? "descending" : "ascending"));
    select();
  }

  columns.forEach(([kind, title], i) => {
    const th = document.createElement("th"), button = document.createElement("button");
    th.scope = "col";
    th.className = kind;
    th.setAttribute("role", "columnheader");
    th.setAttribute("aria-sort", "none");
    button.type = "button";
    button.textContent = title;
    button.addEventListener("click", () => sort(i));
    th.append(button);
    head.append(th);
  });
  function choices(id, all, used) {
    all.forEach((text, i) => used.has(i) && $(id).add(new Option(text, i)));
  }
  const used = (field) => new Set(rows.map((r) => r[field]));
  choices("state", states.map((s) => s.name), used(STATE));
  choices("pair", pairs, used(PAIR));
  choices("outcome", outcomes, used(OUTCOME));

  let waiting = 0;
  $("filter").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(select, 120);
  });
  $("filter").addEventListener("submit", (e) => {
    e.preventDefault();
    select();
  });
  let drawing = false;
  scroller.addEventListener("scroll", () => {
    if (drawing) return;
    drawing = true;
    requestAnimationFrame(() => {
      drawing = false;
      draw(false);
    });
  });
  addEventListener("resize", () => draw(false));
  body.addEventListener("click", (e) => {
    const tr = e.target.closest("tr[aria-rowindex]");
    if (tr) activate(tr.getAttribute("aria-rowindex") - 2);
  });
  grid.addEventListener("keydown", (e) => {
    if (e.target !== grid || e.ctrlKey || e.metaKey || e.altKey) return;
    const page = Math.max(1, Math.floor(scroller.clientHeight / HEIGHT) - 2);
    const go = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + page, PageUp: active - page, Home: 0, End: order.length - 1 };
    if (e.key in go) {
      e.preventDefault();
      activate(go[e.key]);
    } else if (e.key === "Enter" || e.key === " ") {
      e.preventDefault();
      if (active < 0) activate(0);
      details.focus();
    }
  });
  details.addEventListener("keydown", (e) => {
    if (e.key === "Escape") grid.focus();
  });

  $("first").hidden = true;
  $("explorer").hidden = false;
  select();
})();
