/* Small help on top of pages that work without it. Nothing typed is ever stored in the browser. */
(function () {
  "use strict";

  var body = document.body;
  var live = document.querySelector("[data-live]");
  var composing = false;
  var lastImeEnter = 0;
  var dirty = new Set();

  /* htmx notes the address it started from even with its history switched off; a shared desk keeps nothing. */
  try { window.sessionStorage.clear(); window.localStorage.clear(); } catch (refused) { /* storage is off: all the better */ }

  function banner(name, shown) {
    var element = document.querySelector('[data-banner="' + name + '"]');
    if (element) { element.hidden = !shown; }
  }

  function say(text) {
    if (live) { live.textContent = text; }
  }

  /* Japanese input: Enter that picks a candidate must never send the form. */
  document.addEventListener("compositionstart", function () { composing = true; });
  document.addEventListener("compositionend", function () { composing = false; });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" && event.keyCode !== 229) { return; }
    if (event.isComposing || event.keyCode === 229) {
      lastImeEnter = Date.now();
      if (event.key === "Enter" && event.target.tagName === "INPUT") { event.preventDefault(); }
    }
  }, true);

  /* Unsent text. */
  function writes(form) { return form && form.getAttribute("method") === "post" && !form.hasAttribute("data-quiet"); }

  function markDirty(event) {
    var form = event.target.form;
    if (writes(form)) { dirty.add(form); }
  }

  function mayLeave(except) {
    var unsent = Array.from(dirty).some(function (form) { return form !== except && form.isConnected; });
    return !unsent || !live || window.confirm(live.dataset.leave);
  }

  document.addEventListener("input", markDirty);
  document.addEventListener("change", markDirty);
  document.querySelectorAll("form [data-error-summary], form [data-restored]").forEach(function (notice) {
    dirty.add(notice.closest("form"));
  });
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[href]");
    if (!link || link.target || link.hasAttribute("download") || event.ctrlKey || event.metaKey || event.shiftKey) { return; }
    if (link.getAttribute("href").charAt(0) === "#") { return; }
    if (mayLeave(null)) { dirty.clear(); } else { event.preventDefault(); }
  });

  /* A list is narrowed as soon as something is chosen; its button stays for those without a script. */
  document.addEventListener("change", function (event) {
    var form = event.target.form;
    if (form && form.hasAttribute("data-at-once")) { form.requestSubmit(); }
  });

  /* Sending: not while composing, not twice, not while offline. */
  function release(form) {
    delete form.dataset.sent;
    form.querySelectorAll("[data-sent]").forEach(function (button) { button.removeAttribute("data-sent"); });
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (composing || Date.now() - lastImeEnter < 60 || form.dataset.sent) { event.preventDefault(); return; }
    if (writes(form) && navigator.onLine === false) {
      event.preventDefault();
      banner("offline", true);
      return;
    }
    if (!mayLeave(form)) { event.preventDefault(); return; }
    if (form.hasAttribute("target")) { return; }
    dirty.clear();
    form.dataset.sent = "1";
    if (event.submitter) { event.submitter.setAttribute("data-sent", ""); }
    window.setTimeout(function () { release(form); }, 8000);
  });
  window.addEventListener("pageshow", function () { document.querySelectorAll("form[data-sent]").forEach(release); });

  window.addEventListener("offline", function () { banner("online", false); banner("offline", true); });
  window.addEventListener("online", function () { banner("offline", false); banner("online", dirty.size > 0); });

  /* The error summary and pages that answer a form take the focus. */
  var summary = document.querySelector("[data-error-summary]");
  if (summary) { summary.focus(); }

  /* Counting long texts; the server states and checks the limit. */
  function count(root) {
    root.querySelectorAll("[data-count-for]").forEach(function (line) {
      var box = document.getElementById(line.dataset.countFor);
      var now = line.querySelector("[data-count-now]");
      if (!box || !now) { return; }
      box.addEventListener("input", function () {
        var length = Array.from(box.value).length;
        now.textContent = length.toLocaleString();
        line.toggleAttribute("data-over", length > Number(box.dataset.countLimit));
      });
    });
  }
  count(document);

  /* What the answers to the urgency sheet ask for, while one gives them: the server raises the band and says so. A question that
     an earlier "yes" settles, or that follows another answer, is greyed; it can be answered all the same. */
  document.querySelectorAll("[data-bands-of]").forEach(function (line) {
    var form = line.closest("form");
    var order = line.dataset.order.split(" ");
    var names = line.dataset.bandsOf.split(" ");
    function said(name) {
      var box = form.querySelector('[name="' + name + '"]:checked');
      var below = form.querySelector('[name="' + name.replace("item_", "signs_") + '"]:checked'); /* a line that is ticked is a yes */
      return box && box.value !== "unknown" ? box.value : (below ? "yes" : (box ? box.value : ""));
    }
    function bandOf(name) { return form.querySelector('[name="' + name + '"][value=yes]').dataset.band; }
    function show() {
      var asked, sure;
      function higher(band, than) { return !than || order.indexOf(band) < order.indexOf(than) ? band : than; }
      names.forEach(function (name, place) {
        var own = bandOf(name);
        var first = said(names[0]);
        var idle = place === 1 && first === "no";
        var settled = sure && order.indexOf(own || order[0]) >= order.indexOf(sure);
        var field = form.querySelector('[name="' + name + '"]').closest("fieldset");
        field.toggleAttribute("data-settled", Boolean((settled || idle) && !said(name)));
        if (own && !idle && said(name) === "yes") {
          asked = higher(own, asked);
          if (place !== 1 || first === "yes") { sure = higher(own, sure); } /* else it holds until that is known */
        }
      });
      var chosen = form.querySelector('[name="urgency"]:checked');
      var lower = chosen && order.indexOf(chosen.value) > order.indexOf(asked);
      line.textContent = asked ? (lower ? line.dataset.lifts : line.dataset.asks).replace("{band}", asked) : "";
    }
    form.addEventListener("change", show);
    show();
  });

  /* A form that htmx opened within the page, beside what it is about. It is sent like any other; an opened one is not opened again. */
  document.addEventListener("htmx:confirm", function (event) {
    var open = event.detail.target.querySelector("form");
    if (!open) { return; }
    event.preventDefault();
    enter(open);
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    var form = event.detail.target.querySelector("form");
    if (form) { count(form); enter(form); }
  });
  /* Refused, or answered from elsewhere (the session has ended): the browser goes there itself. */
  document.addEventListener("htmx:beforeSwap", function (event) {
    var link = event.detail.requestConfig.elt;
    if (event.detail.isError || event.detail.xhr.responseURL !== link.href) {
      event.detail.shouldSwap = false;
      window.location.assign(link.href);
    }
  });
  document.addEventListener("htmx:sendError", function () { banner("offline", true); });
  function enter(form) {
    var first = form.querySelector("input:not([type=hidden]), select, textarea");
    if (first) { first.focus(); }
  }

  function token() {
    var meta = document.querySelector('meta[name="csrf-token"]');
    return meta ? meta.content : "";
  }

  /* The browser's own print is recorded; the server knows by its mark what this page shows. */
  var foot = document.querySelector("[data-printed]");
  if (foot) {
    window.addEventListener("beforeprint", function () {
      fetch(foot.dataset.printed, {
        method: "POST", headers: { "X-CSRFToken": token() }, body: new URLSearchParams({ page: foot.dataset.page }),
        credentials: "same-origin", redirect: "manual", keepalive: true
      }).catch(function () { /* a print cannot be held back from here */ });
    });
  }

  /* Idle sign-out: typing keeps the session, at most one message a minute; the last two minutes are counted down. */
  var aliveUrl = body.dataset.aliveUrl;
  var idle = Number(body.dataset.idleSeconds) * 1000;
  if (!aliveUrl || !idle) { return; }
  var MINUTE = 60000;
  var WARNING = Math.min(2 * MINUTE, idle / 2);
  var contact = Date.now();
  var asked = 0;
  var announced = Infinity;
  var expired = false;
  var clock = document.querySelector("[data-idle-left]");
  var channel = "BroadcastChannel" in window ? new BroadcastChannel("tomoshibi-session") : null;

  /* The warning takes the focus, so that Enter and a reader's voice meet it; what had the focus gets it back. A typed letter goes
     where one was writing, and keeps the session like any other. */
  var stay = document.querySelector("[data-stay]");
  var before = null;
  function warn(shown) {
    var warning = document.querySelector('[data-banner="idle"]');
    if (!warning || warning.hidden !== shown) { return; }
    var within = warning.contains(document.activeElement);
    if (shown) { before = document.activeElement; }
    warning.hidden = !shown;
    if (shown && stay && !composing) { stay.focus(); }
    if (!shown && within) { goBack(); }
  }
  function goBack() {
    if (before && before.isConnected) { before.focus(); }
  }
  document.addEventListener("keydown", function (event) {
    if (document.activeElement === stay && event.key.length === 1 && event.key !== " ") { goBack(); }
  }, true);

  function touched(at) {
    contact = Math.max(contact, at);
    announced = Infinity;
    warn(false);
  }
  if (channel) {
    channel.onmessage = function (event) { if (typeof event.data === "number") { touched(event.data); } };
    channel.postMessage(contact);
  }

  function gone() {
    expired = true;
    warn(false);
    if (dirty.size === 0) { window.location.reload(); return; }
    banner("expired", true);
    say(document.querySelector('[data-banner="expired"]').textContent.trim());
  }

  function keepAlive() {
    if (expired || Date.now() - asked < MINUTE) { return; }
    var sentAt = asked = Date.now();
    fetch(aliveUrl, { method: "POST", headers: { "X-CSRFToken": token() }, credentials: "same-origin", redirect: "manual" })
      .then(function (response) {
        if (response.ok) {
          touched(sentAt);
          if (channel) { channel.postMessage(sentAt); }
        } else if (response.type === "opaqueredirect" || response.status === 401 || response.status === 403) { gone(); }
      })
      .catch(function () { asked = 0; });
  }
  document.addEventListener("input", keepAlive);
  document.addEventListener("keydown", keepAlive);
  if (stay) { stay.addEventListener("click", function () { asked = 0; keepAlive(); }); }

  function inWords(seconds) {
    var form = seconds >= 60 ? live.dataset.minutes : live.dataset.seconds;
    return form.replace("{n}", String(seconds >= 60 ? Math.ceil(seconds / 60) : seconds));
  }

  window.setInterval(function () {
    var left = Math.ceil((contact + idle - Date.now()) / 1000);
    if (expired || left * 1000 > WARNING) { return; }
    if (left <= 0) { gone(); return; }
    warn(true);
    if (clock) { clock.textContent = Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0"); }
    [120, 60, 30].forEach(function (mark) {
      if (left <= mark && announced > mark) { announced = mark; say(live.dataset.soon.replace("{time}", inWords(left))); }
    });
  }, 1000);
})();
